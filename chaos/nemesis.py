"""Plans what goes wrong in a run, from a seed, and does it."""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from chaos.proxy import Proxy
from chaos.site import Site, began_at, send

BACK_SECONDS = 2.0
EVERY_SECONDS = 2.5
# The supervisor waits longer the more often a child dies within this time of its start.
STEADY_SECONDS = 10.5
WEIGHTS = {
    "worker kill": 4,
    "worker stop": 3,
    "worker term": 3,
    "valkey kill": 3,
    "valkey stop": 2,
    "valkey flush": 1,
    "postgres kill": 3,
    "postgres stop": 2,
    "postgres backend kill": 1,
    "postgres outage": 1,
    "valkey outage": 1,
    "net cut": 4,
    "net stall": 3,
    "net blackhole": 1,
}


class Act(NamedTuple):
    """One thing that goes wrong: when, what, for how long, and to whom or how many (from 0 to 1)."""

    at: float
    kind: str
    seconds: float
    pick: float
    share: float

    def __str__(self) -> str:
        return f"{self.at:6.1f} s  {self.kind} ({self.seconds:.1f} s, {self.pick:.2f}, {self.share:.2f})"


def plan(seed: int, seconds: float) -> list[Act]:
    """The schedule of a run: the same for the same seed."""
    chance = random.Random(f"nemesis {seed}")
    acts: list[Act] = []
    at = 1.0 + chance.random()
    while at < seconds:
        (kind,) = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
        acts.append(Act(at, kind, 0.5 + chance.random() * 6, chance.random(), 0.1 + 0.9 * chance.random()))
        at += chance.expovariate(1 / EVERY_SECONDS)
    return acts


class Nemesis:
    """Carries out a plan against a site and the connections to it."""

    def __init__(self, site: Site, proxy: Proxy, broken: Callable[[str], None]) -> None:
        self.site, self.proxy, self.broken = site, proxy, broken
        self.counts: Counter[str] = Counter()
        self.done: list[str] = []
        self.slowest_return = 0.0
        self.tasks: set[asyncio.Task[None]] = set()
        self.outages = 0
        self.is_watched = asyncio.Event()  # whether the supervisor is awake
        self.is_watched.set()

    async def run(self, acts: list[Act]) -> None:
        """One act after the other at its time; long ones overlap."""
        begin = time.monotonic()
        for act in acts:
            await asyncio.sleep(max(0.0, begin + act.at - time.monotonic()))
            self.start(act)
        await asyncio.gather(*self.tasks)

    def start(self, act: Act) -> None:
        subject, _, verb = act.kind.rpartition(" ")
        ways: dict[str, Callable[[Act, str], Coroutine[Any, Any, None]]] = {
            "kill": self.kill,
            "term": self.term,
            "stop": self.stop,
            "outage": self.outage,
            "flush": self.flush,
            "cut": self.cut,
            "stall": self.stall,
            "blackhole": self.blackhole,
        }
        self.counts[act.kind] += 1
        self.done.append(str(act))
        task = asyncio.create_task(ways[verb](act, subject))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def heal(self) -> None:
        """Take back what can be taken back."""
        send(self.site.child.pid or 0, signal.SIGCONT)
        for role in ("postgres", "valkey", "worker"):
            self.site.signal(role, signal.SIGCONT)
        self.proxy.heal()

    # ---------- processes

    async def kill(self, act: Act, role: str) -> None:
        if role == "postgres backend":
            family = self.site.family("postgres")[1:]
            if family:
                send(family[int(act.pick * len(family))], signal.SIGKILL)
            return
        await self._end(act, role, signal.SIGKILL)

    async def term(self, act: Act, role: str) -> None:
        await self._end(act, role, signal.SIGTERM)

    async def _end(self, act: Act, role: str, number: signal.Signals) -> None:
        pids = self.site.pids(role)
        if not pids:
            return
        pid = pids[int(act.pick * len(pids))]
        ran = time.clock_gettime(time.CLOCK_BOOTTIME) - began_at(pid)
        allowed = BACK_SECONDS if ran > STEADY_SECONDS else 4 * BACK_SECONDS
        send(pid, signal.SIGCONT)
        send(pid, number)
        # It says goodbye first, and may itself be stopped in the midst of it.
        leave = 25.0 if number == signal.SIGTERM else 0.0
        taken = None
        while taken is None:
            outages = self.outages
            await self.is_watched.wait()
            taken = await self.site.back(role, pid, allowed + leave)
            if outages == self.outages and self.is_watched.is_set():
                break
        if taken is None or taken > allowed + leave:
            self.broken(f"{role} {pid} was not started again within {allowed:g} s ({act})")
        elif not leave:
            self.slowest_return = max(self.slowest_return, taken)

    async def stop(self, act: Act, role: str) -> None:
        """SIGSTOP for a while: alive, and silent."""
        pids = self.site.family(role)
        if role == "worker":
            pids = pids[int(act.pick * len(pids)) :][:1]
        for pid in pids:
            send(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(act.seconds)
        finally:
            for pid in pids:
                send(pid, signal.SIGCONT)

    async def outage(self, act: Act, role: str) -> None:
        """Killed, and nobody there to start it again for a while."""
        supervisor = self.site.child.pid or 0
        self.outages += 1
        self.is_watched.clear()
        send(supervisor, signal.SIGSTOP)
        try:
            for pid in self.site.pids(role):
                send(pid, signal.SIGKILL)
            await asyncio.sleep(act.seconds)
        finally:
            send(supervisor, signal.SIGCONT)
            self.is_watched.set()

    async def flush(self, act: Act, role: str) -> None:
        await asyncio.to_thread(self.site.flush_valkey)

    # ---------- connections

    async def cut(self, act: Act, role: str) -> None:
        for link in self.proxy.some(act.share, act.pick):
            link.cut()

    async def stall(self, act: Act, role: str) -> None:
        await self.proxy.stall(self.proxy.some(act.share, act.pick), act.seconds)

    async def blackhole(self, act: Act, role: str) -> None:
        await self.proxy.blackhole(self.proxy.some(act.share, act.pick), act.seconds)
