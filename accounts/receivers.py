"""What accounts itself does when Django tells of something."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import signals
from accounts.models import User


@receiver(user_logged_out)
def end_session(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Ends the session before anyone is told: Django itself sends its signal while the cookie is still good."""
    if user is None:
        return
    request.session.flush()
    signals.revoke_access_on_commit(user)
