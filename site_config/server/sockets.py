"""Daphne's WebSocket with what the site needs of it."""

import time
from contextlib import suppress
from typing import Any, ClassVar, Self

import daphne.server  # noqa: F401 - first of all: it installs Twisted's reactor
from autobahn.websocket.protocol import WebSocketProtocol as AutobahnProtocol
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import reactor
from twisted.internet.protocol import connectionDone

from site_config.server.flow import Gate
from site_config.server.frames import text_frame, whole_text

TOO_SLOW = 4408
# How long a peer has to answer our close frame, and what is heard of it after that: whoever is in the middle of sending
# reads the frame only then, and a connection that ends with something unread is reset, which may take the frame away.
ANSWER_SECONDS = 1
LINGER_SECONDS = 10
LINGER_BYTES = 64 * 2**20


# What the handshake leaves behind on a protocol, and nothing asks for again.
LEFTOVERS = frozenset(
    {
        "_raw_query_string",
        "_transport_details",
        "_wskey",
        "application_deferred",
        "clean_headers",
        "http_headers",
        "http_request_data",
        "http_request_host",
        "http_request_params",
        "http_request_path",
        "http_request_uri",
        "http_response_data",
        "http_status_line",
        "server_addr",
        "websocket_extensions",
        "websocket_origin",
        "websocket_protocols",
    }
)


