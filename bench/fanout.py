"""One room with many readers: what a message costs, how long it takes, how many fit into a second."""

import time
from collections.abc import Callable
from functools import partial

from bench.dialects import Dialect, Site
from bench.figures import delays, percentile, weighted_percentile
from bench.ground import Ground, Running, running
from bench.load import Swarm
from bench.meter import Figures, Length, Meter, gathered
from bench.search import highest

LIMIT_SECONDS = 0.25  # what a message may take at the 99th percentile
HOPELESS_SECONDS, HOPELESS_SHARE = 1.0, 0.02
SENDERS = 40
WARM_MESSAGES, LEAST_MESSAGES = 3, 20


def fanout(ground: Ground, dialect: Dialect, readers: int, length: Length) -> Figures:
    """Sockets that do nothing, then one message at a time, then as many as it takes, then half of that."""
    people = ground.hall(dialect)[:readers]
    with running(ground, dialect) as site, gathered(site, people) as (load, found):
        found |= one_at_a_time(site, load, length.one_seconds)
        # Where a message alone is too slow, no rate can be good.
        if found["one_p99_ms"] <= LIMIT_SECONDS * 1e3:
            found |= at_rates(site, load, length, f"{dialect.name} {readers}", start=500 / found["all_p50_ms"])
        return found


def idle(ground: Ground, dialect: Dialect, readers: int) -> Figures:
    """Only the sockets that do nothing; as many as are served in time."""
    with (
        running(ground, dialect) as site,
        gathered(site, ground.hall(dialect)[:readers], may_be_fewer=True) as (_, found),
    ):
        return found


def served_by(ground: Ground, server: str, readers: int, length: Length) -> Figures:
    """The site's application under a server of `ground.SERVERS`: sockets that do nothing, one message at a time."""
    people = ground.hall(Site())[:readers]
    with running(ground, Site(), server=server) as site, gathered(site, people) as (load, found):
        return found | one_at_a_time(site, load, length.one_seconds)


def at_rates(site: Running, load: Swarm, length: Length, name: str, start: float) -> Figures:
    """The highest rate, and the delays at half of it. A later round begins where the one before it ended."""
    attempt = partial(talk, site, load, seconds=length.step_seconds)
    known = site.ground.known_rates
    best = highest(attempt, is_good, start=known.get(name, max(1.0, start)), halvings=length.halvings)
    if best.found is None:
        return {"repeats": float(best.repeats)}
    known[name] = best.rate
    half = attempt(best.rate / 2)
    return {
        "max_rate": best.rate,
        "max_deliveries": best.found["deliveries"],
        "max_p99_ms": best.found["p99_ms"],
        "max_cpu_us": best.found["cpu_us"],
        "max_load": best.found["load"],
        "repeats": float(best.repeats),
        "half_p50_ms": half["p50_ms"],
        "half_p99_ms": half["p99_ms"],
        "half_load": half["load"],
    }


def is_good(step: Figures) -> bool:
    return not step["missing"] and step["p99_ms"] <= LIMIT_SECONDS * 1e3


# ---------- one at a time


def one_at_a_time(site: Running, load: Swarm, seconds: float) -> Figures:
    """Each message leaves when all have the one before; at least LEAST_MESSAGES, and as many as fit into the time."""
    load.forget_figures()
    for number in range(WARM_MESSAGES):
        say_to_all(load, number)
    load.forget_figures()
    meter, took = Meter(site), list[float]()
    while len(took) < LEAST_MESSAGES or sum(took) < seconds:
        took.append(say_to_all(load, len(took)))
    meter.stop()
    check(load, range(len(took)))
    return {
        "cpu_us": meter.server / (len(took) * len(load.sockets)) * 1e6,
        "all_p50_ms": percentile(took, 0.5) * 1e3,
        "all_p99_ms": percentile(took, 0.99) * 1e3,
        "one_p99_ms": weighted_percentile(delays(load.arrivals(), load.sent), 0.99) * 1e3,
        "one_load": meter.load_share,
    }


def say_to_all(load: Swarm, number: int) -> float:
    """One message; how many seconds until everyone has it."""
    wanted = load.deliveries + len(load.sockets)
    begun = time.perf_counter()
    load.say(next(iter(load.sockets.values())), number)
    if not load.run_until(lambda: load.deliveries >= wanted, 60):
        raise RuntimeError(f"{wanted - load.deliveries} of {len(load.sockets)} sockets did not get a message.")
    return time.perf_counter() - begun


# ---------- at a rate


def talk(site: Running, load: Swarm, rate: float, seconds: float) -> Figures:
    """Messages leave at a steady rate, whatever comes back; a message's time counts from when it was due.

    Ends early where it is hopeless: more than HOPELESS_SHARE of all deliveries are HOPELESS_SECONDS late.
    """
    load.forget_figures()
    count = max(3, int(rate * seconds))
    wanted = count * len(load.sockets)
    meter = Meter(site)
    begun = time.perf_counter()

    def is_hopeless() -> bool:
        due = min(count, int((time.perf_counter() - begun - HOPELESS_SECONDS) * rate))
        return due * len(load.sockets) - load.deliveries > wanted * HOPELESS_SHARE

    say_steadily(load, rate, count, begun, is_hopeless)
    load.run_until(lambda: load.deliveries >= wanted or is_hopeless(), 5 + seconds)
    meter.stop()
    missing = wanted - load.deliveries
    if missing:
        load.run_until(Quiet(load), 60)
    else:
        check(load, range(count))
    times = delays(load.arrivals(), load.sent)
    return {
        "p50_ms": weighted_percentile(times, 0.5) * 1e3,
        "p99_ms": weighted_percentile(times, 0.99) * 1e3,
        "deliveries": wanted / max(seconds, meter.seconds),
        "cpu_us": meter.server / wanted * 1e6,
        "load": meter.load_share,
        "missing": float(missing),
    }


def say_steadily(load: Swarm, rate: float, count: int, begun: float, is_hopeless: Callable[[], bool]) -> None:
    sockets = list(load.sockets.values())
    speakers = sockets[:: max(1, len(sockets) // SENDERS)]
    number = 0
    while number < count and not is_hopeless():
        now = time.perf_counter()
        while number < count and begun + number / rate <= now:
            load.say(speakers[number % len(speakers)], number, begun + number / rate)
            number += 1
        load.turn(min(0.01, max(0.0, begun + number / rate - time.perf_counter())))


class Quiet:
    """Whether nothing has been delivered for two seconds."""

    def __init__(self, load: Swarm) -> None:
        self.load, self.seen, self.since = load, -1, time.perf_counter()

    def __call__(self) -> bool:
        now = time.perf_counter()
        if self.load.deliveries != self.seen:
            self.seen, self.since = self.load.deliveries, now
        return now - self.since > 2


def check(load: Swarm, sent: range) -> None:
    """Every socket got every message once."""
    wrong = [one for one in load.sockets.values() if (one.received, one.total) != (len(sent), sum(sent))]
    if wrong:
        raise RuntimeError(f"{len(wrong)} sockets did not get each of {len(sent)} messages once.")
