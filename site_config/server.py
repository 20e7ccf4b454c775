"""One worker: daphne serving the site on a socket that the supervisor has opened.

    python -m site_config.server LISTENING_FD READY_FD

Daphne's protocol and server are adapted in this file and nowhere else.
"""

import asyncio
import importlib
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import daphne.server as daphne_server  # first of all: it installs Twisted's reactor
import django
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import defer, reactor

logger = logging.getLogger(__name__)

# A little above the protocol's own limit, so that the application sees such a frame and can say why it closes.
MESSAGE_BYTES = 72 * 1024
PONG_SECONDS = 20
CONNECT_SECONDS = 20
REQUEST_SECONDS = 120
SAY_GOODBYE_SECONDS = 5
RESTARTING = 1012
TOO_SLOW = 4408


class Gate:
    """Shut while a transport has more to send than it should hold; what Twisted calls a push producer."""

    def __init__(self) -> None:
        self._shut: asyncio.Future[None] | None = None

    @property
    def is_open(self) -> bool:
        return self._shut is None

    async def wait(self) -> None:
        """Returns when the transport takes more, or is gone."""
        if self._shut is not None:
            await asyncio.shield(self._shut)

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's name
        if self._shut is None:
            self._shut = asyncio.get_running_loop().create_future()

    def resumeProducing(self) -> None:  # noqa: N802 - Twisted's name
        if self._shut is not None:
            self._shut.set_result(None)
            self._shut = None

    stopProducing = resumeProducing  # noqa: N815 - Twisted's name


class SiteWebSocket(WebSocketProtocol):
    """Daphne's WebSocket with a `send` that waits while the transport is full, and that costs little.

    Text that goes to many sockets is encoded and framed once, and offered to the socket at once while nothing is
    buffered: Twisted's own write costs a turn of the loop and two system calls more.
    """

    _framed: ClassVar[tuple[str, bytes]] = ("", b"")

    def onOpen(self) -> None:  # noqa: N802 - autobahn's name
        super().onOpen()
        self.gate = Gate()
        self.transport.unregisterProducer()  # the HTTP channel that the socket grew out of
        self.transport.registerProducer(self.gate, True)

    def failHandshake(self, reason: str, code: int = 400, responseHeaders: Any = None) -> None:  # noqa: N802, N803
        """A refused Origin is a 403 like any other refusal; autobahn says 400 where it is no address at all."""
        if reason.startswith(("HTTP Origin header", "WebSocket connection denied: origin")):
            reason, code = "Forbidden", 403
        super().failHandshake(reason, code, responseHeaders)

    @property
    def is_up(self) -> bool:
        """The handshake is done and nobody has begun to close."""
        return bool(self.state == self.STATE_OPEN)

    def send_text(self, text: str) -> None:
        """One text frame, to the socket or into the transport's buffer."""
        cls = SiteWebSocket
        if cls._framed[0] is not text:
            cls._framed = (text, self.factory.prepareMessage(text.encode()).payloadHybi)
        frame = cls._framed[1]
        transport = self.transport
        if transport.connected and not transport.dataBuffer and not transport._tempDataLen:  # noqa: SLF001
            sent = transport.writeSomeData(frame)
            # Whatever went wrong goes wrong again in Twisted's own write, which then ends the connection.
            if isinstance(sent, int) and sent >= 0:
                frame = frame[sent:]
        if frame:
            transport.write(frame)

    def serverClose(self, code: int | None = None) -> None:  # noqa: N802 - daphne's name
        """Close with any code; autobahn's own `sendClose` refuses an application 1009 and 1012."""
        if self.is_up:
            self.sendCloseFrame(code=int(code or 1000), isReply=False)

    def onAutoPingTimeout(self) -> None:  # noqa: N802 - autobahn's name
        """A peer that reads but answers no ping is told why; one that is gone is dropped."""
        self.autoPingTimeoutCall = None
        if self.is_up and self.gate.is_open:
            self.serverClose(code=TOO_SLOW)
        else:
            super().onAutoPingTimeout()


class Server(daphne_server.Server):
    """Daphne's server with the site's limits; on SIGTERM it tells every socket that the server restarts."""

    def __init__(self, application: Any, *, fd: int, ready: Callable[[], None], **options: Any) -> None:
        self.before_closing: Callable[[], Awaitable[None]] | None = None
        self.ready = ready
        super().__init__(
            application,
            endpoints=[f"fd:fileno={fd}"],
            http_timeout=REQUEST_SECONDS,
            websocket_timeout=-1,
            websocket_connect_timeout=CONNECT_SECONDS,
            websocket_handshake_timeout=CONNECT_SECONDS,
            websocket_max_message_size=MESSAGE_BYTES,
            websocket_max_frame_size=MESSAGE_BYTES,
            ping_timeout=PONG_SECONDS,
            ready_callable=self.prepare,
            server_name="tertulia",
            **options,
        )

    def prepare(self) -> None:
        """Set what daphne gives no option for; called when all is built and nothing runs yet."""
        self.ws_factory.protocol = SiteWebSocket
        # What is larger still ends in a close frame with 1009, not in a dropped connection.
        self.ws_factory.setProtocolOptions(failByDrop=False)
        reactor.callWhenRunning(self.ready)

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """What an application sends; text to an open socket waits until the transport takes more."""
        if message["type"] == "websocket.send" and isinstance(protocol, SiteWebSocket) and message.get("text"):
            if protocol.is_up:
                protocol.send_text(message["text"])
                await protocol.gate.wait()
        else:
            await super().handle_reply(protocol, message)

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
            if isinstance(protocol, WebSocketProtocol) and protocol.state == protocol.STATE_OPEN:
                protocol.serverClose(code=RESTARTING)
        running = [details.get("application_instance") for details in self.connections.values()]
        running = [task for task in running if task and not task.done()]
        if running:
            await asyncio.wait(running, timeout=SAY_GOODBYE_SECONDS)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def options() -> dict[str, Any]:
    """What the environment says: how often quiet sockets are pinged, and where a proxy tells the visitor's address."""
    from site_config import env

    found: dict[str, Any] = {"ping_interval": env.integer("TERTULIA_PING_SECONDS", 20, least=1)}
    if not env.boolean("TERTULIA_BEHIND_PROXY"):
        return found
    return found | {
        "proxy_forwarded_address_header": "X-Forwarded-For",
        "proxy_forwarded_proto_header": "X-Forwarded-Proto",
    }


def main() -> None:
    fd, ready_fd = (int(argument) for argument in sys.argv[1:3])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
    django.setup()
    asgi = importlib.import_module("site_config.asgi")

    def ready() -> None:
        os.write(ready_fd, b"1")
        os.close(ready_fd)

    server = Server(asgi.application, fd=fd, ready=ready, **options())
    server.before_closing = getattr(asgi, "shutdown", None)
    server.run()


if __name__ == "__main__":
    main()
