from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import User
from tests.live.site import Person, Worker


@pytest.fixture(scope="session")
def worker(django_db_setup: None) -> Iterator[Worker]:
    """A worker for tests that leave it alive."""
    worker = Worker()
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
