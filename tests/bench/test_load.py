"""Small loads against a real worker: what is counted adds up."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from bench.dialects import Site
from bench.figures import delays
from bench.load import Person, Swarm
from migrations_seed.load import fill
from migrations_seed.load_plan import Plan
from tests.live.site import Worker

pytestmark = pytest.mark.processes
READERS = 8
MESSAGES = 20


@pytest.fixture(scope="module")
def worker(django_db_setup: None) -> Iterator[Worker]:
    one = Worker()
    yield one
    one.stop()


@pytest.fixture
def load(transactional_db: None, worker: Worker) -> Iterator[Swarm]:
    people = fill(Plan(users=READERS, rooms=1, members=READERS, messages=60))
    assert User.objects.count() == READERS
    swarm = Swarm(Site(), ("127.0.0.1", worker.port))
    ready = swarm.connect([Person(one.sessionid, one.rooms[0]) for one in people], at_once=4, seconds=20)
    assert len(ready) == READERS
    yield swarm
    swarm.close()


def test_everyone_gets_every_message_once(load: Swarm) -> None:
    sockets = list(load.sockets.values())
    for number in range(MESSAGES):
        load.say(sockets[number % READERS], number)
    assert load.run_until(lambda: load.acks == MESSAGES and load.deliveries >= MESSAGES * READERS, 20)
    assert load.deliveries == MESSAGES * READERS
    assert {(one.received, one.total) for one in sockets} == {(MESSAGES, sum(range(MESSAGES)))}
    assert sum(delays(load.arrivals(), load.sent).values()) == MESSAGES * READERS
    assert load.refused == load.failures == 0


def test_a_second_measurement_begins_at_nothing(load: Swarm) -> None:
    one = next(iter(load.sockets.values()))
    load.say(one, 1)
    assert load.run_until(lambda: load.deliveries == READERS, 20)
    load.forget_figures()
    load.say(one, 1)
    assert load.run_until(lambda: load.deliveries == READERS, 20), "the same number is another message"
    assert one.received == 1


def test_a_stranger_is_not_served(load: Swarm) -> None:
    room = next(iter(load.sockets.values())).person.room
    assert load.connect([Person("nobody", room)], at_once=1, seconds=0.5) == []
    assert load.failures
