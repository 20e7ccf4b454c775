"""One real site for the tests that break it, and people in it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest

from chaos.person import Person
from chaos.record import Sent
from chaos.site import Site

PAUSE_SECONDS = 0.02


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """`bin/serve` with two workers."""
    site = Site(2, TERTULIA_SEND_RATE="off")
    try:
        site.start()
        yield site
    finally:
        log = site.log()
        left = site.stop()
        print(log)  # noqa: T201 - pytest shows it with a failure
    assert not left, "nothing outlives the site"


async def until(question: Callable[[], object], seconds: float, what: str) -> float:
    """Ask again and again; how long it took."""
    loop = asyncio.get_running_loop()
    begin = loop.time()
    while not question():
        assert loop.time() - begin < seconds, f"not within {seconds} s: {what}"
        await asyncio.sleep(PAUSE_SECONDS)
    return loop.time() - begin


class Crowd:
    """People who are connected and speak only when told to; whatever breaks a promise is in `broken`."""

    def __init__(self, people: list[Person], broken: list[str]) -> None:
        self.people, self.broken = people, broken
        self.room = people[0].access.rooms[0]

    def say(self, person: int = 0) -> Sent:
        """Somebody says something new in the room."""
        speaker = self.people[person]
        operation = speaker.draft(self.room)
        speaker.outbox.add(operation)
        return operation.sent

    def have(self, sent: Sent) -> bool:
        """Whether everyone holds the message."""
        return bool(sent.acks) and all(sent.acks[0].seq in person.copies[self.room].messages for person in self.people)

    def count(self, what: str) -> int:
        return sum(person.counts[what] for person in self.people)

    def connections(self) -> list[int]:
        return [person.connection for person in self.people]

    async def quiet(self, seconds: float = 30) -> None:
        await until(lambda: all(person.is_quiet for person in self.people), seconds, "everyone at rest")


@asynccontextmanager
async def gather(site: Site, count: int) -> AsyncIterator[Crowd]:
    """A crowd in one room of its own, directly at the site's port."""
    passes = await asyncio.to_thread(site.fill, count, 1, count)
    broken: list[str] = []
    people = [Person(access, site.port, access.username, broken.append, is_talking=False) for access in passes]
    tasks = [asyncio.create_task(person.live()) for person in people]
    try:
        crowd = Crowd(people, broken)
        await crowd.quiet()
        yield crowd
        assert not broken
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
