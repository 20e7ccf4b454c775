"""Jobs for tests of the queue, and workers that do them: in this process, or in one that can be killed."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable

if __name__ == "__main__":
    from site_config import job_worker

    job_worker.prepare()

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.periodic import PeriodicRegistry
from procrastinate.psycopg_connector import PsycopgConnector

from accounts.queue import enqueue
from chat.jobs import job
from chat.models import AuditEntry
from site_config import job_worker
from tests.live.site import database_url_of_tests

LOCK = 20_261_122
PAUSE = threading.Event()  # never set


def note(word: str) -> None:
    """Leaves a mark each time it is done."""
    AuditEntry.objects.create(action=f"noted {word}")


def stumble(word: str) -> None:
    """Leaves a mark in a transaction that fails, and fails."""
    note(word)
    raise ValueError(word)


def wait_and_note(word: str) -> None:
    """Leaves a mark when nobody holds the lock any more."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        cursor.execute("RESET lock_timeout; RESET statement_timeout")
    note(word)


jobs = {work.__name__: job(work) for work in (note, stumble, wait_and_note)}


def until(question: Callable[[], object], seconds: float = 30) -> None:
    begin = time.monotonic()
    while not question():
        assert time.monotonic() - begin < seconds, f"not within {seconds} s"
        PAUSE.wait(0.05)


def noted() -> list[str]:
    """What was done, in order."""
    entries = AuditEntry.objects.filter(action__startswith="noted ").order_by("pk")
    return [action.removeprefix("noted ") for action in entries.values_list("action", flat=True)]


def enqueue_all(work: str, *words: str) -> None:
    for word in words:
        enqueue(work, word=word)


def work_off(workers: int = 1) -> None:
    """What is due by now is done, by that many workers at the same time. No schedule adds to it."""

    async def scene() -> None:
        async with job_worker.own_pool() as pool:
            hands = app.with_connector(PsycopgConnector())
            hands.periodic_registry = PeriodicRegistry()  # type: ignore[no-untyped-call]
            async with hands.open_async(pool):
                working = (hands.run_worker_async(wait=False, install_signal_handlers=False) for _ in range(workers))
                await asyncio.gather(*working)

    asyncio.run(scene())


def process() -> subprocess.Popen[bytes]:
    """A worker as `bin/serve` starts it that knows these jobs too, on the database of this test run."""
    environment = os.environ | {"DATABASE_URL": database_url_of_tests()}
    return subprocess.Popen([sys.executable, "-m", "tests.chat.working"], env=environment)


if __name__ == "__main__":
    asyncio.run(job_worker.main())
