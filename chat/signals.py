"""What the chat does when accounts tells of something."""

from typing import Any

from allauth.account.signals import user_signed_up
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.signals import SignUpRefusedError, access_revoked, sign_up_asked, signing_up
from chat import access, broadcast
from chat.errors import ChatError, NotFound
from chat.refusals import said
from chat.services import invites, members

# Where a visitor's session keeps the secret of the invite link they came by.
INVITE = "invite"


@receiver(access_revoked)
def end_sockets(user: User, **kwargs: Any) -> None:
    """Sockets that were opened with what has ended are cut on every process."""
    broadcast.access_changed(user.pk)


@receiver(sign_up_asked)
def has_site_invite(request: HttpRequest, **kwargs: Any) -> bool:
    """Whoever came by an invite link of the site may make an account."""
    try:
        return access.open_invite(request.session.get(INVITE, "")).room_id is None
    except NotFound:
        return False


@receiver(signing_up)
def use_invite(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The link that somebody came by is used with their sign-up. Where sign-up is open it need not be good."""
    secret = request.session.get(INVITE)
    if secret is None:
        return
    try:
        invites.use_invite(user=user, secret=secret, is_new=True)
    except ChatError as error:
        if not settings.SIGNUP_OPEN:
            raise SignUpRefusedError(said(error.detail)) from error


@receiver(user_signed_up)
def join_default_rooms(user: User, **kwargs: Any) -> None:
    """Newcomers find themselves where the talk is."""
    members.join_default_rooms(user=user)
