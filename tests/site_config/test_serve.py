"""`bin/serve` as a real process: ready line, restarts, order of stopping, nothing left behind."""

import http.client
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from site_config.data_folder import is_running
from site_config.local_services import database_url

ROOT = Path(__file__).resolve().parent.parent.parent
READY = re.compile(r"Tertulia is ready: http://127\.0\.0\.1:(\d+)/\n")

PAUSE = threading.Event()  # never set: asking again and again would take the processor from those asked

pytestmark = pytest.mark.processes


def environment() -> dict[str, str]:
    """Ours, without what names the services of this test run."""
    ours = ("DATABASE_", "REDIS_", "TERTULIA_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


class Site:
    """A started supervisor: what it printed, its port, its children."""

    def __init__(self, data: Path, *arguments: str, port: int = 0) -> None:
        self.data = data
        self.process = subprocess.Popen(
            [sys.executable, "-m", "site_config", "serve", "--data", str(data), "--port", str(port), *arguments],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.errors: list[str] = []
        self.news = threading.Condition()
        self.reader = threading.Thread(target=self.read_errors, daemon=True)
        self.reader.start()
        self.port = 0

    def read_errors(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            with self.news:
                self.errors.append(line)
                self.news.notify_all()

    def wait_ready(self) -> None:
        assert self.process.stdout
        line = self.process.stdout.readline()
        match = READY.fullmatch(line)
        assert match, (line, self.errors)
        self.port = int(match[1])

    def wait_for_line(self, pattern: str) -> None:
        """Wait until a line like this was printed on standard error."""
        with self.news:
            assert self.news.wait_for(lambda: re.search(pattern, "".join(self.errors)), 20), self.errors

    def status(self, path: str = "/accounts/login/") -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def children(self, name: str = "") -> list[int]:
        """The pids of its children whose command line holds `name`."""
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        pids = [int(word) for word in task.read_text(encoding="utf-8").split()]
        return [pid for pid in pids if name in Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")]

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.finish()

    def finish(self) -> int:
        code = self.process.wait(30)
        self.reader.join(10)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream
            stream.close()
        return code


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    made = Site(folder / "data", "--workers", "2")
    yield made
    if made.process.poll() is None:
        made.end()


def wait_until_gone(pids: list[int]) -> None:
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        assert select.select([descriptor], [], [], 15)[0], f"process {pid} is still there"
        os.close(descriptor)


def until(question: Any, seconds: float) -> float:
    """Ask again and again; how long it took."""
    begin = time.monotonic()
    while not question():
        assert time.monotonic() - begin < seconds, f"not within {seconds} s"
        PAUSE.wait(0.05)
    return time.monotonic() - begin


def test_first_run_second_start_restarts_and_a_clean_end(site: Site, folder: Path) -> None:
    site.wait_ready()
    assert site.status() == 200
    site.wait_for_line(rf"http://127\.0\.0\.1:{site.port}/setup/[\w-]+/\n")
    with psycopg.connect(database_url(site.data)) as connection:
        assert connection.execute("SELECT count(*) > 0 FROM chat_room").fetchone() == (True,)

    second = Site(site.data)
    assert second.finish() == 1
    assert second.errors == [f"{site.data} is in use by bin/serve (process {site.process.pid}).\n"]
    other = Site(folder / "other", port=site.port)
    assert other.finish() == 1
    assert other.errors == [f"Cannot listen on 127.0.0.1 port {site.port}: address already in use.\n"]
    assert site.status() == 200

    workers = site.children("site_config.server")
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    site.wait_for_line("Worker 1 ended by SIGKILL; starting it again")
    until(lambda: len(site.children("site_config.server")) == 2, 2)
    assert site.status() == 200  # the other worker serves meanwhile

    (valkey,) = site.children("valkey-server")
    os.kill(valkey, signal.SIGKILL)
    site.wait_for_line("Valkey ended by SIGKILL; starting it again")
    until(lambda: [pid for pid in site.children("valkey-server") if pid != valkey], 2)

    (postgres,) = site.children("bin/postgres")
    os.kill(postgres, signal.SIGKILL)
    site.wait_for_line("PostgreSQL ended by SIGKILL; starting it again")
    until(lambda: answers(site.data), 10)
    assert site.status() == 200

    (worker,) = site.children("site_config.job_worker")
    os.kill(worker, signal.SIGKILL)
    site.wait_for_line("The job worker ended by SIGKILL; starting it again")
    until(lambda: [pid for pid in site.children("site_config.job_worker") if pid != worker], 2)

    everyone = site.children()
    assert len(everyone) == 5
    begin = time.monotonic()
    assert site.end(signal.SIGINT) == 0
    assert time.monotonic() - begin < 10
    assert site.errors[-2:] == ["Stopping …\n", "Stopped.\n"]
    assert not [pid for pid in everyone if is_running(pid)]


def answers(data: Path) -> bool:
    try:
        with psycopg.connect(database_url(data)):
            return True
    except psycopg.OperationalError:
        return False


def test_a_killed_supervisor_leaves_nobody_behind_and_a_warm_start_makes_nothing_anew(folder: Path) -> None:
    site = Site(folder / "data")
    site.wait_ready()
    everyone = site.children()
    assert len(everyone) == 4
    assert site.end(signal.SIGKILL) == -signal.SIGKILL
    wait_until_gone(everyone)

    again = Site(folder / "data")
    try:
        again.wait_ready()
        assert again.status() == 200
        assert not [line for line in again.errors if "migration" in line or "Making" in line or "Collecting" in line]
    finally:
        assert again.end(signal.SIGTERM) == 0


def test_a_worker_serves_on_the_socket_of_the_supervisor_with_a_long_backlog(site: Site) -> None:
    site.wait_ready()
    with socket.socket() as probe:
        probe.connect(("127.0.0.1", site.port))
    listening = subprocess.run(["ss", "-Hltn", f"sport = :{site.port}"], capture_output=True, text=True, check=False)
    if listening.returncode == 0:
        assert int(listening.stdout.split()[2]) >= min(
            4096, int(Path("/proc/sys/net/core/somaxconn").read_text(encoding="utf-8"))
        )


def test_a_foreign_folder_is_refused_untouched(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "letter.txt").write_text("Dear Ann", encoding="utf-8")
    site = Site(folder / "data")
    assert site.finish() == 1
    assert len(site.errors) == 1
    assert "holds letter.txt" in site.errors[0]
    assert [path.name for path in (folder / "data").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("arguments", [["--port", "70000"], ["--workers", "0"], ["--nonsense"]])
def test_wrong_arguments_are_refused(folder: Path, arguments: list[str]) -> None:
    site = Site(folder / "data", *arguments)
    assert site.finish() == 2
    assert "error: " in site.errors[-1]


SIGN_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from accounts.models import User
user = User.objects.create_user("ann", "", "correct horse")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print("session", session.session_key)
"""


def manage(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "site_config", "manage", "--data", str(data), *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)


def test_manage_works_beside_a_running_site_whose_end_is_told_to_its_sockets(site: Site) -> None:
    site.wait_ready()
    beside = manage(site.data, "shell", "-c", SIGN_IN)
    assert beside.returncode == 0, beside.stderr
    key = beside.stdout.split("session ")[1].strip()
    address = f"127.0.0.1:{site.port}"
    with connect(
        f"ws://{address}/ws/chat/",
        origin=Origin(f"http://{address}"),
        additional_headers={"Cookie": f"sessionid={key}"},
    ) as client:
        assert json.loads(client.recv(10))["type"] == "hello"
        site.process.terminate()
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(15)
        assert closed.value.rcvd, site.errors
        assert closed.value.rcvd.code == 1012
    assert site.finish() == 0

    alone = manage(
        site.data,
        "shell",
        "-c",
        "from accounts.models import User; print('users', User.objects.filter(username='ann').count())",
    )
    assert (alone.returncode, "users 1" in alone.stdout) == (0, True), alone.stderr
    assert manage(site.data, "no_such_command").returncode == 1
