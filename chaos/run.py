"""One run: people talk, the nemesis acts, all comes to rest, the checker judges."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

from chaos import nemesis
from chaos.checker import check
from chaos.nemesis import Act, Nemesis
from chaos.person import Person
from chaos.proxy import Proxy
from chaos.record import Evidence, seen
from chaos.site import Site

REST_SECONDS = 45
PROGRESS_SECONDS = 10

type Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Setting:
    """How long, how many, and what decides by chance."""

    seconds: float
    people: int
    rooms: int
    workers: int
    seed: int


@dataclass(slots=True)
class Verdict:
    """What a run did and what it found."""

    broken: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    done: list[str] = field(default_factory=list)
    slowest_return: float = 0.0
    rest_seconds: float = 0.0
    messages: int = 0


class Run:
    """The parts of one run, started and ended in order."""

    def __init__(self, site: Site, setting: Setting, say: Say = lambda line: None) -> None:
        self.site, self.setting, self.say = site, setting, say
        self.verdict = Verdict()
        self.failed = asyncio.Event()
        self.people: list[Person] = []

    def broken(self, sentence: str) -> None:
        """Somebody saw a promise broken: the run ends."""
        self.say(f"BROKEN: {sentence}")
        self.verdict.broken.append(sentence)
        self.failed.set()

    async def go(self, acts: list[Act] | None = None) -> Verdict:
        """All of it; `acts` instead of what the seed plans."""
        setting = self.setting
        members = max(2, setting.people * 2 // 3)
        passes = await asyncio.to_thread(self.site.fill, setting.people, setting.rooms, members)
        proxy = Proxy(self.site.port)
        await proxy.start()
        self.people = [
            Person(access, proxy.port, f"{setting.seed} {access.username}", self.broken)
            for access in passes
            if access.rooms
        ]
        tasks = [asyncio.create_task(self.watched(person)) for person in self.people]
        enemy = Nemesis(self.site, proxy, self.broken)
        try:
            await self.talk(enemy, nemesis.plan(setting.seed, setting.seconds) if acts is None else acts)
            if not self.failed.is_set():
                await self.rest(enemy)
            if not self.failed.is_set():
                self.verdict.broken += check(await self.evidence())
        finally:
            enemy.heal()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await proxy.stop()
        return self.sum_up(enemy)

    async def watched(self, person: Person) -> None:
        try:
            await person.live()
        except Exception as error:  # noqa: BLE001 - a client that fails is a failed run, whatever it was
            self.broken(f"{person.access.username}: {error!r}")

    async def talk(self, enemy: Nemesis, acts: list[Act]) -> None:
        """Until the time is over or a promise is broken."""
        work = asyncio.create_task(enemy.run(acts))
        begin = time.monotonic()
        end = begin + self.setting.seconds
        while (now := time.monotonic()) < end and not self.failed.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(PROGRESS_SECONDS, end - now)):
                    await self.failed.wait()
            self.say(self.progress(time.monotonic() - begin, enemy))
        if self.failed.is_set():
            work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work

    def progress(self, seconds: float, enemy: Nemesis) -> str:
        counts = self.count()
        return (
            f"{seconds:5.0f} s  {enemy.counts.total()} faults, {counts['ack']} acks, {counts['error unavailable']}"
            f" unavailable, {counts['deliveries']} deliveries, {counts['connections']} connections"
        )

    async def rest(self, enemy: Nemesis) -> None:
        """Nobody speaks, nothing breaks: soon everyone holds what the database holds."""
        enemy.heal()
        for person in self.people:
            person.is_talking = False
        begin = time.monotonic()
        while not await self.is_at_rest():
            if time.monotonic() - begin > REST_SECONDS:
                self.broken(f"no rest within {REST_SECONDS} s: {'; '.join(self.restless())}")
                return
            await asyncio.sleep(0.2)
        self.verdict.rest_seconds = time.monotonic() - begin

    async def is_at_rest(self) -> bool:
        if not all(person.is_quiet for person in self.people):
            return False
        try:
            revs = await asyncio.to_thread(self.site.numbers)
        except psycopg.Error:
            return False
        return all(copy.rev == revs[slug] for person in self.people for slug, copy in person.copies.items())

    def restless(self) -> list[str]:
        """Who is not done, and with what."""
        return [
            f"{person.access.username} has {len(person.outbox)} to say, socket {bool(person.socket)}, rooms at "
            f"{ {slug: (copy.rev, copy.is_live) for slug, copy in person.copies.items()} }"
            for person in self.people
        ][:5]

    async def evidence(self) -> Evidence:
        """What everybody sent and saw, the rows, and the history as a member reads it."""
        rooms = {}
        for person in self.people:
            for slug in person.access.rooms:
                if slug not in rooms:
                    history = [seen(message) for message in await person.history(slug)]
                    rooms[slug] = (await asyncio.to_thread(self.site.rows, slug))._replace(history=history)
        return Evidence([person.witness for person in self.people], rooms)

    def count(self) -> Counter[str]:
        return sum((person.counts for person in self.people), Counter())

    def sum_up(self, enemy: Nemesis) -> Verdict:
        verdict = self.verdict
        verdict.counts, verdict.acts, verdict.done = self.count(), enemy.counts, enemy.done
        verdict.slowest_return = enemy.slowest_return
        verdict.messages = sum(bool(sent.acks) for person in self.people for sent in person.witness.sent)
        return verdict
