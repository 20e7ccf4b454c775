"""What flows between a connection and its application: when it has to wait."""

import asyncio
from typing import Any


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
    """What a socket's application has yet to receive. An asyncio.Queue weighs 3 KiB, and most sockets say nothing."""

    __slots__ = ("_events", "_waiter")

    def __init__(self) -> None:
        self._events: list[dict[str, Any]] = []
        self._waiter: asyncio.Future[None] | None = None

    def put_nowait(self, event: dict[str, Any]) -> None:
        self._events.append(event)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def get(self) -> dict[str, Any]:
        """For one task."""
        while not self._events:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._events.pop(0)
