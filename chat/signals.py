"""What the chat does when accounts tells of something."""

from typing import Any

from allauth.account.signals import user_signed_up
from django.dispatch import receiver

from accounts.models import User
from accounts.signals import access_revoked
from chat import broadcast
from chat.services import members


@receiver(access_revoked)
def end_sockets(user: User, **kwargs: Any) -> None:
    """Sockets that were opened with what has ended are cut on every process."""
    broadcast.access_changed(user.pk)


@receiver(user_signed_up)
def join_default_rooms(user: User, **kwargs: Any) -> None:
    """Newcomers find themselves where the talk is."""
    members.join_default_rooms(user=user)
