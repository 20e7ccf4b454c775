from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import User
from tests.live.site import Person, Worker

UNDER_UVICORN = {"tests.live.test_talk", "tests.live.test_hostile", "tests.live.test_endings"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The protocol must not depend on our server: these tests have a second run with another."""
    if metafunc.module.__name__ in UNDER_UVICORN:
        name = "friendly_worker" if "friendly_worker" in metafunc.fixturenames else "worker"
        metafunc.parametrize(name, ["own", "uvicorn"], indirect=True)


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest, django_db_setup: None) -> Iterator[Worker]:
    """A worker for tests that leave it alive."""
    worker = Worker(server=getattr(request, "param", "own"))
    yield worker
    worker.stop()


@pytest.fixture(scope="session")
def second_worker(django_db_setup: None) -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.stop()


type Connect = Callable[..., Person]


@pytest.fixture
def meet(transactional_db: None, worker: Worker) -> Iterator[Connect]:
    """Connects somebody; at the end everyone leaves."""
    people: list[Person] = []

    def connect(user: User | None, path: str = "/ws/chat/", *, at: Worker = worker, **options: Any) -> Person:
        people.append(Person(at, user, path, **options))
        return people[-1]

    yield connect
    for person in people:
        person.close()
