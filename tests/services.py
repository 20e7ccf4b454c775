"""Starts PostgreSQL and Valkey for a test run, before Django reads its settings (`-p tests.services`).

Where DATABASE_URL or REDIS_URL is set already, that server is used. The data folder is a new one for each run.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from site_config.data_folder import state_dir
from site_config.local_services import LocalServices, database_url, redis_url


def start() -> None:
    """Start what is not given, and tell the settings where it is."""
    folder = Path(tempfile.mkdtemp(prefix="tertulia-tests-")).resolve()
    folder.chmod(0o711)  # root's PostgreSQL runs as another user and has to pass through
    data = folder / "data"
    services = LocalServices(
        data,
        purpose="a test run",
        postgres="DATABASE_URL" not in os.environ,
        valkey="REDIS_URL" not in os.environ,
        is_durable=False,
    )
    owner = os.getpid()

    def stop() -> None:
        if os.getpid() != owner:  # a forked child runs our exit functions too
            return
        services.stop()
        shutil.rmtree(state_dir(data), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    services.start()
    os.environ.setdefault("DATABASE_URL", database_url(data))
    os.environ.setdefault("REDIS_URL", redis_url(data))
    os.environ["TERTULIA_DATA"] = str(data)


start()
