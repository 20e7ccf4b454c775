"""What is measured. Every scenario starts a site of its own, loads it, and gives back figures by name."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.cost import memory_bytes
from bench.dialects import Dialect, Kind
from bench.figures import delays, percentile, weighted_percentile
from bench.ground import Ground, Running, running
from bench.load import Frame, Person, Socket, Swarm

LIMIT_SECONDS = 0.25  # what a message may take at the 99th percentile
CONNECT_SECONDS = 300.0
SENDERS = 40

type Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Length:
    """How long the scenarios run."""

    messages: int  # one at a time
    step_seconds: float  # at each rate that is tried
    steps: int  # between the highest rate that went well and the lowest that did not
    talk_seconds: float
    connects: int
    storm: int
    idle: tuple[int, ...]


SHORT = Length(20, 2.0, 1, 3.0, 60, 300, (500,))
FULL = Length(60, 4.0, 3, 8.0, 300, 1000, (1000, 5000))


@contextmanager
def swarm(site: Running, people: list[Person]) -> Iterator[Swarm]:
    """A load whose sockets are open and served."""
    made = Swarm(site.dialect, site.address)
    try:
        ready = made.connect(people, at_once=8, seconds=CONNECT_SECONDS)
        if len(ready) < len(people):
            raise RuntimeError(f"Only {len(ready)} of {len(people)} sockets were served.")
        made.run_until(lambda: False, 0.5)  # presence and other small news of the arrivals
        made.forget_figures()
        yield made
    finally:
        made.close()


class Meter:
    """CPU time of the server and of ourselves between `start` and `stop`."""

    def __init__(self, site: Running) -> None:
        self.site = site
        self.start()

    def start(self) -> None:
        self._begun = time.perf_counter(), self.site.cpu_seconds(), time.process_time()

    def stop(self) -> None:
        began, server, load = self._begun
        self.seconds = time.perf_counter() - began
        self.server = self.site.cpu_seconds() - server
        self.load_share = (time.process_time() - load) / self.seconds


# ---------- fan-out


def fanout(ground: Ground, dialect: Dialect, readers: int, length: Length) -> Figures:
    """One room: one message at a time, then as many as it takes."""
    people = ground.fill(dialect, "hall", users=5000, rooms=1, members=5000, messages=200)[:readers]
    with running(ground, dialect) as site, swarm(site, people) as load:
        found = one_at_a_time(site, load, length.messages)
        found |= highest_rate(site, load, length, start=max(1.0, 0.5 / found["all_p50_ms"] * 1000))
        if found["max_rate"]:
            half = talk(site, load, found["max_rate"] / 2, length.step_seconds)
            found |= {"half_p50_ms": half["p50_ms"], "half_p99_ms": half["p99_ms"]}
    return found


def one_at_a_time(site: Running, load: Swarm, messages: int) -> Figures:
    """Each message leaves when all have the one before."""
    load.forget_figures()
    sockets = list(load.sockets.values())
    speaker, took = sockets[0], []
    for number in range(3 + messages):
        if number == 3:  # the first few warm what is made on first use
            load.forget_figures()
            meter = Meter(site)
        wanted = load.deliveries + len(sockets)
        begun = time.perf_counter()
        load.say(speaker, number)
        if not load.run_until(lambda: load.deliveries >= wanted, 60):  # noqa: B023 - called at once
            raise RuntimeError(f"{wanted - load.deliveries} of {len(sockets)} sockets did not get a message.")
        took.append(time.perf_counter() - begun)
    meter.stop()
    check(load, range(3, 3 + messages))
    took = took[3:]
    return {
        "cpu_us": meter.server / (messages * len(sockets)) * 1e6,
        "all_p50_ms": percentile(took, 0.5) * 1e3,
        "all_p99_ms": percentile(took, 0.99) * 1e3,
        "one_load": meter.load_share,
    }


def highest_rate(site: Running, load: Swarm, length: Length, start: float) -> Figures:
    """The highest rate of messages at which the 99th percentile stays within the limit."""
    best: Figures = {}
    good = bad = 0.0
    rate, left = start, length.steps
    while left >= 0 and rate >= 0.2:
        found = talk(site, load, rate, length.step_seconds)
        if found["lost"] == 0 and found["p99_ms"] <= LIMIT_SECONDS * 1e3:
            good, best = rate, found
        else:
            bad = rate
        left -= bool(bad and good)
        rate = (good + bad) / 2 if bad and good else (rate * 2 if good else rate / 2)
    return {
        "max_rate": good,
        "max_deliveries": best.get("deliveries", 0.0),
        "max_p99_ms": best.get("p99_ms", 0.0),
        "max_load": best.get("load", 0.0),
        "max_cpu_us": best.get("cpu_us", 0.0),
    }


def talk(site: Running, load: Swarm, rate: float, seconds: float) -> Figures:
    """Messages leave at a steady rate, whatever comes back; a message's time counts from when it was due."""
    load.forget_figures()
    sockets = list(load.sockets.values())
    speakers = sockets[:: max(1, len(sockets) // SENDERS)]
    count = max(3, int(rate * seconds))
    wanted = count * len(sockets)
    meter = Meter(site)
    begun, number = time.perf_counter(), 0
    while number < count:
        now = time.perf_counter()
        while number < count and begun + number / rate <= now:
            load.say(speakers[number % len(speakers)], number, begun + number / rate)
            number += 1
        load.turn(min(0.01, max(0.0, begun + number / rate - time.perf_counter())))
    load.run_until(lambda: load.deliveries >= wanted, 5 + seconds)
    meter.stop()
    is_whole = load.deliveries == wanted
    if is_whole:
        check(load, range(count))
    else:
        load.run_until(Quiet(load), 60)
    times = delays(load.arrivals(), load.sent)
    return {
        "p50_ms": weighted_percentile(times, 0.5) * 1e3,
        "p99_ms": weighted_percentile(times, 0.99) * 1e3,
        "deliveries": wanted / max(seconds, meter.seconds),
        "cpu_us": meter.server / wanted * 1e6,
        "load": meter.load_share,
        "lost": float(wanted - load.deliveries) if not is_whole else 0.0,
    }


class Quiet:
    """Whether nothing has been delivered for a second."""

    def __init__(self, load: Swarm) -> None:
        self.load, self.seen, self.since = load, -1, time.perf_counter()

    def __call__(self) -> bool:
        now = time.perf_counter()
        if self.load.deliveries != self.seen:
            self.seen, self.since = self.load.deliveries, now
        return now - self.since > 1


def check(load: Swarm, sent: range) -> None:
    """Every socket got every message once."""
    wrong = [one for one in load.sockets.values() if (one.received, one.total) != (len(sent), sum(sent))]
    if wrong:
        raise RuntimeError(f"{len(wrong)} sockets did not get each of {len(sent)} messages once.")


# ---------- many rooms


def rooms(ground: Ground, dialect: Dialect, length: Length, workers: int = 1) -> Figures:
    """200 rooms of five; each says the next thing as soon as the one before is acknowledged."""
    people = ground.fill(dialect, "rooms", users=1000, rooms=200, members=5, messages=0)
    with running(ground, dialect, workers=workers) as site, swarm(site, people) as load:
        talkers = Talkers(load)
        talkers.begin()
        load.run_until(lambda: False, 1.0)
        before, meter = ground.count_messages(dialect), Meter(site)
        load.run_until(lambda: False, length.talk_seconds)
        stored = ground.count_messages(dialect) - before
        meter.stop()
        talkers.end()
        load.run_until(lambda: not talkers.waiting, 20)
    return {
        "messages": stored / meter.seconds,
        "cpu_us": meter.server / max(1, stored) * 1e6,
        "load": meter.load_share,
        "refused": float(load.refused),
    }


class Talkers:
    """Everyone has one message under way."""

    def __init__(self, load: Swarm) -> None:
        self.load = load
        self.next = 0
        self.waiting: dict[Socket, int] = {}
        load.on_ack = self.hear

    def begin(self) -> None:
        for one in list(self.load.sockets.values()):
            self.speak(one)

    def speak(self, one: Socket) -> None:
        self.next += 1
        self.waiting[one] = self.next
        self.load.say(one, self.next)

    def hear(self, one: Socket, frame: Frame) -> None:
        mine = self.waiting.get(one)
        number = self.load.dialect.acked(frame.payload) if frame.kind is Kind.ACK else None
        if mine is not None and (mine == number or mine in frame.numbers):
            del self.waiting[one]
            if not self.is_over:
                self.speak(one)

    is_over = False

    def end(self) -> None:
        self.is_over = True


# ---------- connecting


def backlog(ground: Ground, dialect: Dialect, length: Length) -> Figures:
    """People come into a room of 100,000 messages, get the last fifty and go."""
    people = ground.fill(dialect, "archive", users=100, rooms=1, members=100, messages=100_000)[:50]
    times: list[float] = []
    with running(ground, dialect) as site:
        for warm in (True, False):
            load = Swarm(site.dialect, site.address)
            meter = Meter(site)
            for begin in range(0, len(people) if warm else length.connects, len(people)):
                ready = load.connect(people, at_once=4, seconds=60)
                times += [one.ready_at - one.begun_at for one in ready] if not warm else []
                load.hang_up(ready)
                load.run_until(lambda: False, 0.05)
                del begin
            meter.stop()
            load.close()
    return {
        "cpu_ms": meter.server / len(times) * 1e3,
        "per_second": len(times) / meter.seconds,
        "p50_ms": percentile(times, 0.5) * 1e3,
        "p99_ms": percentile(times, 0.99) * 1e3,
        "load": meter.load_share,
    }


def storm(ground: Ground, dialect: Dialect, length: Length, server: str = "daphne") -> Figures:
    """Everybody comes back at once, as after a restart; until the last has the backlog."""
    people = ground.fill(dialect, "archive-of-many", users=1000, rooms=1, members=1000, messages=1000)[: length.storm]
    with running(ground, dialect, server=server) as site:
        load = Swarm(site.dialect, site.address)
        begun = time.perf_counter()
        ready = load.connect(people, at_once=len(people), seconds=90)
        took = time.perf_counter() - begun
        failures = load.failures
        load.close()
    times = [one.ready_at - begun for one in ready]
    return {
        "served": float(len(ready)),
        "all_s": took if len(ready) == len(people) else 0.0,
        "p50_s": percentile(times, 0.5),
        "failures": float(failures),
    }


def memory(ground: Ground, dialect: Dialect, sockets: int, length: Length) -> Figures:
    """What the server's processes grow by, for each socket that does nothing."""
    people = ground.fill(dialect, "hall", users=5000, rooms=1, members=5000, messages=200)[:sockets]
    with running(ground, dialect) as site:
        with swarm(site, people[:20]):
            pass
        before = memory_bytes(site.pids)
        with swarm(site, people):
            return {"kib": (memory_bytes(site.pids) - before) / len(people) / 1024}
