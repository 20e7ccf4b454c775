"""The second factor: what somebody signs in with besides the password, or instead of it.

Whoever has one set up and a site role acts by that role only where it was used: in a session that was opened or
confirmed with it, and with tokens that were made in one. Elsewhere the role rests: they are who everyone is.
"""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactor(NamedTuple):
    """What a person has set up: an app with codes, how many passkeys, and how many recovery codes are left."""

    has_app: bool
    passkeys: int
    codes_left: int

    @property
    def is_on(self) -> bool:
        return self.has_app or self.passkeys > 0


def second_factor_of(user: User) -> SecondFactor:
    """What this person has set up."""
    rows = list(Authenticator.objects.filter(user=user))
    kinds = [row.type for row in rows]
    codes = [row.wrap().get_unused_codes() for row in rows if row.type == Authenticator.Type.RECOVERY_CODES]
    return SecondFactor(
        Authenticator.Type.TOTP in kinds, kinds.count(Authenticator.Type.WEBAUTHN), sum(map(len, codes))
    )


def has_proven(session: Mapping[str, Any], user: User) -> bool:
    """Whether this person has used a second factor in the session that holds this."""
    records = get_authentication_records(SimpleNamespace(session=session), user)
    return any(record.get("method") == "mfa" for record in records)


def weigh(user: User, *, has_proven: bool) -> None:
    """Notes how somebody came in, and whether their site role rests for it. A statement for those with a role only."""
    user.has_proven = has_proven
    user.rests = (
        (user.is_staff or user.is_superuser)
        and not has_proven
        and Authenticator.objects.filter(user=user, type__in=FACTORS).exists()
    )


def confirm_path(user: User, then: str) -> str:
    """Where somebody shows their second factor before they go to `then`."""
    by_passkey = settings.PASSKEYS and second_factor_of(user).passkeys > 0
    page = "mfa_reauthenticate_webauthn" if by_passkey else "mfa_reauthenticate"
    return f"{reverse(page)}?{urlencode({'next': then})}"


def remove_second_factor(*, user: User) -> int:
    """Takes all of it away, for somebody who has lost it; how many parts there were."""
    return int(Authenticator.objects.filter(user=user).delete()[0])
