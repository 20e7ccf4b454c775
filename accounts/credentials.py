"""By what somebody who opens a socket is known, and who that is."""

from collections.abc import Sequence
from typing import NamedTuple

from accounts import sessions
from accounts.models import User
from accounts.tokens import find_user


class Credential(NamedTuple):
    """A session's key or a token's secret; with neither one is nobody."""

    session: str = ""
    token: str = ""


def people(credentials: Sequence[Credential]) -> list[User | None]:
    """The active person behind each. Sessions take two statements however many they are, each token takes one."""
    keys = [one.session for one in credentials if one.session]
    signed_in = dict(zip(keys, sessions.people(keys), strict=True)) if keys else {}
    return [find_user(one.token) if one.token else signed_in.get(one.session) for one in credentials]
