"""The second factor: what somebody signs in with besides the password, or instead of it."""

from typing import NamedTuple

from allauth.mfa.models import Authenticator

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


def remove_second_factor(*, user: User) -> int:
    """Takes all of it away, for somebody who has lost it; how many parts there were."""
    return int(Authenticator.objects.filter(user=user).delete()[0])
