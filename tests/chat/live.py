"""A hub in this process: sockets that the tests hold, and bells that they ring themselves."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from accounts.models import User
from chat import broadcast, selectors
from chat.access import Holder
from chat.broadcast import Event
from chat.consumers.commands import Commands
from chat.hub import Hub, Reader
from chat.models import Room
from chat.protocol import Send, check_command
from chat.writer import Writer
from tests.factories import seat
from tests.live.site import Copy


class Bells:
    """Keeps what services announce until a test lets it be heard."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def keep(self, event: Event) -> None:
        self.events.append(json.loads(json.dumps(event)))

    def take(self) -> list[Event]:
        taken, self.events = self.events, []
        return taken

    def ring(self, hub: Hub) -> None:
        """Lets the hub hear all that waits, in order."""
        for event in self.take():
            hub.hear(event)


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> Bells:
    """No layer and no timer: an event is heard when the test says so."""
    kept = Bells()
    monkeypatch.setattr(broadcast.carrier, "carry", kept.keep)
    monkeypatch.setattr(Hub, "start", lambda hub: None)
    return kept


class Socket:
    """A socket whose other end is the test; while `gate` is shut it takes nothing.

    `does_take_at_once`: its server takes frames by `offer`, as ours does.
    """

    does_take_at_once = False

    def __init__(
        self, hub: Hub, user: User, writer: Writer | None = None, *, token: str = "", language: str = "en"
    ) -> None:
        self.frames: list[dict[str, Any]] = []
        self.code: int | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.arrived = asyncio.Condition()
        self.reader = Reader(Holder.of(user, token=token), self._take, self._end, self._offer, language=language)
        self.commands = Commands(user, self.reader, hub, writer or Writer())

    async def _take(self, text: str) -> None:
        await self.gate.wait()
        self.frames.append(json.loads(text))
        await self._announce()

    async def _announce(self) -> None:
        async with self.arrived:
            self.arrived.notify_all()

    def _offer(self, text: str) -> bool:
        if self.does_take_at_once and self.gate.is_set():
            self.frames.append(json.loads(text))
            self.announcing = asyncio.ensure_future(self._announce())
            return True
        return False

    async def _end(self, code: int) -> None:
        self.code = code

    async def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """A command and its answer."""
        fields.setdefault("ref", f"{kind} {len(self.frames)}")
        command = check_command({"type": kind} | fields)
        await (self.commands.send_all([command]) if isinstance(command, Send) else self.commands.answer(command))
        return next((frame for frame in reversed(self.frames) if frame.get("ref") == fields["ref"]), {})

    async def subscribe(self, room: str, **fields: Any) -> Copy:
        return Copy(await self.ask("subscribe", room=room, **fields))

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(10), self.arrived:
            await self.arrived.wait_for(is_so)

    def has_reached(self, rev: int) -> bool:
        return max((frame["rev"] for frame in self.frames if "rev" in frame), default=0) >= rev

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["type"] == kind]

    def apply(self, copy: Copy) -> Copy:
        """What a client holds after all frames that came; fails on a gap. Follows resyncs and new subscriptions."""
        for frame in self.frames[self.frames.index(copy._began_with) + 1 :]:
            if frame["type"] == "events" and frame["room"] == copy.room:
                copy.apply_events(frame)
            elif frame["type"] == "subscribed" and frame["room"] == copy.room:
                copy.apply_subscribed(frame)
        return copy


def fresh(user: User, room: Room) -> dict[int, dict[str, Any]]:
    """All messages of the room as the database has them."""
    return {message["seq"]: message for message in selectors.snapshot(seat(user, room), backlog=10_000)["messages"]}


def play(scene: Coroutine[Any, Any, None]) -> None:
    """Runs a scene to its end in a loop of its own."""
    asyncio.run(scene)


async def do[T](write: Callable[[], T]) -> T:
    """A write in a database thread, as a door would do it."""

    def work() -> T:
        try:
            return write()
        finally:
            connections.close_all()

    result: T = await sync_to_async(work, thread_sensitive=False)()
    return result


async def check(hub: Hub) -> None:
    """The hub's own check, and the repairs that it begins."""
    await hub.check()
    await asyncio.gather(*hub._repairing.values())
