"""The program that does the work of the queue: one process beside those that serve.

It waits while PostgreSQL is away.
"""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Coroutine
from typing import Any

import django
from django.conf import settings
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector
from psycopg_pool import AsyncConnectionPool

from accounts import queue

logger = logging.getLogger(__name__)


PAUSE_SECONDS = 1.0
# How many jobs of a queue are done at a time. What comes by itself does not wait for pictures, nor they for it.
QUEUES = {"default": 2, queue.PICTURES: 2}


async def main() -> None:
    """Work until SIGTERM or SIGINT; jobs under way are finished."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    with app.replace_connector(PsycopgConnector()):
        async with own_pool() as pool, app.open_async(pool):
            while not stopping.is_set():
                await until_reachable(stopping)
                await work(stopping)


def own_pool() -> AsyncConnectionPool:
    """Connections for fetching jobs; what jobs themselves ask goes through Django's."""
    return AsyncConnectionPool(
        kwargs=connector_params(),
        min_size=1,
        max_size=2 * len(QUEUES),
        timeout=3,
        reconnect_timeout=3,
        check=AsyncConnectionPool.check_connection,
        open=False,
    )


async def until_reachable(stopping: asyncio.Event) -> None:
    """Wait for the database."""
    was_away = False
    while not stopping.is_set():
        try:
            await app.check_connection_async()
        except ConnectorException:
            if not was_away:
                logger.warning("The queue waits for the database.")
            was_away = True
            await either(stopping, asyncio.sleep(PAUSE_SECONDS))
        else:
            if was_away:
                logger.warning("The queue goes on.")
            return


async def work(stopping: asyncio.Event) -> None:
    """Take jobs until `stopping` is set, or until the database goes away."""
    if stopping.is_set():
        return
    with contextlib.suppress(ConnectorException):
        await either(stopping, work_queues())


async def work_queues() -> None:
    """One worker for each queue; when one ends, all do."""
    async with asyncio.TaskGroup() as together:
        for name, number in QUEUES.items():
            together.create_task(app.run_worker_async(queues=[name], concurrency=number, install_signal_handlers=False))


async def either(stopping: asyncio.Event, other: Coroutine[Any, Any, None]) -> None:
    """Run `other`, ask it to end when `stopping` is set, and wait for its end. Raises what it raises."""
    running, asked = asyncio.create_task(other), asyncio.create_task(stopping.wait())
    await asyncio.wait({running, asked}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    running.cancel()  # a worker finishes what it has begun
    await asyncio.wait({running})
    if not running.cancelled():
        running.result()


def prepare() -> None:
    """Django without the server, which is a quarter of its memory."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
    settings.INSTALLED_APPS.remove("daphne")
    django.setup()


if __name__ == "__main__":
    prepare()
    asyncio.run(main())
