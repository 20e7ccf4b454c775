"""The folder where a site keeps its state: whose it is, who uses it now, and where its database lives.

    DATA/tertulia.json    says that the folder is ours and where its database is
    DATA/secret_key  DATA/static  DATA/media  DATA/log
    STATE/pg  STATE/run  STATE/lock

STATE is DATA itself. Only for root, whose PostgreSQL runs as another user, it is a folder below /var/lib/tertulia
when that user could not reach DATA.
"""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import re
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from site_config.children import StartError

NOBODY = 65534
MARKER = "tertulia.json"
OURS = frozenset({MARKER, "secret_key", "static", "media", "log", "pg", "pg.new", "run", "lock", "lost+found"})
ROOTS_STATE = Path("/var/lib/tertulia")
LEAST_FREE_BYTES = 24 * 1024 * 1024
LEAST_FREE_BYTES_NEW = 160 * 1024 * 1024
FORMER_RUN_SECONDS = 20
# A socket's path is limited to 107 bytes (103 on macOS) with its file name.
SOCKET_FOLDER_LIMIT = 76
# Both servers take their socket's path through a small language of their own, with quotes and commas.
PLAIN_PATH = re.compile(r"[A-Za-z0-9._/-]+")


def is_root() -> bool:
    return os.geteuid() == 0


def is_reachable(path: Path) -> bool:
    """Whether any user may pass through all the folders above `path`."""
    for folder in path.resolve().parents:
        with contextlib.suppress(FileNotFoundError):
            if not folder.stat().st_mode & stat.S_IXOTH:
                return False
    return True


def kept_secret(data: Path) -> str:
    """The secret key of this data folder, made on first use."""
    file = data / "secret_key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()


def state_dir(data: Path) -> Path:
    """Where the database, its sockets and the lock of this data folder are: as recorded, else as it would be."""
    data = data.resolve()
    if recorded := read_marker(data).get("state"):
        return data / str(recorded)  # "." or an absolute path
    if not is_root() or is_reachable(data / "pg"):
        return data
    return ROOTS_STATE / hashlib.sha256(str(data).encode()).hexdigest()[:12]


def run_dir(data: Path) -> Path:
    """The folder of the services' sockets: beside the database, or elsewhere where that path is too long or odd."""
    inside = state_dir(data) / "run"
    if len(str(inside)) <= SOCKET_FOLDER_LIMIT and PLAIN_PATH.fullmatch(str(inside)):
        return inside
    name = hashlib.sha256(str(inside).encode()).hexdigest()[:12]
    return Path("/tmp") / f"tertulia-{name}"  # noqa: S108  # claimed with care by local_services


def read_marker(data: Path) -> dict[str, Any]:
    try:
        marker = json.loads((data / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return marker if isinstance(marker, dict) else {}


def write_marker(data: Path, **changes: Any) -> None:
    """Change fields of the marker, all or nothing."""
    fresh = data / f"{MARKER}.new"
    fresh.write_text(json.dumps(read_marker(data) | changes) + "\n", encoding="utf-8")
    fresh.replace(data / MARKER)


def check_owner(data: Path) -> None:
    """Refuse a path that is no folder, or a folder that holds somebody else's files."""
    if data.exists() and not data.is_dir():
        raise StartError(f"{data} is not a folder.")
    with explain(data):
        names = {path.name for path in data.iterdir()} if data.exists() else set()
    if MARKER not in names and (strange := sorted(names - OURS)):
        raise StartError(
            f"{data} is not a data folder of this site (it holds {strange[0]}); choose an empty or a new folder."
        )


def prepare(data: Path) -> Path:
    """Make the data folder ours, check that it can be used, and return its state folder."""
    check_owner(data)
    with explain(data):
        make_folder(data)
        state = state_dir(data)
        make_folder(state)
        if "state" not in read_marker(data):
            write_marker(data, state="." if state == data.resolve() else str(state))
        for folder in {data, state}:
            probe = folder / f".probe-{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
    has_database = (state / "pg").exists()
    if read_marker(data).get("has_database") and not has_database:
        raise StartError(
            f"The database of {data} was in {state / 'pg'} and is gone; bring it back, or start with an empty folder."
        )
    check_space(state, LEAST_FREE_BYTES if has_database else LEAST_FREE_BYTES_NEW)
    return state


def check_space(folder: Path, least: int) -> None:
    """Refuse a disk that is so full that a database could not even write its log."""
    disk = os.statvfs(folder)
    free = disk.f_frsize * (disk.f_bfree if is_root() else disk.f_bavail)
    if free < least:
        raise StartError(
            f"The disk of {folder} is full: {free // 2**20} MB are free, and at least {least // 2**20} MB are needed."
        )


def make_folder(path: Path) -> None:
    """Make a folder and its parents; root's own can be passed through by the user that PostgreSQL runs as."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711 if is_root() else 0o700)


@contextlib.contextmanager
def explain(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into one sentence."""
    try:
        yield
    except OSError as error:
        reasons = {
            errno.ENOSPC: "the disk is full",
            errno.EROFS: "the disk is read-only",
            errno.EDQUOT: "the quota is used up",
        }
        reason = reasons.get(error.errno or 0, (error.strerror or str(error)).lower())
        raise StartError(f"Cannot write to {path}: {reason}.") from error


class Lock:
    """The right to run services on a state folder. Held for as long as the process, or a child of it, lives."""

    def __init__(self, state: Path, purpose: str) -> None:
        self.path = state / "lock"
        self.purpose = purpose
        self.fd = -1

    def take(self, say: Callable[[str], None] = lambda line: None) -> None:
        """Take the lock, waiting for what is left of a killed run; `StartError` tells who holds it."""
        deadline = time.monotonic() + FORMER_RUN_SECONDS
        has_said = False
        while not self.try_take():
            holder = self.holder()
            if is_running(holder.get("pid")) or time.monotonic() > deadline:
                raise StartError(
                    f"{self.path.parent} is in use by {holder.get('purpose', 'another process')} "
                    f"(process {holder.get('pid', 'unknown')})."
                )
            if not has_said:
                say("Waiting for the processes of a former run to end …")
                has_said = True
            time.sleep(0.1)

    def try_take(self) -> bool:
        """Take the lock if it is free."""
        with explain(self.path):
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return False
        os.ftruncate(fd, 0)
        os.pwrite(fd, json.dumps({"pid": os.getpid(), "purpose": self.purpose}).encode(), 0)
        self.fd = fd
        return True

    def is_held(self) -> bool:
        """Whether somebody else holds it now."""
        if not self.path.exists():
            return False
        with explain(self.path), self.path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return is_running(self.holder().get("pid"))
        return False

    def holder(self) -> dict[str, Any]:
        """Who holds the lock, by its own words."""
        with contextlib.suppress(OSError, ValueError):
            holder = json.loads(self.path.read_text(encoding="utf-8"))
            if isinstance(holder, dict):
                return holder
        return {}

    def release(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


def is_running(pid: Any) -> bool:
    """Whether a process with this number exists (and is not just waiting to be buried)."""
    if not isinstance(pid, int) or pid <= 0:
        return False
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
