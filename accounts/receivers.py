"""What accounts itself does when Django tells of something."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import signals
from accounts.models import Site, User
from accounts.site import forget_site_name


@receiver(user_logged_out)
def end_session(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Ends the session before anyone is told: Django itself sends its signal while the cookie is still good."""
    if user is None:
        return
    request.session.flush()
    signals.revoke_access_on_commit(user)


@receiver(post_save, sender=Site)
def look_at_the_name_again(**kwargs: Any) -> None:
    """A new name of the site shows at once here, and within seconds in other processes."""
    forget_site_name()


@receiver(authenticator_added)
def note_the_proof(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Who sets a second factor up has shown it: this session has used it."""
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
