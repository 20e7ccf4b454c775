"""The queue while its database breaks."""

import signal

import psycopg
import pytest

from chaos.site import Site, send
from tests.faults.conftest import until

pytestmark = pytest.mark.processes


def enqueue(site: Site, job: str) -> None:
    with site.database() as database:
        database.execute(
            "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', %s, 0, NULL, NULL, '{}', NULL)]"
            "::procrastinate_job_to_defer_v1[])",
            [job],
        )


def waiting(site: Site) -> list[str]:
    try:
        with site.database() as database:
            rows = database.execute("SELECT task_name FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
            return [name for (name,) in rows.fetchall()]
    except psycopg.Error:
        return ["nobody knows"]


async def test_the_worker_waits_for_the_database_and_goes_on_without_a_restart(site: Site) -> None:
    await until(lambda: waiting(site) == [], 30, "what its schedule has enqueued is done")
    (before,) = site.pids("job worker")
    (postgres,) = site.pids("postgres")
    supervisor = site.child.pid or 0
    send(supervisor, signal.SIGSTOP)  # nobody is there to start it again
    try:
        site.signal("postgres", signal.SIGKILL)
        await until(lambda: "The queue waits for the database" in site.log(), 40, "told")
    finally:
        send(supervisor, signal.SIGCONT)
    await until(lambda: waiting(site) != ["nobody knows"], 20, "PostgreSQL is back")
    enqueue(site, "chat.forget_failed_jobs")
    await until(lambda: "The queue goes on" in site.log() and waiting(site) == [], 40, "done")
    assert site.pids("job worker") == [before]
    assert site.pids("postgres") != [postgres]
