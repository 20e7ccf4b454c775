"""The one kind of WebSocket frame that is mostly sent: text, whole. Pure."""

TEXT_AND_LAST = 0x81
MASKED = 0x80


def text_frame(text: str) -> bytes:
    """The text as a server sends it: one frame, not masked (RFC 6455, 5.2)."""
    body = text.encode()
    size = len(body)
    if size < 126:
        return bytes((TEXT_AND_LAST, size)) + body
    if size < 65_536:
        return bytes((TEXT_AND_LAST, 126)) + size.to_bytes(2) + body
    return bytes((TEXT_AND_LAST, 127)) + size.to_bytes(8) + body


def whole_text(data: bytes) -> str | None:
    """The text, where `data` is exactly one masked text frame below 64 KiB that needs no other (RFC 6455, 5.2)."""
    if len(data) < 6 or data[0] != TEXT_AND_LAST or not data[1] & MASKED:
        return None
    size, at = data[1] & ~MASKED, 2
    if size == 126:
        size, at = int.from_bytes(data[2:4]), 4
        if size < 126:
            return None
    elif size == 127:
        return None
    body = data[at + 4 :]
    if len(body) != size:
        return None
    key = (data[at : at + 4] * (size // 4 + 1))[:size]
    try:
        return (int.from_bytes(body) ^ int.from_bytes(key)).to_bytes(size).decode()
    except UnicodeDecodeError:
        return None
