"""The embedded PostgreSQL and Valkey as child processes."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from site_config import programs
from site_config.children import Child, StartError, last_complaint, open_log
from site_config.data_folder import NOBODY, explain, is_root, is_running, run_dir, state_dir, write_marker

TUNING = {
    "jit": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "effective_cache_size": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "random_page_cost": "1.1",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "tcp_keepalives_idle": "60",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_min_duration_statement": "2s",
    "log_checkpoints": "off",
}
# For throwaway databases: nothing that is lost with the machine is missed.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# Nothing in it is kept, so at its limit it may forget anything.
VALKEY_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "no",
    "save": "",
    "maxmemory": "256mb",
    "maxmemory-policy": "allkeys-lru",
    "daemonize": "no",
}


class Postgres(Child):
    """The embedded PostgreSQL: made on first use, reachable only through a socket of its owner's."""

    def __init__(self, data: Path, *, pass_fds: tuple[int, ...] = (), is_durable: bool = True) -> None:
        self.data, self.folder, self.run = data, state_dir(data) / "pg", run_dir(data)
        self.bin = programs.postgres_folder()
        settings = TUNING | ({} if is_durable else NOT_DURABLE)
        settings |= {
            "listen_addresses": "",
            "unix_socket_permissions": "0700",
            "unix_socket_directories": str(self.run),
        }
        command = [str(self.bin / "postgres"), "-D", str(self.folder)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        super().__init__(
            "PostgreSQL",
            command,
            log=data / "log" / "postgres.log",
            user=NOBODY if is_root() else None,
            pass_fds=pass_fds,
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
        )

    def make(self, say: Callable[[str], None]) -> None:
        """Create the database cluster, all or nothing; refuse one of another version."""
        version_file = self.folder / "PG_VERSION"
        if self.folder.exists():
            found = version_file.read_text(encoding="utf-8").strip() if version_file.exists() else "unknown"
            if found != programs.postgres_major():
                raise StartError(
                    f"The database in {self.folder} is of PostgreSQL {found}, and this site runs PostgreSQL "
                    f"{programs.postgres_major()}; see 'Upgrading' in docs/operations.md. Nothing was changed."
                )
            return
        say("Making the database …")
        fresh = self.folder.with_name("pg.new")
        with explain(fresh):
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(mode=0o700)
            self.hand_over(fresh)
        self.run_initdb(fresh)
        with explain(fresh):
            fresh.rename(self.folder)
            write_marker(self.data, has_database=True)

    def run_initdb(self, folder: Path) -> None:
        flags = "-U chat --auth=trust --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
        identity: dict[str, Any] = {}
        if self.user is not None:
            identity = {"user": self.user, "group": self.user, "extra_groups": []}
        path = self.data / "log" / "postgres.log"
        with open_log(path) as log:
            start = path.stat().st_size
            done = subprocess.run(
                [str(self.bin / "initdb"), "-D", str(folder), *flags.split(), "--no-instructions"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={**os.environ, "LC_ALL": "C"},
                check=False,
                **identity,
            )
        if done.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            raise StartError(f"Cannot make the database: {last_complaint(path, start) or f'see {path}'}.")

    def hand_over(self, folder: Path) -> None:
        if self.user is not None:
            os.chown(folder, self.user, self.user)

    def start(self) -> None:
        self.forget_dead_postmaster()
        super().start()

    def forget_dead_postmaster(self) -> None:
        """Remove a lock file whose process number now belongs to some other program, as happens in containers."""
        lock = self.folder / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError):
            pid = int(lock.read_text(encoding="utf-8").split()[0])
            program = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
            if program != "postgres" and is_running(pid):
                lock.unlink()

    def is_ready(self) -> bool:
        """Whether it answers, and is the process that we started."""
        try:
            with self.connect():
                owner = int((self.folder / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        except (psycopg.OperationalError, OSError, ValueError, IndexError):
            return False
        return owner == self.pid and self.is_alive

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(host=str(self.run), user="chat", dbname="postgres", autocommit=True, connect_timeout=2)

    def create_database(self) -> None:
        """Make the site's own database in the cluster, if it is not there."""
        with self.connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'tertulia'").fetchone():
                connection.execute("CREATE DATABASE tertulia")


class Valkey(Child):
    """The embedded Valkey: cache and doorbell, nothing in it is kept."""

    def __init__(self, data: Path, *, pass_fds: tuple[int, ...] = ()) -> None:
        self.socket = run_dir(data) / "valkey.sock"
        command = [str(programs.valkey_program())]
        for name, value in VALKEY_SETTINGS.items():
            command += [f"--{name}", value]
        command += ["--unixsocket", str(self.socket), "--dir", str(self.socket.parent)]
        super().__init__(
            "Valkey",
            command,
            log=data / "log" / "valkey.log",
            user=NOBODY if is_root() else None,
            pass_fds=pass_fds,
        )

    def is_ready(self) -> bool:
        """Whether it answers PING."""
        with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
            client.settimeout(1)
            client.connect(str(self.socket))
            client.sendall(b"PING\r\n")
            return client.recv(16) == b"+PONG\r\n"
        return False
