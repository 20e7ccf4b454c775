"""Who opens a socket: channels' stack for sessions, with the person looked up together with others who come now."""

from typing import Any

from channels import auth
from channels.sessions import CookieMiddleware, SessionMiddleware
from django.contrib.auth.models import AnonymousUser

from accounts import sessions
from accounts.models import User
from chat.errors import Unavailable
from chat.protocol import Close
from chat.threads import Together


class AuthMiddleware(auth.AuthMiddleware):
    """Puts the person behind the session into the scope, as channels does, but not in a thread for each of them.

    A thousand people who come back at once are a few statements. See docs/decisions/0010-who-comes-together.md.
    """

    def __init__(self, inner: Any) -> None:
        super().__init__(inner)
        self._people: Together[str, User | None] = Together(sessions.people)

    def populate_scope(self, scope: dict[str, Any]) -> None:
        """Nothing: nobody sees the scope before the person is in it."""

    async def resolve_scope(self, scope: dict[str, Any]) -> None:
        key = scope["session"].session_key
        scope["user"] = (key and await self._people.ask(key)) or AnonymousUser()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        try:
            return await super().__call__(scope, receive, send)
        except Unavailable:
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": int(Close.RESTART)})


def AuthMiddlewareStack(inner: Any) -> Any:  # noqa: N802 - channels' name
    """What channels.auth.AuthMiddlewareStack is, with the middleware above."""
    return CookieMiddleware(SessionMiddleware(AuthMiddleware(inner)))
