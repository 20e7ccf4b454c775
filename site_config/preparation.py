"""What a site needs before it can serve: tables, first rooms, static files. Each step does only what is missing."""

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from site_config.children import StartError

Say = Callable[[str], None]
# Any number, the same for all processes of all sites: two starts on one database take turns.
TURN = 7_383_218
TURN_SECONDS = 300


def prepare_database(say: Say) -> None:
    """Migrate and seed what is missing; several machines that share a database may do this at the same time."""
    try:
        with unlimited_statements(), turn(say):
            migrate(say)
            seed(say)
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise StartError(f"The database cannot be used: {reason}") from error
    finally:
        disconnect()


def disconnect() -> None:
    """Close what this process holds open to the database; it only supervises from here on."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's has it


@contextlib.contextmanager
def unlimited_statements() -> Iterator[None]:
    """Let migrations take as long as they need, on this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0")
    yield


@contextlib.contextmanager
def turn(say: Say) -> Iterator[None]:
    """Hold the database's advisory lock, which ends with the connection at the latest."""
    deadline = time.monotonic() + TURN_SECONDS
    has_said = False
    with connection.cursor() as cursor:
        while not (cursor.execute("SELECT pg_try_advisory_lock(%s)", [TURN]), cursor.fetchone())[1][0]:
            if time.monotonic() > deadline:
                raise StartError("Another process has been preparing the same database for too long.")
            if not has_said:
                say("Waiting for another process that prepares the same database …")
                has_said = True
            time.sleep(0.2)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [TURN])


def migrate(say: Say) -> None:
    """Bring the tables to this version."""
    executor = MigrationExecutor(connection)
    newer = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    if ours := sorted(name for app, name in newer if app in {"accounts", "chat"}):
        raise StartError(
            f"The database was used by a newer version of this site (it knows {ours[-1]}); "
            "run that version, or restore a backup from before. Nothing was changed."
        )
    if count := len(executor.migration_plan(executor.loader.graph.leaf_nodes())):
        say(f"Applying {count} database migration{'' if count == 1 else 's'} …")
        call_command("migrate", interactive=False, verbosity=0)


def seed(say: Say) -> None:
    """Give a new site its first rooms. One that has people or rooms is left alone: somebody may have removed them."""
    from chat.models import Room

    if not Room.objects.exists() and not get_user_model().objects.exists():
        say("Making the first rooms …")
        call_command("seed", verbosity=0)


def collect_static(root: Path, say: Say) -> None:
    """Collect and compress static files, when one has changed since the last time."""
    found = static_fingerprint()
    stamp = root / ".collected"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == found:
        return
    say("Collecting static files …")
    # Former files stay: pages that are open still ask for them.
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(found, encoding="utf-8")


def static_fingerprint() -> str:
    """Changes with every source of a static file, and with what packs them."""
    files = [version("brotli"), version("whitenoise")]
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            files.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(files)).encode()).hexdigest()
