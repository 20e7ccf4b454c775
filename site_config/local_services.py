"""The embedded PostgreSQL and Valkey of one data folder: where they listen."""

import hashlib
import tempfile
from pathlib import Path

SOCKET_PATH_LIMIT = 90


def run_dir(data: Path) -> Path:
    """The folder of the services' sockets: under `data`, or a short one where that path is too long for a socket."""
    inside = data / "run"
    if len(str(inside).encode()) <= SOCKET_PATH_LIMIT - len("/.s.PGSQL.5432"):
        return inside
    return Path(tempfile.gettempdir()) / ("tertulia-" + hashlib.sha256(str(data).encode()).hexdigest()[:12])


def database_url(data: Path) -> str:
    """The address of the embedded PostgreSQL of this data folder."""
    return f"postgresql://chat@/tertulia?host={run_dir(data)}"


def redis_url(data: Path) -> str:
    """The address of the embedded Valkey of this data folder."""
    return f"unix://{run_dir(data)}/valkey.sock"
