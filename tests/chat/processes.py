"""Processes of one site that hear each other, and who is here by what they say. Time is the test's own."""

import asyncio
import time
from typing import Any

import pytest

from accounts.models import User
from chat.hub import Hub
from chat.hub.presence import Presence, presence
from tests.chat.live import Bells, Socket

# Until a socket that is gone is told of.
GONE = presence.LEAVING_SECONDS + 1


class Site:
    """Processes that hear each other, unless they are cut off, and a clock that the test moves."""

    def __init__(self, bells: Bells) -> None:
        self.bells = bells
        self.now = time.monotonic()
        self.hubs: list[Hub] = []
        self.is_broker_away = False

    def process(self) -> Hub:
        hub = Hub()
        hub.presence = Presence(hub.readers, lambda: self.now)
        self.hubs.append(hub)
        return hub

    async def pass_by(self, seconds: float = 1.0) -> None:
        """So much time, in seconds that tick; then another one for what was heard in the last."""
        for step in [1.0] * int(seconds) + [0.0]:
            self.now += step
            for hub in self.hubs:
                await hub.presence.tick(is_heard=not self.is_broker_away)
                self.carry(hub)
        await settle()

    def carry(self, speaker: Hub) -> None:
        for event in self.bells.take():
            for hub in self.hubs:
                if hub is speaker or not self.is_broker_away:
                    hub.hear(event)

    async def come(self, hub: Hub, user: User, *rooms: str, **fields: Any) -> Socket:
        socket = Socket(hub, user)
        hub.add(socket.reader)
        for room in rooms:
            await socket.subscribe(room, **fields)
        return socket


async def settle() -> None:
    """Lets sockets take what they were told."""
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
def site(bells: Bells) -> Site:
    return Site(bells)


def seen(socket: Socket, room: str = "lobby") -> set[int]:
    """Who is online by what this socket was told since it last subscribed."""
    online: set[int] = set()
    for frame in socket.frames:
        if frame["type"] == "subscribed" and frame["room"] == room:
            online = set()
        if frame["type"] == "presence" and frame["room"] == room:
            assert not set(frame["online"]) & set(frame["offline"])
            assert set(frame["away"]) <= set(frame["online"])
            online = (online | set(frame["online"])) - set(frame["offline"])
            assert frame["count"] == len(online)
    return online


def ids(*people: User) -> set[int]:
    return {person.pk for person in people}
