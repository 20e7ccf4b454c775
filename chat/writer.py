"""The process's one writer of messages: all drafts that wait go into one transaction, and each gets its outcome."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from chat.errors import Unavailable
from chat.services.messages import Draft, Outcome, post_messages
from chat.threads import ANSWER_SECONDS, RETRY_SECONDS, run

logger = logging.getLogger(__name__)

BATCH = 500
WAITING = 5_000

type Entry = tuple[Draft, asyncio.Future[Outcome]]


class Writer:
    """Takes drafts in the order in which they come; alone, a draft waits for nobody."""

    def __init__(self) -> None:
        self._waiting: list[Entry] = []
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._is_closed = False
        self._asking = 0
        self._all_heard = asyncio.Event()
        self._all_heard.set()

    async def post(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """The outcome of each draft, in ANSWER_SECONDS at most. A full or closing writer answers Unavailable."""
        if self._is_closed or len(self._waiting) + len(drafts) > WAITING:
            busy = Unavailable("Too much is being written right now.", retry_after=RETRY_SECONDS)
            return [busy for _ in drafts]
        if not drafts:
            return []
        loop = asyncio.get_running_loop()
        entries: list[Entry] = [(draft, loop.create_future()) for draft in drafts]
        self._waiting += entries
        if self._task is None:
            self._task = loop.create_task(self._work())
        self._asking += 1
        self._all_heard.clear()
        try:
            _, late = await asyncio.wait([future for _, future in entries], timeout=ANSWER_SECONDS)
        finally:
            self._asking -= 1
            if not self._asking:
                self._all_heard.set()
        if late:
            # Those still waiting for an earlier batch are not tried; of the others nobody can say yet.
            self._waiting = [entry for entry in self._waiting if entry[1] not in late]
        return [future.result() if future.done() else _unreachable() for _, future in entries]

    async def close(self) -> None:
        """Finishes what waits and lets those who asked hear of it, then takes nothing more."""
        self._is_closed = True
        if self._task is not None:
            await self._task
        await self._all_heard.wait()

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                outcomes = await self._post([draft for draft, _ in batch])
                for (_, future), outcome in zip(batch, outcomes, strict=True):
                    if not future.done():
                        future.set_result(outcome)
        finally:
            self._task = None

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


def _unreachable() -> Unavailable:
    return Unavailable("The database can't be reached right now.", retry_after=RETRY_SECONDS)
