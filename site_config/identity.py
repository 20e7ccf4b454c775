"""By what the one who opens a socket is known: channels' stack for sessions, and bearer tokens."""

from typing import Any

from channels.middleware import BaseMiddleware
from channels.sessions import CookieMiddleware, SessionMiddleware

from accounts.credentials import Credential


class AuthMiddleware(BaseMiddleware):
    """Puts a `credential` into the scope.

    Who that is, the consumer asks for all people together who come at the same moment; channels' own middleware asks
    in a thread for each. See docs/decisions/0010-who-comes-together.md.
    """

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        return await self.inner(scope | {"credential": credential_of(scope)}, receive, send)


def credential_of(scope: dict[str, Any]) -> Credential:
    """A bearer token alone where there is one, else the session, and that only with an Origin."""
    headers = dict(scope["headers"])
    if b"authorization" in headers:
        scheme, _, secret = headers[b"authorization"].decode("latin1").partition(" ")
        return Credential(token=secret.strip() if scheme.lower() == "bearer" else "")
    return Credential(session=scope["session"].session_key or "") if b"origin" in headers else Credential()


def AuthMiddlewareStack(inner: Any) -> Any:  # noqa: N802 - channels' name
    """What channels.auth.AuthMiddlewareStack is, with the middleware above."""
    return CookieMiddleware(SessionMiddleware(AuthMiddleware(inner)))
