"""Database work out of the event loop, in threads of its own, and what to say when it fails."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from channels import db
from django.db import InterfaceError, OperationalError

from chat.errors import Unavailable

ANSWER_SECONDS = 4.5
RETRY_SECONDS = 1.0
THREADS = 4
BATCH = 200

_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="database")


class DatabaseAway(Unavailable):
    """The database can't be reached, or does not answer in time."""

    def __init__(self) -> None:
        super().__init__("The database can't be reached right now.", retry_after=RETRY_SECONDS)


async def query[**P, T](function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of a function that uses the database. Raises DatabaseAway when it does not answer in time."""
    return await run(_pool, function, *args, **kwargs)


async def run[**P, T](
    executor: ThreadPoolExecutor, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
) -> T:
    """The same, in a thread of `executor`."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            work = db.database_sync_to_async(function, thread_sensitive=False, executor=executor)
            result: T = await work(*args, **kwargs)
            return result
    except (OperationalError, InterfaceError, TimeoutError) as error:
        raise DatabaseAway from error


class Together[Q, A]:
    """Asks the database once for all who wait, in place of once for each.

    While one batch is being answered, the next gathers: alone, nobody waits for others, and of a thousand who come at
    the same moment hardly one costs a statement.
    """

    def __init__(self, answer: Callable[[Sequence[Q]], Sequence[A]]) -> None:
        """`answer`: in a database thread, the answers to some questions, in their order."""
        self._answer = answer
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, question: Q) -> A:
        """The answer; what is read for it is read after the question. Raises Unavailable."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[A] = loop.create_future()
        self._waiting.append((question, answer))
        if self._task is None:
            self._task = loop.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                await self._answer_all(batch)
        finally:
            self._task = None

    async def _answer_all(self, batch: Sequence[tuple[Q, asyncio.Future[A]]]) -> None:
        try:
            found = await query(self._answer, [question for question, _ in batch])
        except Exception as error:  # noqa: BLE001 - it is for those who asked
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(error)
            return
        for (_, answer), one in zip(batch, found, strict=True):
            if not answer.done():
                answer.set_result(one)
