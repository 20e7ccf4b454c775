"""The first to hear what comes over a new connection: handshakes go to WebSocket at once, the rest to HTTP."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

from twisted.internet.protocol import Protocol, connectionDone

SILENT_SECONDS = 60

HEAD = re.compile(rb"GET (/[!-~]*) HTTP/1\.1\r\n((?:[-!#$%&'*+.^`|~0-9A-Za-z]+: *[!-~][ -~]*\r\n)+)\r\n")
# With these there is more to a request than its head.
NOT_PLAIN = frozenset({b"content-length", b"transfer-encoding", b"expect"})


def plain_handshake(data: bytes) -> bytes | None:
    """Where `data` is exactly the head of a handshake, of which nothing is unusual: its address, else None."""
    head = HEAD.fullmatch(data)
    if head is None:
        return None
    headers = [line.split(b":", 1) for line in head[2].split(b"\r\n")[:-1]]
    by_name = {name.lower(): value for name, value in headers}
    is_plain = len(by_name) == len(headers) and NOT_PLAIN.isdisjoint(by_name)
    return head[1] if is_plain and by_name.get(b"upgrade", b"").strip().lower() == b"websocket" else None


class Entrance(Protocol):
    """Lets a plain handshake, which comes in one piece, pass by HTTP.

    Daphne has each handshake read by Twisted, writes it anew and has it read by autobahn, which does all of it anyway:
    a sixth of what it costs to connect. What is unusual takes that way as ever.
    """

    def __init__(self, address: Any, *, to_http: Callable[[Any], Any], to_socket: Callable[[Any], Any]) -> None:
        """`to_http` and `to_socket` build the protocols of such connections."""
        self.address, self.to_http, self.to_socket = address, to_http, to_socket

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        loop = asyncio.get_running_loop()
        self.impatience = loop.call_later(SILENT_SECONDS, self.transport.abortConnection)

    def connectionLost(self, reason: Any = connectionDone) -> None:  # noqa: N802 - Twisted's name
        self.impatience.cancel()

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        self.impatience.cancel()
        address = plain_handshake(data)
        if address is None:
            protocol = self.to_http(self.address)
        else:
            protocol = self.to_socket(self.address)
            protocol._raw_query_string = address.partition(b"?")[2]  # noqa: SLF001 - as daphne hands it over
        self.transport.protocol = protocol
        protocol.makeConnection(self.transport)
        protocol.dataReceived(data)