class SiteWebSocket(WebSocketProtocol):
    """Daphne's WebSocket with a `send` that waits while the transport is full, and that costs little.

    Text that goes to many sockets is encoded and framed once, and offered to the socket at once while nothing is
    buffered: Twisted's own write costs a turn of the loop and two system calls more.
    """

    _framed: ClassVar[tuple[str, bytes]] = ("", b"")
    lingered = 0
    closeHandshakeTimeoutCall: Any  # noqa: N815 - autobahn's name

    @classmethod
    def with_options(cls, factory: Any) -> type[Self]:
        """The class for the sockets of a factory. Its options are the same for all, so none has to hold a copy."""
        options = {name: getattr(factory, name) for name in cls.CONFIG_ATTRS}
        functions = {name: staticmethod(value) for name, value in options.items() if callable(value)}
        return type(cls.__name__, (cls,), {**options, **functions, "CONFIG_ATTRS": []})

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        """As autobahn's, which also describes the connection, in colours, for a log that nobody keeps."""
        with suppress(AttributeError, OSError):  # no TCP
            self.transport.setTcpNoDelay(True)
        AutobahnProtocol._connectionMade(self)  # noqa: SLF001 - what autobahn's own calls
        self.factory.countConnections += 1

    def connectionLost(self, reason: Any = connectionDone) -> None:  # noqa: N802 - Twisted's name
        """The same."""
        if self.closeHandshakeTimeoutCall is not None:
            self.closeHandshakeTimeoutCall.cancel()
            self.closeHandshakeTimeoutCall = None
        AutobahnProtocol._connectionLost(self, reason)  # noqa: SLF001
        self.factory.countConnections -= 1

    def sendData(self, data: bytes, sync: bool = False, chopsize: int | None = None) -> None:  # noqa: N802 - autobahn's name
        """The answer to a handshake, pings, closes: at once, like text."""
        self._push(data)

    def _onOpen(self) -> None:  # noqa: N802 - autobahn's name
        self.onOpen()

    def onOpen(self) -> None:  # noqa: N802 - autobahn's name
        super().onOpen()
        self.gate = Gate()
        self.transport.unregisterProducer()  # the HTTP channel that the socket grew out of
        self.transport.registerProducer(self.gate, True)
        self.request.headers = None
        self.__dict__ = {name: value for name, value in vars(self).items() if name not in LEFTOVERS}

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """A whole text frame that comes alone is what clients mostly send; everything else is autobahn's to take."""
        is_between = self.is_up and not self.data and self.current_frame is None and not self.inside_message
        is_plain = is_between and self.autoPingTimeoutCall is None and len(data) <= self.maxFramePayloadSize
        text = whole_text(data) if is_plain else None
        if self.state == self.STATE_CLOSING:
            self._hear_out(data)
        elif text is None:
            self._dataReceived(data)
        else:
            self.last_ping = time.time()
            self.application_queue.put_nowait({"type": "websocket.receive", "text": text})

    def failHandshake(self, reason: str, code: int = 400, responseHeaders: Any = None) -> None:  # noqa: N802, N803
        """A refused Origin is a 403 like any other refusal; autobahn says 400 where it is no address at all."""
        if reason.startswith(("HTTP Origin header", "WebSocket connection denied: origin")):
            reason, code = "Forbidden", 403
        super().failHandshake(reason, code, responseHeaders)

    @property
    def is_up(self) -> bool:
        """The handshake is done and nobody has begun to close."""
        return bool(self.state == self.STATE_OPEN)

    def offer(self, text: str) -> bool:
        """Takes one text frame now; False, and nothing done, while the transport is full or the socket not open."""
        if self.state != self.STATE_OPEN or not self.gate.is_open:
            return False
        self.send_text(text)
        return True

    def send_text(self, text: str) -> None:
        """One text frame, to the socket or into the transport's buffer."""
        cls = SiteWebSocket
        if cls._framed[0] is not text:
            cls._framed = (text, text_frame(text))
        self._push(cls._framed[1])

    def _push(self, data: bytes) -> None:
        """To the socket at once while nothing waits before it, else into the transport's buffer."""
        transport = self.transport
        sent = 0
        if transport.connected and not transport.dataBuffer and not transport._tempDataLen:  # noqa: SLF001
            try:
                sent = transport.socket.send(data)
            except OSError:
                # Whatever goes wrong goes wrong again in Twisted's own write, which then ends the connection.
                sent = 0
        if sent < len(data):
            transport.write(data[sent:])

    def check_timeouts(self) -> None:
        """Called every few seconds; most sockets have just been heard or pinged."""
        if not self.is_up or time.time() - self.last_ping > self.server.ping_interval:
            super().check_timeouts()

    def serverClose(self, code: int | None = None) -> None:  # noqa: N802 - daphne's name
        """Close with any code; autobahn's own `sendClose` refuses an application 1009 and 1012."""
        if self.is_up:
            self.sendCloseFrame(code=int(code or 1000), isReply=False)

    def sendCloseFrame(self, code: int | None = None, reasonUtf8: bytes | None = None, isReply: bool = False) -> None:  # noqa: N802, N803
        """Autobahn's own clock for the answer goes by whole seconds: it may strike at once."""
        is_first = self.is_up
        super().sendCloseFrame(code, reasonUtf8, isReply)
        if is_first and not isReply:
            self.closeHandshakeTimeoutCall = reactor.callLater(ANSWER_SECONDS, self.onCloseHandshakeTimeout)

    def onCloseHandshakeTimeout(self) -> None:  # noqa: N802 - autobahn's name
        """A peer that does not answer yet is told that nothing more comes, and heard out."""
        self.transport.loseWriteConnection()
        self.closeHandshakeTimeoutCall = reactor.callLater(LINGER_SECONDS, super().onCloseHandshakeTimeout)

    def _fail_connection(self, *why: Any, **more: Any) -> None:
        """Once is enough: what else is wrong with what a peer still sends is no reason to reset it."""
        if self.state != self.STATE_CLOSING:
            super()._fail_connection(*why, **more)

    def _hear_out(self, data: bytes) -> None:
        self.lingered += len(data)
        if self.lingered > LINGER_BYTES:
            self.dropConnection(abort=True)
        else:
            self._dataReceived(data)

    def onPing(self, payload: bytes) -> None:  # noqa: N802 - autobahn's name
        """For a peer that takes nothing no answers pile up."""
        if self.gate.is_open:
            super().onPing(payload)

    def onMessageFrame(self, payload: list[bytes]) -> None:  # noqa: N802 - autobahn's name
        """A message of endless empty pieces is too large as well."""
        super().onMessageFrame(payload)
        if len(self.message_data) > self.maxMessagePayloadSize:
            self._fail_connection(self.CLOSE_STATUS_CODE_MESSAGE_TOO_BIG, "too many pieces")

    def onAutoPingTimeout(self) -> None:  # noqa: N802 - autobahn's name
        """A peer that reads but answers no ping is told why; one that is gone is dropped."""
        self.autoPingTimeoutCall = None
        if self.is_up and self.gate.is_open:
            self.serverClose(code=TOO_SLOW)
        else:
            super().onAutoPingTimeout()
