import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from site_config import data_folder
from site_config.children import Child, StartError, last_complaint
from site_config.local_services import LocalServices, database_url, redis_url

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def services(folder: Path) -> Iterator[LocalServices]:
    made = LocalServices(folder / "data", purpose="a test", is_durable=False)
    yield made
    made.stop()


def is_gone(pid: int | None) -> bool:
    return not data_folder.is_running(pid)


def wait_for_end(pid: int) -> None:
    """Wait until a process that is no child of ours has ended."""
    descriptor = os.pidfd_open(pid)
    try:
        assert select.select([descriptor], [], [], 15)[0], f"process {pid} did not end"
    finally:
        os.close(descriptor)


def test_start_use_stop_start(services: LocalServices) -> None:
    services.start()
    with psycopg.connect(database_url(services.data)) as connection:
        assert connection.info.dbname == "tertulia"
        assert connection.execute("SHOW jit").fetchone() == ("off",)
        connection.execute("CREATE TABLE kept (word text)")
    with redis.Redis.from_url(redis_url(services.data)) as client:
        assert client.ping()
    pids = [child.pid for child in services.children()]
    services.stop()
    assert all(is_gone(pid) for pid in pids)
    services.start()
    with psycopg.connect(database_url(services.data)) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_they_listen_for_nobody_else(services: LocalServices) -> None:
    services.start()
    run = data_folder.run_dir(services.data)
    assert run.stat().st_mode & 0o077 == 0
    with psycopg.connect(database_url(services.data)) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    with redis.Redis.from_url(redis_url(services.data)) as client:
        assert client.config_get("port") == {"port": "0"}


def test_a_second_start_is_refused_and_harms_nothing(services: LocalServices) -> None:
    services.start()
    with pytest.raises(StartError, match=rf"in use by a test \(process {os.getpid()}\)"):
        LocalServices(services.data, purpose="another").start()
    with psycopg.connect(database_url(services.data)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_path_with_odd_characters_and_one_that_is_too_long(folder: Path) -> None:
    for name in ("a b%20?&#'ñ大", "long" * 30):
        services = LocalServices(folder / name, purpose="a test", is_durable=False)
        try:
            services.start()
            with psycopg.connect(database_url(services.data)) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
            with redis.Redis.from_url(redis_url(services.data)) as client:
                assert client.ping()
        finally:
            services.stop()
        assert not data_folder.run_dir(services.data).exists()


def test_a_database_of_another_version_is_refused_untouched(folder: Path) -> None:
    data = folder / "data"
    data_folder.prepare(data)
    (data / "pg").mkdir()
    (data / "pg" / "PG_VERSION").write_text("14\n", encoding="utf-8")
    with pytest.raises(StartError, match="is of PostgreSQL 14"):
        LocalServices(data, purpose="a test").start()
    assert [path.name for path in (data / "pg").iterdir()] == ["PG_VERSION"]


def test_a_half_made_database_is_made_anew(services: LocalServices) -> None:
    data_folder.prepare(services.data)
    (services.data / "pg.new").mkdir()
    (services.data / "pg.new" / "PG_VERSION").write_text("18\n", encoding="utf-8")
    services.start()
    assert not (services.data / "pg.new").exists()


def test_a_database_that_cannot_start_says_why_and_leaves_nothing_running(services: LocalServices) -> None:
    services.start()
    services.stop()
    (services.data / "pg" / "postgresql.conf").write_text("no_such_setting = 1\n", encoding="utf-8")
    with pytest.raises(StartError, match="PostgreSQL did not start: FATAL"):
        services.start()
    assert all(is_gone(child.pid) for child in services.children())
    assert not data_folder.Lock(services.data, "a look").is_held()


def test_a_lock_file_that_names_a_strangers_process_is_no_hindrance(services: LocalServices) -> None:
    services.start()
    assert services.postgres
    services.stop()
    lock = services.data / "pg" / "postmaster.pid"
    lock.write_text(f"{os.getppid()}\n{services.data}/pg\n0\n5432\n\n\n 0 0\n", encoding="utf-8")
    services.start()


@contextlib.contextmanager
def started(arguments: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A Python that is killed at the end."""
    with subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


CHILD_OF_A_CHILD = """
import sys, time
from pathlib import Path
from site_config.local_services import LocalServices
services = LocalServices(Path(sys.argv[1]), purpose="a test", is_durable=False)
services.start()
print(*(child.pid for child in services.children()), flush=True)
time.sleep(600)
"""


def test_they_die_with_a_killed_parent_and_the_next_start_works(services: LocalServices) -> None:
    with started(["-c", CHILD_OF_A_CHILD, str(services.data)]) as parent:
        assert parent.stdout
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert len(pids) == 2
        parent.kill()
    services.start()  # waits for them to end
    assert all(is_gone(pid) for pid in pids)


def test_a_child_that_ignores_requests_is_killed(folder: Path) -> None:
    script = (
        "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); signal.pause()"
    )
    child = Child("Stubborn", [sys.executable, "-c", script], log=folder / "log" / "stubborn.log")
    child.start()
    child.wait_until(lambda: "on" in (folder / "log" / "stubborn.log").read_text(encoding="utf-8"), 10)
    child.stop(grace=0.1)
    assert child.ending() == "ended by SIGKILL"


def test_a_child_gets_no_input_and_its_own_session(folder: Path) -> None:
    script = "import os, sys; print(sys.stdin.read() == '', os.getsid(0) == os.getpid())"
    child = Child("Quiet", [sys.executable, "-c", script], log=folder / "quiet.log")
    child.start()
    assert child.process
    assert child.process.wait(20) == 0
    assert (folder / "quiet.log").read_text(encoding="utf-8") == "True True\n"


def test_where_the_kernel_cannot_help_a_watcher_signals_the_orphan(folder: Path) -> None:
    """As on macOS: the leash is told that this is no Linux."""
    script = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from site_config import children
run = "import sys, runpy; sys.platform = 'other'; runpy.run_path(sys.argv.pop(1), run_name='__main__')"
popen = children.subprocess.Popen
children.subprocess.Popen = lambda command, **options: popen(
    [command[0], "-c", run, command[3], *command[4:]], **options)
sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
child = children.Child("Sleeper", sleep, log=Path({str(folder / "log")!r}))
child.start()
print(child.pid, flush=True)
time.sleep(600)
"""
    with started(["-c", script]) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        # Only when the sleeper has taken the place of the leash is the watcher at work.
        while (
            not Path(f"/proc/{pid}/cmdline")
            .read_text(encoding="utf-8")
            .startswith(f"{sys.executable}\0-c\0import time")
        ):
            os.sched_yield()
        parent.send_signal(signal.SIGKILL)
        wait_for_end(pid)


def test_the_last_complaint_of_a_log(folder: Path) -> None:
    log = folder / "x.log"
    assert last_complaint(log) == ""
    log.write_text("FATAL: old\nall well\n2026 FATAL:  no room.\nbye\n", encoding="utf-8")
    assert last_complaint(log) == "FATAL:  no room"
    assert last_complaint(log, start=len("FATAL: old\nall well\n2026 FATAL:  no room.\n")) == ""
