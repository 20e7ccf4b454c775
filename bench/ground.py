"""Where both sites run: one PostgreSQL with fsync, one Valkey, and the processes of a site, all on the first core."""

import contextlib
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from bench.cost import cpu_seconds, memory_bytes
from bench.dialects import Dialect, Site
from bench.sockets import Person
from site_config.local_services import LocalServices, database_url, redis_url
from site_config.supervisor import BASE_DIR, WORKER_READY_SECONDS, Worker, listen

SERVER_CORE = 0
STOP_SECONDS = 20
FILES = 20_000


class Ground:
    """The services of one bench run, and what both sites were filled with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.services = LocalServices(self.data, purpose="bin/bench")
        self.known_rates: dict[str, float] = {}  # what each contender bore in an earlier round
        self.environment = {
            "TERTULIA_DATA": str(self.data),
            "TERTULIA_SEND_RATE": "off",
            "TERTULIA_API_RATE": "0",
            "TERTULIA_SEARCH_RATE": "0",
            "DATABASE_URL": database_url(self.data),
            "NAIVE_DATABASE_URL": database_url(self.data).replace("/tertulia?", "/naive?"),
            "REDIS_URL": redis_url(self.data),
            "PYTHONPATH": str(BASE_DIR),
        }

    def start(self) -> None:
        with on_core(SERVER_CORE):
            self.services.start()
        (self.data / "static").mkdir()
        os.environ |= self.environment
        with self.connect() as connection:
            connection.execute("CREATE DATABASE naive")
        self.run("manage.py", "migrate", "--verbosity", "0")

    def connect(self, database: str = "postgres") -> "psycopg.Connection[tuple[Any, ...]]":
        address = database_url(self.data).replace("/tertulia?", f"/{database}?")
        return psycopg.connect(address, autocommit=True)

    def run(self, *arguments: str) -> None:
        """A Python command of the project, to its end."""
        subprocess.run([sys.executable, *arguments], cwd=BASE_DIR, check=True, stdout=subprocess.DEVNULL)

    def fill(
        self,
        dialect: Dialect,
        tag: str,
        *,
        users: int,
        rooms: int,
        members: int,
        messages: int,
        more: tuple[str, ...] = (),
    ) -> list[Person]:
        """Signed-in people, each with the room to enter; made on first use. `more`: options for our site alone."""
        file = self.folder / f"{dialect.name}-{tag}.jsonl"
        if not file.exists():
            counts = {"users": users, "rooms": rooms, "members": members, "messages": messages}
            if isinstance(dialect, Site):
                flags = [word for name, count in counts.items() for word in (f"--{name}", str(count))]
                self.run("manage.py", "seed_load", *flags, *more, "--sessions", str(file))
            else:
                self.run("-m", "bench.naive.fill", *map(str, counts.values()), str(file), tag)
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        return [Person(line["sessionid"], line["rooms"][0]) for line in lines if line["rooms"]]

    def hall(self, dialect: Dialect) -> list[Person]:
        """Five thousand people of one room."""
        return self.fill(dialect, "hall", users=5000, rooms=1, members=5000, messages=200)

    def count_messages(self, dialect: Dialect) -> int:
        database, table = ("tertulia", "chat_message") if isinstance(dialect, Site) else ("naive", "naive_message")
        with self.connect(database) as connection:
            row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - two fixed names
        return int(row[0]) if row else 0

    def settle(self) -> None:
        """Nothing of an earlier measurement is left to be written during the next."""
        with self.connect() as connection:
            connection.execute("CHECKPOINT")

    def tidy(self) -> None:
        """As autovacuum leaves it after a while."""
        with self.connect("tertulia") as connection:
            connection.execute("VACUUM ANALYZE")

    def service_pids(self) -> list[int]:
        return [child.pid for child in self.services.children() if child.pid]


class Running:
    """The processes of one site while they serve."""

    def __init__(self, ground: Ground, dialect: Dialect, address: tuple[str, int], pids: list[int]) -> None:
        self.ground, self.dialect, self.address, self.pids = ground, dialect, address, pids

    def cpu_seconds(self) -> float:
        """Of application, database and broker together."""
        return cpu_seconds([*self.pids, *self.ground.service_pids()])

    def memory_bytes(self) -> int:
        """Of the application alone."""
        return memory_bytes(self.pids)


@contextlib.contextmanager
def ground() -> Iterator[Ground]:
    """Services in a folder of their own, which is gone afterwards."""
    allow_files()
    with tempfile.TemporaryDirectory(prefix="tertulia-bench-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o711)  # root's PostgreSQL runs as another user and has to pass through
        made = Ground(folder)
        try:
            made.start()
            yield made
        finally:
            made.services.stop()


@contextlib.contextmanager
def running(where: Ground, dialect: Dialect, *, workers: int = 1, server: str = "") -> Iterator[Running]:
    """One of the two sites, serving: ours by default as `bin/serve` starts it, the naive one on daphne."""
    where.settle()
    is_own = isinstance(dialect, Site) and not server
    with _our_site(where, workers) if is_own else _plain(where, dialect, server or "daphne") as serving:
        yield serving


@contextlib.contextmanager
def _our_site(where: Ground, workers: int) -> Iterator[Running]:
    """Workers exactly as the supervisor starts them."""
    listener = listen("127.0.0.1", 0)
    started = [Worker(number + 1, listener, is_alone=workers == 1) for number in range(workers)]
    try:
        with on_core(SERVER_CORE):
            for worker in started:
                worker.start()
        for worker in started:
            worker.wait_until(worker.is_ready, WORKER_READY_SECONDS)
        yield Running(where, Site(), listener.getsockname(), [worker.pid for worker in started if worker.pid])
    finally:
        for worker in started:
            worker.ask_to_stop()
        for worker in started:
            worker.stop(grace=STOP_SECONDS)
            worker.forget_pipe()
        listener.close()


# Their defaults, but for granian's: those refuse more than a thousand sockets.
SERVERS = {
    "daphne": ["-b", "127.0.0.1", "-p"],
    "uvicorn": ["--log-level", "warning", "--host", "127.0.0.1", "--port"],
    "granian": [
        *("--interface", "asgi", "--log-level", "warning", "--backlog", "4096", "--backpressure", "20000"),
        *("--host", "127.0.0.1", "--port"),
    ],
}
APPLICATIONS = {"site": "site_config.asgi:application", "naive": "bench.naive.asgi:application"}


@contextlib.contextmanager
def _plain(where: Ground, dialect: Dialect, server: str) -> Iterator[Running]:
    """An application under a server as it comes."""
    address = ("127.0.0.1", free_port())
    command = [sys.executable, "-m", server, *SERVERS[server], str(address[1]), APPLICATIONS[dialect.name]]
    with on_core(SERVER_CORE), (where.folder / f"{dialect.name}-{server}.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=BASE_DIR, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _wait_for(process, address)
        yield Running(where, dialect, address, [process.pid])
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: "subprocess.Popen[bytes]", address: tuple[str, int]) -> None:
    deadline = time.monotonic() + WORKER_READY_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(address, timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("The server did not start.")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def cores() -> list[int]:
    return sorted(os.sched_getaffinity(0))


@contextlib.contextmanager
def on_core(core: int) -> Iterator[None]:
    """What is started meanwhile stays on that core; we ourselves come back."""
    before = os.sched_getaffinity(0)
    if core in before:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextlib.contextmanager
def on_all_cores() -> Iterator[None]:
    """What is started meanwhile may run on every core of the machine."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def allow_files() -> None:
    """A socket is an open file, here and in the server."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
