"""The socket door."""

from collections.abc import Awaitable, Callable
from typing import Any

from channels.consumer import AsyncConsumer

from chat.consumers.reception import Reception
from chat.consumers.socket import Receive, Send, Socket, first_command
from chat.hub import Hub
from chat.refusals import language_asked
from chat.writer import Writer

type Scope = dict[str, Any]


class NoSuchSocket(AsyncConsumer):
    """Refuses every handshake (403)."""

    channel_layer_alias = None

    async def websocket_connect(self, event: dict[str, Any]) -> None:
        await self.send({"type": "websocket.close"})


class ChatConsumer(AsyncConsumer):
    """Accepts everyone, so that a browser can read why it is not let in, and makes them a socket.

    The scope has the `user` and the `credential` by which it is found out who that is. A server may give it an
    extension `offer`, which takes a text frame at once or returns False.
    Does not pass through channels' dispatch, which hops through a thread for every message. Where the scope has a
    `hand_over` the socket is left there, to be served outside of the middlewares; see `site_config.hand_over`.
    """

    channel_layer_alias = None

    def __init__(self, hub: Hub, writer: Writer, reception: Reception) -> None:
        self.hub = hub
        self.writer = writer
        self.reception = reception

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        serve = self._socket(scope)
        if "hand_over" in scope:
            scope["hand_over"](serve)
        else:
            await serve(receive, send)

    def _socket(self, scope: Scope) -> Callable[[Receive, Send], Awaitable[None]]:
        slug = scope["url_route"]["kwargs"].get("slug")
        first = None if slug is None else first_command(slug, scope["query_string"])
        offer = scope.get("extensions", {}).get("offer")
        language = language_asked(scope["headers"])
        return Socket(
            scope["user"],
            scope["credential"],
            self.hub,
            self.writer,
            self.reception,
            first=first,
            offer=offer,
            language=language,
        )
