"""By what the one who opens a socket is known: channels' stack for sessions, and bearer tokens."""

from typing import Any

from channels.auth import UserLazyObject
from channels.middleware import BaseMiddleware
from channels.sessions import CookieMiddleware, SessionMiddleware

from accounts.credentials import Credential


class AuthMiddleware(BaseMiddleware):
    """Puts the `user` into the scope, as channels' own does, and the `credential` by which they are known.

    Channels' own asks in a thread for each who that is; here the consumer does, for all people together who come at the
    same moment. Until then `user` is what it is with channels before it is known: an object that fails when it is
    looked at. See docs/decisions/0010-who-comes-together.md.
    """

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        return await self.inner(scope | {"user": UserLazyObject(), "credential": credential_of(scope)}, receive, send)


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
