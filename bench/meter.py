"""What scenarios share: how long they run, what a meter reads, a load whose sockets are served."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.ground import Running
from bench.load import Swarm
from bench.sockets import Person

CONNECT_SECONDS = 300.0

type Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Length:
    """How long the scenarios run."""

    one_seconds: float  # one message at a time
    step_seconds: float  # at each rate that is tried
    halvings: int  # between the highest rate that went well and the lowest that did not
    talk_seconds: float
    connects: int
    storm: int
    readers: tuple[int, ...]
    questions: int  # of each kind
    site: tuple[int, int, int]  # people, rooms, messages in a room on average


SHORT = Length(1.0, 1.5, 1, 3.0, 50, 300, (50, 200), 30, (2_000, 500, 100))
FULL = Length(3.0, 3.0, 3, 8.0, 250, 1000, (50, 200, 1000, 5000), 200, (20_000, 5_000, 200))


class Meter:
    """CPU time of the server and of ourselves between `start` and `stop`."""

    def __init__(self, site: Running) -> None:
        self.site = site
        self.start()

    def start(self) -> None:
        self._begun = time.perf_counter(), self.site.cpu_seconds(), time.process_time()

    def stop(self) -> None:
        """Sets `seconds`, `server` (CPU seconds) and `load_share` (the generator's own share of its core)."""
        began, server, load = self._begun
        self.seconds = time.perf_counter() - began
        self.server = self.site.cpu_seconds() - server
        self.load_share = (time.process_time() - load) / self.seconds


@contextmanager
def gathered(site: Running, people: list[Person], *, may_be_fewer: bool = False) -> Iterator[tuple[Swarm, Figures]]:
    """A load whose sockets are open and served, and what that took: `kib` is what the server's processes grew by.

    Raises RuntimeError where too few are served within CONNECT_SECONDS.
    """
    load = Swarm(site.dialect, site.address)
    try:
        load.connect(people[:20], at_once=8, seconds=CONNECT_SECONDS)  # they load what is loaded late
        load.hang_up(list(load.sockets.values()))
        load.run_until(lambda: False, 0.5)
        before, meter = site.memory_bytes(), Meter(site)
        served = len(load.connect(people, at_once=8, seconds=CONNECT_SECONDS))
        meter.stop()
        if served < (1 if may_be_fewer else len(people)):
            raise RuntimeError(f"Only {served} of {len(people)} sockets were served.")
        load.run_until(lambda: False, 0.5)  # presence and other small news of the arrivals
        found = {
            "kib": (site.memory_bytes() - before) / served / 1024,
            "served": float(served),
            "connect_cpu_ms": meter.server / served * 1e3,
            "connect_load": meter.load_share,
        }
        load.forget_figures()
        yield load, found
    finally:
        load.close()
