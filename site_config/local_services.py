"""The embedded PostgreSQL and Valkey of one data folder: where they listen, how they start and stop together.

Imports no Django, because settings ask this module for addresses and tests start the services before settings.
"""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from site_config.children import StartError
from site_config.data_folder import NOBODY, Lock, explain, is_root, prepare, run_dir
from site_config.embedded import Postgres, Valkey


def database_url(data: Path) -> str:
    """The address of the embedded PostgreSQL of this data folder."""
    return f"postgresql://chat@/tertulia?host={quote(str(run_dir(data)), safe='')}"


def redis_url(data: Path) -> str:
    """The address of the embedded Valkey of this data folder."""
    return f"unix://{quote(str(run_dir(data)))}/valkey.sock"


class LocalServices:
    """The embedded services of one data folder, those of them that are wanted, under the folder's lock."""

    def __init__(
        self,
        data: Path,
        *,
        purpose: str,
        postgres: bool = True,
        valkey: bool = True,
        is_durable: bool = True,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.data, self.say, self.is_durable = data.resolve(), say, is_durable
        self.wants_postgres, self.wants_valkey = postgres, valkey
        self.purpose = purpose
        self.lock: Lock | None = None
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None

    def claim(self) -> None:
        """Take the data folder for ourselves."""
        if self.lock:
            return
        lock = Lock(prepare(self.data), self.purpose)
        lock.take(self.say)
        self.lock = lock

    def start(self) -> None:
        """Claim the data folder and start what is wanted; on failure nothing stays behind."""
        self.claim()
        try:
            with explain(self.data):
                (self.data / "log").mkdir(exist_ok=True)
                if self.wants_postgres or self.wants_valkey:
                    claim_run_dir(run_dir(self.data))
            self.start_wanted()
        except BaseException:
            self.stop()
            raise

    def start_wanted(self) -> None:
        fds = (self.lock.fd,) if self.lock else ()
        if self.wants_postgres:
            self.postgres = Postgres(self.data, pass_fds=fds, is_durable=self.is_durable)
            self.postgres.make(self.say)
            self.postgres.start()
        if self.wants_valkey:
            self.valkey = Valkey(self.data, pass_fds=fds)
            self.valkey.start()
            self.valkey.wait_until(self.valkey.is_ready, 10)
        if self.postgres:
            # After a crash it reads its log first, which can take a while.
            self.postgres.wait_until(self.postgres.is_ready, 120)
            self.postgres.create_database()

    def children(self) -> Iterator[Postgres | Valkey]:
        yield from (child for child in (self.postgres, self.valkey) if child)

    def stop(self) -> None:
        """Stop Valkey, then PostgreSQL, and give the folder free."""
        if self.valkey:
            self.valkey.stop(grace=3)
        if self.postgres:
            self.postgres.stop(grace=30)
        if self.lock:
            run = run_dir(self.data)
            if run.parent != self.lock.path.parent:  # outside our folders, where nobody else would tidy up
                shutil.rmtree(run, ignore_errors=True)
            self.lock.release()
            self.lock = None


def claim_run_dir(run: Path) -> None:
    """Make the folder of the sockets ours alone, and empty."""
    run.mkdir(mode=0o700, exist_ok=True)
    user = NOBODY if is_root() else os.geteuid()
    found = run.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {user, os.geteuid()}:
        raise StartError(f"{run} belongs to somebody else; remove it, or choose a data folder with a shorter path.")
    if is_root():
        os.chown(run, user, user)
    run.chmod(0o700)
    for leftover in run.iterdir():
        leftover.unlink()
