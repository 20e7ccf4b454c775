"""The site under test: a real `bin/serve` in a folder of its own, its processes, its rows."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from chaos.record import Pass, RoomNow, Seen
from site_config.children import Child
from site_config.data_folder import run_dir, state_dir
from site_config.local_services import database_url

ROOT = Path(__file__).resolve().parent.parent
READY = re.compile(r"Tertulia is ready: http://127\.0\.0\.1:(\d+)/")
START_SECONDS = 90
ROLES = {
    "worker": "site_config.server",
    "job worker": "site_config.job_worker",
    "postgres": "bin/postgres",
    "valkey": "valkey-server",
}


class Site:
    """Starts, damages and reads one site; whatever it started ends with `stop`."""

    def __init__(self, workers: int, **environment: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tertulia-chaos-")).resolve()
        self.folder.chmod(0o711)  # root's PostgreSQL runs as another user and has to pass through
        self.data = self.folder / "data"
        self.workers = workers
        self.port = 0
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DATABASE_", "REDIS_", "TERTULIA_"))
        } | environment
        self.child = Child(
            "The site",
            [*self.python(), "serve", "--data", str(self.data), "--port", "0", "--workers", str(workers)],
            log=self.folder / "serve.log",
            environment=self.environment,
            cwd=ROOT,
            orphan_signal=signal.SIGTERM,
        )

    def python(self) -> list[str]:
        return [sys.executable, "-m", "site_config"]

    # ---------- life

    def start(self) -> None:
        """Returns when it serves; raises StartError."""
        self.child.start()
        self.child.wait_until(self.is_ready, START_SECONDS)

    def is_ready(self) -> bool:
        match = READY.search(self.log())
        self.port = int(match[1]) if match else 0
        return bool(match)

    def log(self) -> str:
        return (self.folder / "serve.log").read_text(encoding="utf-8", errors="replace")

    def stop(self) -> list[int]:
        """End it and remove its folder; the processes that were left over, which are killed."""
        family = [pid for role in ROLES for pid in self.pids(role)]
        for role in ROLES:
            self.signal(role, signal.SIGCONT)
        self.child.stop(grace=40)
        left = [pid for pid in family if is_running(pid)]
        for pid in left:
            send(pid, signal.SIGKILL)
        shutil.rmtree(state_dir(self.data), ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        return left

    def fill(self, people: int, rooms: int, members: int) -> list[Pass]:
        """Make people and rooms; how they get in."""
        file = self.folder / "sessions"
        amounts = {"users": people, "rooms": rooms, "members": members, "messages": 0}
        options = [part for name, number in amounts.items() for part in (f"--{name}", str(number))]
        subprocess.run(
            [*self.python(), "manage", "--data", str(self.data), "seed_load", *options, "--sessions", str(file)],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return [Pass(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]

    # ---------- processes

    def pids(self, role: str) -> list[int]:
        """The processes of a role, longest running first."""
        if self.child.pid is None:
            return []
        return [pid for pid in children_of(self.child.pid) if ROLES[role] in command_of(pid)]

    def family(self, role: str) -> list[int]:
        """The same with their own children: PostgreSQL's backends."""
        pids = self.pids(role)
        return pids + [child for pid in pids for child in children_of(pid)]

    def signal(self, role: str, number: signal.Signals) -> None:
        for pid in self.family(role):
            send(pid, number)

    async def back(self, role: str, gone: int, seconds: float) -> float | None:
        """Seconds until a new process stood for the one that is gone; None when none has come in that time.

        By the kernel's word on when it began, however late that is seen here: this process may be kept waiting, too.
        """
        wanted = self.workers if role == "worker" else 1
        begin = time.clock_gettime(time.CLOCK_BOOTTIME)
        is_over = False
        while not is_over:
            is_over = time.clock_gettime(time.CLOCK_BOOTTIME) - begin > seconds
            standing = [pid for pid in self.pids(role) if pid != gone and is_running(pid)]
            if len(standing) >= wanted:
                return max(0.0, began_at(standing[-1]) - begin)
            await asyncio.sleep(0.02)
        return None

    def flush_valkey(self) -> None:
        """Have the broker forget everything, if it answers."""
        with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
            client.settimeout(1)
            client.connect(str(run_dir(self.data) / "valkey.sock"))
            client.sendall(b"FLUSHALL\r\n")
            client.recv(16)

    # ---------- rows

    def numbers(self) -> dict[str, int]:
        """The rev of each room. Raises psycopg.Error."""
        with self.database() as database:
            return dict(database.execute("SELECT slug, rev FROM chat_room").fetchall())

    def rows(self, slug: str) -> RoomNow:
        """A room with all its rows (history is filled in by a person)."""
        with self.database() as database:
            room = database.execute("SELECT seq, rev, epoch FROM chat_room WHERE slug = %s", [slug]).fetchone()
            rows = database.execute(
                "SELECT m.seq, m.rev, m.client_id::text, coalesce(m.author_id, 0), m.body, m.deleted_at IS NOT NULL"
                " FROM chat_message m JOIN chat_room r ON r.id = m.room_id WHERE r.slug = %s ORDER BY m.seq",
                [slug],
            ).fetchall()
        assert room  # noqa: S101 - nobody deletes rooms here
        seq, rev, epoch = room
        return RoomNow(seq, rev, epoch, [Seen(*row) for row in rows], [])

    def database(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(database_url(self.data), connect_timeout=3, autocommit=True)


def children_of(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                pid = int(folder.name)
                stat = stat_of(pid)
                if int(stat[1]) == parent and stat[0] != "Z":
                    found.append((int(stat[19]), pid))
    return [pid for _, pid in sorted(found)]


def command_of(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def is_running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return stat_of(pid)[0] != "Z"
    return False


def began_at(pid: int) -> float:
    """When a process began, in seconds since the machine's start; the far past for one that is gone."""
    with contextlib.suppress(OSError):
        return int(stat_of(pid)[19]) / os.sysconf("SC_CLK_TCK")
    return 0.0


def stat_of(pid: int) -> list[str]:
    """What the kernel tells of a process after its name: state, parent, …; see proc_pid_stat(5). Raises OSError."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
