"""The person behind a session stands in the scope of a socket."""

from typing import Any

import pytest
from django.db import OperationalError

from accounts import sessions
from accounts.models import User
from site_config.identity import AuthMiddlewareStack
from tests.chat.live import do
from tests.live.site import cookie_of

pytestmark = pytest.mark.django_db(transaction=True)


class Visit:
    """A socket that is let through the stack, and what it was sent."""

    def __init__(self, cookie: str = "") -> None:
        self.scope: dict[str, Any] = {"type": "websocket", "headers": [(b"cookie", cookie.encode())] if cookie else []}
        self.seen: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []

    async def come(self) -> "Visit":
        await AuthMiddlewareStack(self._inner)(self.scope, None, self._send)
        return self

    async def _inner(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.seen.append(scope)

    async def _send(self, event: dict[str, Any]) -> None:
        self.events.append(event)


async def test_the_person_is_in_the_scope(alice: User) -> None:
    client, header = await do(lambda: cookie_of(alice))
    (scope,) = (await Visit(header["Cookie"]).come()).seen
    assert scope["user"] == alice
    assert scope["session"].session_key == client.cookies["sessionid"].value


@pytest.mark.parametrize("cookie", ["", "sessionid=short", f"sessionid={'x' * 32}"])
async def test_others_are_nobody(cookie: str) -> None:
    (scope,) = (await Visit(cookie).come()).seen
    assert not scope["user"].is_authenticated


async def test_without_the_database_one_is_asked_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(keys: list[str]) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(sessions, "people", away)
    visit = await Visit(f"sessionid={'x' * 32}").come()
    assert visit.seen == []
    assert visit.events == [{"type": "websocket.accept"}, {"type": "websocket.close", "code": 1012}]
