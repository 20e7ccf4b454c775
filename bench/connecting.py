"""People who come: one after the other, and all at once."""

import time

from bench.dialects import Dialect
from bench.figures import percentile
from bench.ground import Ground, running
from bench.load import Swarm
from bench.meter import Figures, Length, Meter

STORM_SECONDS = 90.0


def backlog(ground: Ground, dialect: Dialect, length: Length) -> Figures:
    """People come into a room of 100,000 messages, get the last fifty and go."""
    people = ground.fill(dialect, "archive", users=100, rooms=1, members=100, messages=100_000)[:50]
    times: list[float] = []
    with running(ground, dialect) as site:
        for is_warm in (False, True):
            load = Swarm(site.dialect, site.address)
            meter = Meter(site)
            for _ in range(length.connects // len(people) if is_warm else 1):
                ready = load.connect(people, at_once=4, seconds=60)
                times += [one.ready_at - one.begun_at for one in ready] if is_warm else []
                load.hang_up(ready)
                load.run_until(lambda: False, 0.05)
            meter.stop()
            load.close()
    if not times:
        raise RuntimeError("Nobody was served.")
    return {
        "connect_cpu_ms": meter.server / len(times) * 1e3,
        "per_second": len(times) / meter.seconds,
        "p50_ms": percentile(times, 0.5) * 1e3,
        "p99_ms": percentile(times, 0.99) * 1e3,
        "load": meter.load_share,
    }


def storm(ground: Ground, dialect: Dialect, length: Length, server: str = "") -> Figures:
    """Everybody comes back at once, as after a restart; until the last has the backlog. `server`: not the usual one."""
    people = ground.fill(dialect, "archive-of-many", users=1000, rooms=1, members=1000, messages=1000)[: length.storm]
    with running(ground, dialect, server=server) as site:
        load = Swarm(site.dialect, site.address)
        meter = Meter(site)
        begun = time.perf_counter()
        ready = load.connect(people, at_once=len(people), seconds=STORM_SECONDS)
        meter.stop()
        failures = load.failures
        load.close()
    found = {
        "asked": float(len(people)),
        "served": float(len(ready)),
        "served_p50_s": percentile([one.ready_at - begun for one in ready], 0.5),
        "cpu_s": meter.server,
        "failures": float(failures),
        "load": meter.load_share,
    }
    return found | ({"all_s": meter.seconds} if len(ready) == len(people) else {})
