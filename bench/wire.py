"""The little of HTTP and WebSocket that a load generator speaks, on bytes. No I/O."""

from collections.abc import Iterator

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
END_OF_HEAD = b"\r\n\r\n"
# RFC 6455 asks a client to mask what it sends; with a key of zeros that costs nothing.
MASKED, KEY = 0x80, bytes(4)


def handshake(host: str, path: str, cookie: str) -> bytes:
    """The request that opens a socket, as a browser with a session would send it."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
        f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: sessionid={cookie}\r\n\r\n"
    ).encode()


def client_frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """One whole frame, as a client sends it."""
    size = len(payload)
    if size < 126:
        head = bytes((0x80 | opcode, MASKED | size))
    elif size < 65536:
        head = bytes((0x80 | opcode, MASKED | 126)) + size.to_bytes(2)
    else:
        head = bytes((0x80 | opcode, MASKED | 127)) + size.to_bytes(8)
    return head + KEY + payload


def frames(data: bytes) -> Iterator[tuple[int, int, int]]:
    """The whole server frames at the start of `data`: (opcode, where the payload begins, where it ends)."""
    at, end = 0, len(data)
    while end - at >= 2:
        size = data[at + 1]
        begin = at + 2
        if size == 126:
            begin = at + 4
            size = int.from_bytes(data[at + 2 : begin])
        elif size == 127:
            begin = at + 10
            size = int.from_bytes(data[at + 2 : begin])
        if end < begin or end - begin < size:
            return
        yield data[at] & 0x0F, begin, begin + size
        at = begin + size
