"""By what somebody is known stands in the scope of a socket."""

from typing import Any

import pytest

from accounts.credentials import Credential, people
from accounts.models import User
from site_config.identity import AuthMiddlewareStack
from tests.live.site import cookie_of, secret_of

KEY = "x" * 32
COOKIE, ORIGIN = ("cookie", f"sessionid={KEY}"), ("origin", "http://here")


async def credential(*headers: tuple[str, str]) -> Credential:
    """What the stack makes of a handshake with these headers."""
    seen: list[dict[str, Any]] = []

    async def inner(scope: dict[str, Any], receive: Any, send: Any) -> None:
        seen.append(scope)

    given = [(name.encode(), value.encode()) for name, value in headers]
    await AuthMiddlewareStack(inner)({"type": "websocket", "headers": given}, None, None)
    found: Credential = seen[0]["credential"]
    return found


async def test_a_session_counts_with_an_origin_only() -> None:
    assert await credential(COOKIE, ORIGIN) == Credential(session=KEY)
    assert await credential(COOKIE) == Credential()


async def test_a_token_alone_counts_where_there_is_one() -> None:
    assert await credential(("authorization", "Bearer  secret "), COOKIE, ORIGIN) == Credential(token="secret")
    assert await credential(("authorization", "Basic secret"), COOKIE, ORIGIN) == Credential()
    assert await credential(("authorization", ""), COOKIE, ORIGIN) == Credential()


@pytest.mark.parametrize("cookie", ["", "sessionid=", "sessionid=short", f"sessionid={'x' * 31}!", "other=x"])
async def test_without_either_one_is_nobody(cookie: str) -> None:
    assert await credential(("cookie", cookie), ORIGIN) == Credential()


def test_who_is_behind_credentials(db: None, alice: User, bob: User) -> None:
    session = cookie_of(alice)[0].session.session_key or ""
    asked = [
        Credential(),
        Credential(token=secret_of(bob)),
        Credential(session),
        Credential(KEY),
        Credential(token="x"),
    ]
    assert people(asked) == [None, bob, alice, None, None]
