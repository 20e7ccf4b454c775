"""What allauth asks of this site."""

import logging
from collections.abc import Collection
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import names
from accounts.browsers import browser_words
from accounts.models import User
from accounts.second_factor import FACTORS
from accounts.signals import is_let_in, revoke_access_on_commit
from accounts.site import site_name

EMAIL_LONGEST = 254
PASSWORD_LONGEST = 256
WRONG_LOGIN = _("These don’t fit together. Please check the name and the password.")

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG_LOGIN,
        "email_password_mismatch": WRONG_LOGIN,
        "email_taken": _("Someone already uses this email address."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("Too many tries. Please wait a few minutes."),
        "duplicate_email": _("This is your email address already."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP_OPEN or is_let_in(request)

    def clean_username(self, username: str, shallow: bool = False) -> str:
        try:
            username = names.clean_username(username)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error
        return str(super().clean_username(username, shallow=shallow))

    def clean_email(self, email: str) -> str:
        if len(email) > EMAIL_LONGEST:
            raise ValidationError(names.too_long(EMAIL_LONGEST), code="max_length")
        return email

    def clean_password(self, password: str, user: User | None = None) -> str:
        if len(password) > PASSWORD_LONGEST:
            raise ValidationError(names.too_long(PASSWORD_LONGEST), code="max_length")
        return str(super().clean_password(password, user=user))

    def get_login_stages(self) -> list[str]:
        own = {"allauth.mfa.stages.AuthenticateStage": "accounts.adapter.FactorStage"}
        return [own.get(path, path) for path in super().get_login_stages()]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Who opens the letter owns the address: an unproven claim of someone else to it ends."""
        try:
            with transaction.atomic():
                if email_address.can_set_verified():
                    others = EmailAddress.objects.filter(email=email_address.email, verified=False)
                    others.exclude(user_id=email_address.user_id).delete()
                    User.objects.filter(email=email_address.email).exclude(pk=email_address.user_id).update(email="")
                return bool(super().confirm_email(request, email_address))
        except IntegrityError:  # two people confirmed it at the same moment
            text, context = "account/messages/email_confirmation_failed.txt", {"email": email_address.email}
            self.add_message(request, messages.ERROR, text, context)
            return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends a letter; where the mail server is out of reach, the log says so and the page goes on."""
        facts = {"request": self.request, "email": email, "site_name": site_name()}
        message = self.render_mail(template_prefix, email, facts | context)
        try:
            message.send()
        except (OSError, SMTPException):
            logger.exception("The letter “%s” could not be sent.", message.subject)


class SessionsAdapter(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions: Collection[Any]) -> None:
        """Ends them, and what was opened with them."""
        super().end_sessions(sessions)
        for user in {session.user for session in sessions}:
            revoke_access_on_commit(user)


class FactorStage(AuthenticateStage):
    """The question for the second factor, which asks nobody who has none any more: they sign in anew."""

    def is_resumable(self, request: HttpRequest) -> bool:
        return bool(is_mfa_enabled(self.login.user, FACTORS))


class FactorAdapter(DefaultMFAAdapter):
    """The second factor, called by the site's name and the person's."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": _("Turn your second factor off before you add an address."),
        "cannot_generate_recovery_codes": _("Recovery codes come with a second factor: set one up first."),
        "incorrect_code": _("That did not fit. Please try again."),
        "unverified_email": _("Please confirm your email address first."),
    }

    def get_totp_label(self, user: User) -> str:
        return user.username

    def get_totp_issuer(self) -> str:
        return site_name()

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 - allauth's name
        """What a new passkey is called at first: by the browser that makes it."""
        return browser_words(context.request.headers.get("user-agent", "")) or str(_("Passkey"))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": site_name()}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        return {**super().get_public_key_credential_user_entity(user), "name": user.username}
