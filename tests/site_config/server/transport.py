"""A connection whose other end is the test."""

from typing import Any

from twisted.internet.testing import StringTransport


class Transport(StringTransport):
    """What our WebSocket asks of a TCP connection; its socket takes nothing, so all is written to the transport."""

    protocol: Any = None
    is_half_closed = False
    dataBuffer = b"something waits"  # noqa: N815 - Twisted's name
    _tempDataLen = 0  # noqa: N815 - Twisted's name

    def unregisterProducer(self) -> None:  # noqa: N802 - Twisted's name
        """A TCP connection does not mind where there is none."""
        self.producer = None

    def loseWriteConnection(self) -> None:  # noqa: N802 - Twisted's name
        self.is_half_closed = True
