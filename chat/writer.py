"""The process's one writer of messages: all drafts that wait go into one transaction, and each gets its outcome."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from chat.errors import Unavailable
from chat.services.messages import Draft, Outcome, post_messages
from chat.threads import ANSWER_SECONDS, RETRY_SECONDS, DatabaseAway, run

logger = logging.getLogger(__name__)

BATCH = 500
WAITING = 5_000


class Entry(NamedTuple):
    """Drafts that came together, and their outcomes to be."""

    drafts: Sequence[Draft]
    outcomes: asyncio.Future[list[Outcome]]


class Writer:
    """Takes drafts in the order in which they come; alone, a draft waits for nobody."""

    def __init__(self) -> None:
        self._waiting: deque[Entry] = deque()
        self._count = 0
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._is_closed = False
        self._asking = 0
        self._all_heard = asyncio.Event()
        self._all_heard.set()

    async def post(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """The outcome of each draft, in ANSWER_SECONDS at most. A full or closing writer answers Unavailable."""
        if self._is_closed or self._count + len(drafts) > WAITING:
            busy = Unavailable("Too much is being written right now.", retry_after=RETRY_SECONDS)
            return [busy for _ in drafts]
        if not drafts:
            return []
        loop = asyncio.get_running_loop()
        entry = Entry(drafts, loop.create_future())
        self._waiting.append(entry)
        self._count += len(drafts)
        if self._task is None:
            self._task = loop.create_task(self._work())
        self._asking += 1
        self._all_heard.clear()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await entry.outcomes
        except TimeoutError:
            # What still waits for an earlier batch is not tried; of what is being tried nobody can say yet.
            if entry in self._waiting:
                self._waiting.remove(entry)
                self._count -= len(drafts)
            return [DatabaseAway()] * len(drafts)
        finally:
            self._asking -= 1
            if not self._asking:
                self._all_heard.set()

    async def close(self) -> None:
        """Finishes what waits and lets those who asked hear of it, then takes nothing more."""
        self._is_closed = True
        if self._task is not None:
            await self._task
        await self._all_heard.wait()

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch = self._batch()
                outcomes = iter(await self._post([draft for entry in batch for draft in entry.drafts]))
                for entry in batch:
                    own = [next(outcomes) for _ in entry.drafts]
                    if not entry.outcomes.done():
                        entry.outcomes.set_result(own)
        finally:
            self._task = None

    def _batch(self) -> list[Entry]:
        """What waits longest: at most BATCH drafts, or one entry."""
        batch = [self._waiting.popleft()]
        size = len(batch[0].drafts)
        while self._waiting and size + len(self._waiting[0].drafts) <= BATCH:
            batch.append(self._waiting.popleft())
            size += len(batch[-1].drafts)
        self._count -= size
        return batch

    async def _post(self, drafts: Sequence[Draft]) -> list[Outcome]:
        try:
            return await run(self._thread, post_messages, drafts)
        except Unavailable as error:
            return [error for _ in drafts]
        except Exception:
            if len(drafts) > 1:
                # One draft must not fail its neighbours: each alone.
                return [outcome for draft in drafts for outcome in await self._post([draft])]
            logger.exception("a draft could not be posted")
            return [Unavailable("The message could not be stored.", retry_after=RETRY_SECONDS)]
