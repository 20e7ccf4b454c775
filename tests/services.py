"""Starts PostgreSQL and Valkey for a test run, before Django reads its settings (`-p tests.services`).

Where DATABASE_URL or REDIS_URL is set already, that server is used. The data folder is a new one for each run.
When a run is divided (`bin/test -n 2`), each of its processes has servers and a data folder of its own.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from site_config.data_folder import state_dir
from site_config.local_services import LocalServices, database_url, redis_url

_set: list[str] = []


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
    os.environ["TERTULIA_DATA"] = str(data)
    _set.append("TERTULIA_DATA")
    for name, url in ("DATABASE_URL", database_url(data)), ("REDIS_URL", redis_url(data)):
        if name not in os.environ:
            os.environ[name] = url
            _set.append(name)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """The processes of a divided run must not inherit the servers of the one that divides it."""
    for name in _set:
        del os.environ[name]


start()
