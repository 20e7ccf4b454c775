"""How soon a child that keeps dying is started again."""

from pathlib import Path

import pytest

from site_config import supervisor
from site_config.children import Child
from site_config.local_services import LocalServices
from site_config.supervisor import Supervisor, Watched, listen


class Clock:
    """Time that goes only when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(supervisor, "time", made)
    return made


class Mayfly(Child):
    """Dead as soon as it is started."""

    starts = 0

    def start(self) -> None:
        self.starts += 1

    @property
    def is_alive(self) -> bool:
        return False

    def ending(self) -> str:
        return "ended"


def test_a_child_that_keeps_dying_waits_longer_and_never_more_than_two_seconds(clock: Clock, tmp_path: Path) -> None:
    child = Mayfly("Mayfly", [], cwd=tmp_path)
    watched = Watched(child, started_at=clock.now - 60)
    pauses = []
    for _ in range(8):
        died, starts = clock.now, child.starts
        watched.look(lambda line: None)
        while child.starts == starts:
            clock.now += 0.1
            watched.look(lambda line: None)
        pauses.append(round(clock.now - died, 1))
    assert pauses == [0, 0.2, 0.5, 1.0, 2.0, 2.0, 2.0, 2.0]


def test_a_child_that_ran_well_is_started_at_once(clock: Clock, tmp_path: Path) -> None:
    child = Mayfly("Mayfly", [], cwd=tmp_path)
    watched = Watched(child, started_at=clock.now, quick_ends=5)
    clock.now += supervisor.STEADY_SECONDS
    watched.look(lambda line: None)
    assert child.starts == 1


@pytest.mark.parametrize(("workers", "has_own_broker", "said"), [(1, True, "1"), (2, True, "0"), (1, False, "0")])
def test_a_worker_is_alone_where_no_other_can_be(tmp_path: Path, workers: int, has_own_broker: bool, said: str) -> None:
    """With a broker of somebody else's there may be other machines."""
    services = LocalServices(tmp_path, purpose="a test", valkey=has_own_broker)
    with listen("127.0.0.1", 0) as listener:
        supervisor = Supervisor(services, listener, workers, lambda line: None)
        told = [(worker.environment or {}).get("TERTULIA_ALONE") for worker in supervisor.workers]
    assert told == [said] * workers
