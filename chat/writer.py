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
    """Drafts that came together, their outcomes to be, and until when (by the loop's clock) somebody waits for them."""

    drafts: Sequence[Draft]
    outcomes: asyncio.Future[list[Outcome]]
    due: float


class Writer:
    """Takes drafts in the order in which they come; alone, a draft waits for nobody."""

    def __init__(self) -> None:
        self._waiting: deque[Entry] = deque()
        self._trying: list[Entry] = []
        self._count = 0
        self._clock: asyncio.TimerHandle | None = None
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
        entry = Entry(drafts, loop.create_future(), loop.time() + ANSWER_SECONDS)
        self._waiting.append(entry)
        self._count += len(drafts)
        if self._task is None:
            self._task = loop.create_task(self._work())
        if self._clock is None:
            self._clock = loop.call_at(entry.due, self._give_up)
        self._asking += 1
        self._all_heard.clear()
        try:
            return await entry.outcomes
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
                self._trying = batch = self._batch()
                outcomes = iter(await self._post([draft for entry in batch for draft in entry.drafts]))
                for entry in batch:
                    own = [next(outcomes) for _ in entry.drafts]
                    if not entry.outcomes.done():
                        entry.outcomes.set_result(own)
        finally:
            self._trying = []
            self._task = None

    def _give_up(self) -> None:
        """Answers those whose time is over: one clock for all, who come in the order in which they are due.

        What still waits for an earlier batch is not tried; of what is being tried nobody can say yet.
        """
        loop = asyncio.get_running_loop()
        now = loop.time()
        late = [entry for entry in self._trying if entry.due <= now]
        while self._waiting and self._waiting[0].due <= now:
            late.append(self._waiting.popleft())
            self._count -= len(late[-1].drafts)
        for entry in late:
            if not entry.outcomes.done():
                entry.outcomes.set_result([DatabaseAway()] * len(entry.drafts))
        due = next((entry.due for entry in (*self._trying, *self._waiting) if not entry.outcomes.done()), None)
        self._clock = None if due is None else loop.call_at(due, self._give_up)

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
