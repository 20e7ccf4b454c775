"""The socket door: who may come in."""

from collections.abc import Awaitable, Callable
from typing import Any

from channels.consumer import AsyncConsumer

from accounts.models import User
from accounts.tokens import find_token
from chat.access import Holder
from chat.consumers.greeting import Greeter
from chat.consumers.socket import Receive, Send, Socket, first_command
from chat.errors import Forbidden, Unavailable
from chat.hub import Hub
from chat.protocol import Close
from chat.threads import query
from chat.writer import Writer

type Scope = dict[str, Any]


class NoSuchSocket(AsyncConsumer):
    """Refuses every handshake (403)."""

    channel_layer_alias = None

    async def websocket_connect(self, event: dict[str, Any]) -> None:
        await self.send({"type": "websocket.close"})


class ChatConsumer(AsyncConsumer):
    """Finds out who it is, and makes them a socket.

    A server may give the scope an extension `offer`, which takes a text frame at once or returns False.
    Does not pass through channels' dispatch, which hops through a thread for every message. Where the scope has a
    `hand_over` the socket is left there, to be served outside of the middlewares; see `site_config.hand_over`.
    """

    channel_layer_alias = None

    def __init__(self, hub: Hub, writer: Writer, greeter: Greeter) -> None:
        self.hub = hub
        self.writer = writer
        self.greeter = greeter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        serve = await self._admit(scope)
        if "hand_over" in scope:
            scope["hand_over"](serve)
        else:
            await serve(receive, send)

    async def _admit(self, scope: Scope) -> Callable[[Receive, Send], Awaitable[None]]:
        try:
            user, holder = await _identify(scope)
        except Forbidden:
            return Refusal(Close.SIGNED_OUT)
        except Unavailable:
            return Refusal(Close.RESTART)
        slug = scope["url_route"]["kwargs"].get("slug")
        first = None if slug is None else first_command(slug, scope["query_string"])
        offer = scope.get("extensions", {}).get("offer")
        return Socket(user, holder, self.hub, self.writer, self.greeter, first=first, offer=offer)


class Refusal:
    """Closes with a code."""

    def __init__(self, code: Close) -> None:
        self.code = code

    async def __call__(self, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.close", "code": int(self.code)})
        while (await receive())["type"] != "websocket.disconnect":
            pass


async def _identify(scope: Scope) -> tuple[User, Holder]:
    """Who this is: a bearer token alone where there is one, else the session, and that only with an Origin."""
    headers = dict(scope["headers"])
    if b"authorization" in headers:
        scheme, _, secret = headers[b"authorization"].decode("latin1").partition(" ")
        token = await query(find_token, secret.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise Forbidden("Not signed in.")
        return token.user, Holder.of(token.user, token=token.digest)
    user = scope["user"]
    if b"origin" not in headers or not user.is_authenticated:
        raise Forbidden("Not signed in.")
    return user, Holder.of(user, session=scope["session"].session_key)
