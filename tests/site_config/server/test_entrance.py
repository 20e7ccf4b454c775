"""A handshake that passes by HTTP has the same outcome as one that does not."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from daphne.http_protocol import HTTPFactory
from daphne.ws_protocol import WebSocketFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet import defer
from twisted.internet.testing import StringTransport

from site_config.server import entrance
from site_config.server.entrance import Entrance, plain_handshake
from site_config.server.sockets import SiteWebSocket
from tests.site_config.server.transport import Transport

LINE = b"GET /ws/chat/lobby/?backlog=50 HTTP/1.1"
HEADERS = [
    b"Host: chat.example:8000",
    b"Origin: http://chat.example:8000",
    b"Connection: keep-alive, Upgrade",
    b"Upgrade: websocket",
    b"Sec-WebSocket-Version: 13",
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    b"Cookie: sessionid=x; csrftoken=y",
]
LINES = (
    LINE,
    b"GET /%ff/?%00 HTTP/1.1",
    b"GET /?a?b#c HTTP/1.1",
    b"GET http://x/ws/ HTTP/1.1",
    b"GET //x/y HTTP/1.1",
    b"POST /ws/ HTTP/1.1",
    b"GET /ws/ HTTP/1.0",
    b"GET /a b HTTP/1.1",
    b"GET /\xe9 HTTP/1.1",
    b"GET  HTTP/1.1",
    b"",
)
UNUSUAL = (
    b"X: a\x0bOrigin: http://evil",
    b"X: \x85",
    b"X: \xe9",
    b"X: \t",
    b"X_Forged: 1",
    b"X : space before the colon",
    b" folded",
    b"no colon",
    b": no name",
    b"host: another",
    b"Content-Length: 3",
    b"Transfer-Encoding: chunked",
    b"Expect: 100-continue",
)
OTHERS = (
    b"Host: other",
    b"Host: a:b",
    b"Origin: null",
    b"Origin: http://[",
    b"Upgrade: h2c, websocket",
    b"Connection: close",
    b"Sec-WebSocket-Version: 8",
    b"Sec-WebSocket-Key: short",
    b"Sec-WebSocket-Protocol: a, b, a",
    b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
    b"Authorization: Bearer x",
    b"Daphne-Root-Path: /x",
    b"X-Forwarded-For: 1.2.3.4",
    *UNUSUAL,
)


class Server(SimpleNamespace):
    """As much of daphne's server as its protocols need. `seen`: the scopes of the sockets that were asked for."""

    def __init__(self) -> None:
        super().__init__(seen=[], root_path="", proxy_forwarded_address_header=None)
        self.http_factory, self.ws_factory = HTTPFactory(self), WebSocketFactory(self, server="tertulia")
        self.ws_factory.setProtocolOptions(allowNullOrigin=True, openHandshakeTimeout=0)
        self.ws_factory.protocol = SiteWebSocket

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        self.seen.append(scope)
        return defer.Deferred()

    def protocol_connected(self, protocol: Any) -> None:
        pass

    protocol_disconnected = protocol_connected

    def entrance(self) -> Entrance:
        return Entrance(None, to_http=self.http_factory.buildProtocol, to_socket=self.ws_factory.buildProtocol)


def outcome(data: bytes, *, by_entrance: bool) -> tuple[list[dict[str, Any]], bytes, bool]:
    """The scopes that came of it, what was answered, and whether the connection was ended."""
    server = Server()

    async def scene() -> StringTransport:
        transport = Transport()
        protocol = server.entrance() if by_entrance else server.http_factory.buildProtocol(None)
        transport.protocol = protocol
        protocol.makeConnection(transport)
        protocol.dataReceived(data)
        return transport

    transport = asyncio.run(scene())
    for scope in server.seen:
        scope["headers"].sort()
    return server.seen, transport.value(), transport.disconnecting


def head(line: bytes, headers: list[bytes]) -> bytes:
    return b"\r\n".join([line, *headers]) + b"\r\n\r\n"


@settings(deadline=None)
@given(
    st.just(LINE) | st.sampled_from(LINES),
    st.permutations(HEADERS),
    st.lists(st.sampled_from(OTHERS), max_size=2),
    st.integers(0, 3),
    st.sampled_from([b"", b"x"]),
)
def test_what_passes_by_http_ends_as_with_it(
    line: bytes, headers: list[bytes], others: list[bytes], left_out: int, rest: bytes
) -> None:
    data = head(line, headers[left_out:] + others) + rest
    if plain_handshake(data) is not None:
        assert outcome(data, by_entrance=True) == outcome(data, by_entrance=False)


def test_an_ordinary_handshake_passes() -> None:
    data = head(LINE, HEADERS)
    assert plain_handshake(data) == b"/ws/chat/lobby/?backlog=50"
    (scope,), answer, _ = outcome(data, by_entrance=True)
    assert (scope["path"], scope["query_string"], answer) == ("/ws/chat/lobby/", b"backlog=50", b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        head(LINE, HEADERS)[:-1],
        head(LINE, HEADERS) + b"\x81",
        head(LINE, HEADERS).replace(b"\r\n", b"\n"),
        head(LINE, [line for line in HEADERS if not line.startswith(b"Upgrade")]),
        *(head(LINE, [*HEADERS, line]) for line in UNUSUAL),
    ],
)
def test_what_is_unusual_takes_the_long_way(data: bytes) -> None:
    assert plain_handshake(data) is None


def test_a_request_for_a_page_is_left_to_http() -> None:
    data = b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: close\r\n\r\n"
    assert outcome(data, by_entrance=True) == outcome(data, by_entrance=False)


async def test_who_says_nothing_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entrance, "SILENT_SECONDS", 0)
    is_cut, transport = asyncio.Event(), Transport()
    transport.abortConnection = is_cut.set
    Server().entrance().makeConnection(transport)
    async with asyncio.timeout(10):
        await is_cut.wait()
