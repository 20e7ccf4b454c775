"""Small loads against a real worker: what is counted adds up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.models import User
from bench.cost import cpu_seconds
from bench.dialects import Site
from bench.fanout import is_good, one_at_a_time, talk
from bench.figures import delays
from bench.ground import Ground, Running
from bench.load import Swarm
from bench.meter import gathered
from bench.sockets import Person
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
def people(transactional_db: None) -> list[Person]:
    made = fill(Plan(users=READERS, rooms=1, members=READERS, messages=60))
    assert User.objects.count() == READERS
    return [Person(one.sessionid, one.rooms[0]) for one in made]


@pytest.fixture
def load(people: list[Person], worker: Worker) -> Iterator[Swarm]:
    swarm = Swarm(Site(), ("127.0.0.1", worker.port))
    assert len(swarm.connect(people, at_once=4, seconds=20)) == READERS
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


def test_what_comes_late_from_an_earlier_measurement_belongs_to_none(load: Swarm) -> None:
    one = next(iter(load.sockets.values()))
    load.say(one, 5)
    load.forget_figures()
    load.say(one, 0)
    assert load.run_until(lambda: load.deliveries == READERS, 20)
    assert {(one.received, one.total) for one in load.sockets.values()} == {(1, 0)}


class Here(Running):
    """A worker whose services are those of the tests."""

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.pids)


def test_a_short_form_of_the_fan_out(people: list[Person], worker: Worker, folder: Path) -> None:
    site = Here(Ground(folder), Site(), ("127.0.0.1", worker.port), [worker.process.pid])
    with gathered(site, people) as (load, found):
        assert found["served"] == READERS
        alone = one_at_a_time(site, load, seconds=0.1)
        assert 0 < alone["all_p50_ms"] <= alone["all_p99_ms"]
        step = talk(site, load, rate=20, seconds=0.5)
        assert step["missing"] == 0
        assert step["deliveries"] > 0
    assert is_good({"missing": 0, "p99_ms": 250.0})
    assert not is_good({"missing": 0, "p99_ms": 250.1})
    assert not is_good({"missing": 1, "p99_ms": 1.0})


def test_a_stranger_is_not_served(load: Swarm) -> None:
    room = next(iter(load.sockets.values())).person.room
    assert load.connect([Person("nobody", room)], at_once=1, seconds=0.5) == []
    assert load.failures
