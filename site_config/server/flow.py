"""What flows between a connection and its application: when it has to wait."""

import asyncio
from typing import Any

INBOX_MOST = 1_000
INBOX_BYTES = 2**20


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


class Inbox:
    """What a socket's application has yet to receive. An asyncio.Queue weighs 3 KiB, and most sockets say nothing.

    While too much waits, its `source`, what Twisted calls a push producer, brings no more.
    """

    __slots__ = ("_events", "_size", "_source", "_waiter")

    def __init__(self, source: Any = None) -> None:
        self._events: list[dict[str, Any]] = []
        self._size = 0
        self._source = source
        self._waiter: asyncio.Future[None] | None = None

    def put_nowait(self, event: dict[str, Any]) -> None:
        was_full = self._is_full
        self._events.append(event)
        self._size += _size_of(event)
        if self._source is not None and self._is_full and not was_full:
            self._source.pauseProducing()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def get(self) -> dict[str, Any]:
        """For one task."""
        while not self._events:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        was_full = self._is_full
        event = self._events.pop(0)
        self._size -= _size_of(event)
        if self._source is not None and was_full and not self._is_full:
            self._source.resumeProducing()
        return event

    @property
    def _is_full(self) -> bool:
        return len(self._events) >= INBOX_MOST or self._size >= INBOX_BYTES


def _size_of(event: dict[str, Any]) -> int:
    """In characters or bytes."""
    return len(event.get("text") or event.get("bytes") or "")
