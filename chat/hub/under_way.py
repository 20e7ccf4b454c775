"""Commands that are being worked off, so that a process which stops answers them first."""

import asyncio
from contextlib import suppress

from chat.threads import ANSWER_SECONDS


class UnderWay:
    """Entered for each command, left when it is answered. Once it `is_ending`, no further command is begun."""

    def __init__(self) -> None:
        self.is_ending = False
        self._count = 0
        self._all_left = asyncio.Event()
        self._all_left.set()

    def __enter__(self) -> None:
        self._count += 1
        self._all_left.clear()

    def __exit__(self, *error: object) -> None:
        self._count -= 1
        if not self._count:
            self._all_left.set()

    async def end(self) -> None:
        """Returns when every command that was begun is answered, or had its time."""
        self.is_ending = True
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._all_left.wait()
