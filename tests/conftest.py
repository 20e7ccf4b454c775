"""The fixed cast: alice owns the room, bob is a member, carol moderates, mallory is outside."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from accounts.models import User
from chat.models import Room
from site_config.data_folder import run_dir, state_dir
from site_config.embedded import Valkey
from tests.emptying import quick_emptying
from tests.factories import make_moderator, make_room, make_user
from tests.uploads import files

__all__ = ["files", "quick_emptying"]


@pytest.fixture(autouse=True)
def plain_static_files(settings: LazySettings) -> None:
    """Pages need no collected files; WhiteNoise wants their folder."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def quick_passwords(settings: LazySettings) -> None:
    """A good password hash is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def no_rate(settings: LazySettings) -> None:
    """Tests send as fast as they can; those of the rate set one."""
    settings.SEND_RATE = None
    settings.API_RATE = settings.SEARCH_RATE = 0


@pytest.fixture
def alice(db: None) -> User:
    return make_user(username="alice", display_name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    return make_user(username="bob", display_name="Bob")


@pytest.fixture
def carol(db: None) -> User:
    return make_user(username="carol", display_name="Carol")


@pytest.fixture
def mallory(db: None) -> User:
    return make_user(username="mallory", display_name="Mallory")


@pytest.fixture
def steward(db: None) -> User:
    """A site moderator who is in no room."""
    return make_user(username="steward", is_staff=True)


@pytest.fixture
def boss(db: None) -> User:
    """Whom the site belongs to."""
    return make_user(username="boss", is_superuser=True)


@pytest.fixture
def lobby(alice: User, bob: User, carol: User) -> Room:
    """A public room."""
    room = make_room(alice, "Lobby", bob, carol)
    make_moderator(carol, room, alice)
    return room


@pytest.fixture
def cellar(alice: User, bob: User, carol: User) -> Room:
    """A private room."""
    room = make_room(alice, "Cellar", bob, carol, kind="private")
    make_moderator(carol, room, alice)
    return room


@pytest.fixture
def folder() -> Iterator[Path]:
    """A new folder with a short path that every user may pass through, which pytest's own is not."""
    made = Path(tempfile.mkdtemp(prefix="tertulia-")).resolve()
    made.chmod(0o711)
    yield made
    for data in made.iterdir():
        if state_dir(data) != data:
            shutil.rmtree(state_dir(data), ignore_errors=True)
    shutil.rmtree(made)


@pytest.fixture
def valkey(folder: Path) -> Iterator[Valkey]:
    """A Valkey of this test's own, to be broken."""
    data = folder / "data"
    run_dir(data).mkdir(parents=True)
    os.chmod(run_dir(data), 0o777)  # noqa: PTH101
    valkey = Valkey(data)
    valkey.start()
    valkey.wait_until(valkey.is_ready, 10)
    yield valkey
    if valkey.process and valkey.is_alive:
        valkey.process.send_signal(signal.SIGCONT)
    valkey.stop(5)
