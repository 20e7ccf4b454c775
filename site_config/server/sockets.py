"""Daphne's WebSocket with what the site needs of it."""

from typing import Any, ClassVar

from daphne.ws_protocol import WebSocketProtocol

from site_config.server.flow import Gate

TOO_SLOW = 4408


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
