"""Daphne's server with the site's limits."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import daphne.server as daphne_server  # first of all: it installs Twisted's reactor
from twisted.internet import defer, reactor

from site_config.server.entrance import Entrance
from site_config.server.flow import Inbox
from site_config.server.requests import Body, SiteRequest
from site_config.server.sockets import SiteWebSocket

logger = logging.getLogger(__name__)

# A little above the protocol's own limit, so that the application sees such a frame and can say why it closes.
MESSAGE_BYTES = 72 * 1024
PONG_SECONDS = 20
CONNECT_SECONDS = 20
REQUEST_SECONDS = 120
LOOK_SECONDS = 5
SAY_GOODBYE_SECONDS = 5
RESTARTING = 1012


class Server(daphne_server.Server):
    """Daphne's server with the site's limits; on SIGTERM it tells every socket that the server restarts."""

    def __init__(
        self,
        application: Any,
        *,
        fd: int,
        ready: Callable[[], None],
        body_most: int,
        refusal: bytes,
        **options: Any,
    ) -> None:
        """`refusal` is the answer to a request with more than `body_most` bytes."""
        self.before_closing: Callable[[], Awaitable[None]] | None = None
        self.ready = ready
        self.requests = SiteRequest.bounded(body_most, refusal)
        super().__init__(
            application,
            endpoints=[f"fd:fileno={fd}"],
            http_timeout=REQUEST_SECONDS,
            websocket_timeout=-1,
            websocket_connect_timeout=CONNECT_SECONDS,
            websocket_handshake_timeout=0,  # the request is whole by then; `websocket_connect_timeout` is for the rest
            websocket_max_message_size=MESSAGE_BYTES,
            websocket_max_frame_size=MESSAGE_BYTES,
            ping_timeout=PONG_SECONDS,
            ready_callable=self.prepare,
            server_name="tertulia",
            **options,
        )

    def prepare(self) -> None:
        """Set what daphne gives no option for; called when all is built and nothing runs yet."""
        # What is larger still ends in a close frame with 1009, not in a dropped connection.
        self.ws_factory.setProtocolOptions(failByDrop=False, closeHandshakeTimeout=0)
        self.ws_factory.protocol = SiteWebSocket.with_options(self.ws_factory)
        to_http = partial(self._build_channel, self.http_factory.buildProtocol)
        self.http_factory.buildProtocol = partial(Entrance, to_http=to_http, to_socket=self.ws_factory.buildProtocol)
        reactor.callWhenRunning(self.ready)

    def _build_channel(self, build: Callable[[Any], Any], address: Any) -> Any:
        channel = build(address)
        channel.requestFactory = self.requests
        return channel

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Starts the application for a connection; gives back where its events are put."""
        scope["asgi"] = {"version": "3.0"}
        if isinstance(protocol, SiteWebSocket):
            inbox: Inbox | Body = Inbox(protocol.transport)
            scope["extensions"] = {"offer": protocol.offer}
        else:
            inbox = protocol.take_body()
        running = self.application(scope, inbox.get, partial(self.handle_reply, protocol))
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(running)
        return inbox

    def timeout_checker(self) -> None:
        """Looks for connections that were quiet for too long. Every two seconds, as daphne does it, is most of what
        a thousand silent sockets cost.
        """
        for protocol in list(self.connections):
            protocol.check_timeouts()
        reactor.callLater(min(LOOK_SECONDS, self.ping_interval), self.timeout_checker)

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """What an application sends; text to an open socket waits until the transport takes more."""
        if message["type"] == "websocket.send" and isinstance(protocol, SiteWebSocket) and message.get("text"):
            if protocol.is_up:
                protocol.send_text(message["text"])
                await protocol.gate.wait()
        elif message["type"] == "http.response.body" and message.get("more_body") and self._is_there(protocol):
            await protocol.send_part(message)
        else:
            await super().handle_reply(protocol, message)

    def _is_there(self, protocol: Any) -> bool:
        return protocol in self.connections and not self.connections[protocol].get("disconnected")

    def kill_all_applications(self) -> Any:
        """Before the reactor stops: leave in good order."""
        return defer.Deferred.fromFuture(asyncio.ensure_future(self.leave()))

    async def leave(self) -> None:
        """Take no more connections, finish what was accepted, close the sockets, end what is left."""
        for listener in self.listeners:
            listener.addCallback(lambda port: port.stopListening())
        if self.before_closing:
            try:
                await asyncio.wait_for(self.before_closing(), SAY_GOODBYE_SECONDS)
            except Exception:
                logger.exception("Could not finish what was accepted.")
        for protocol in list(self.connections):
            if isinstance(protocol, SiteWebSocket) and protocol.is_up:
                protocol.serverClose(code=RESTARTING)
        running = [details.get("application_instance") for details in self.connections.values()]
        running = [task for task in running if task and not task.done()]
        if running:
            await asyncio.wait(running, timeout=SAY_GOODBYE_SECONDS)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
