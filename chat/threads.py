"""Database work out of the event loop, in threads of its own, and what to say when it fails."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from channels.db import database_sync_to_async
from django.db import InterfaceError, OperationalError

from chat.errors import Unavailable

ANSWER_SECONDS = 4.5
RETRY_SECONDS = 1.0
THREADS = 4

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
    call = database_sync_to_async(function, thread_sensitive=False, executor=executor)
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            result: T = await call(*args, **kwargs)
            return result
    except (OperationalError, InterfaceError, TimeoutError) as error:
        raise DatabaseAway from error
