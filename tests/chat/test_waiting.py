"""Commands that wait behind others: on one socket without the database, and in a process that stops."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest
from channels.auth import UserLazyObject
from django.db import OperationalError

from accounts.credentials import Credential
from accounts.models import User
from chat import access, protocol
from chat.consumers.commands import reading
from chat.consumers.reception import Reception
from chat.consumers.socket import Socket as OpenSocket
from chat.hub import Hub
from chat.hub.under_way import UnderWay
from chat.models import Room
from tests.chat.live import Bells, Socket, play

pytestmark = pytest.mark.django_db(transaction=True)


class Door:
    """A socket's queue of commands, worked off when the test says so."""

    def __init__(self, user: User) -> None:
        self.socket = Socket(Hub(), user)
        hub, writer = self.socket.commands.hub, self.socket.commands.writer
        self.open = OpenSocket(UserLazyObject(), Credential(), hub, writer, Reception(), first=None)
        self.open.commands = self.socket.commands
        self.open.send_event = self._hear
        self.heard: list[tuple[str, Any]] = []
        self.open.is_working = True

    async def take(self, kind: str, **fields: Any) -> None:
        await self.open._take(json.dumps({"type": kind, "ref": kind} | fields))

    async def _hear(self, event: dict[str, Any]) -> None:
        """What the queue itself says: (code of an error or of the end, retry_after)."""
        frame = json.loads(event["text"]) if event["type"] == "websocket.send" else event
        self.heard.append((frame["code"], frame.get("retry_after")))

    async def work_off(self) -> list[tuple[str, str]]:
        """Every answer, as (ref, code or type)."""
        self.socket.frames.clear()
        while self.open.waiting:
            await self.open._work_off()
        return [(frame["ref"], frame.get("code", frame["type"])) for frame in self.socket.frames]


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of a database that is away."""
    asked: list[str] = []

    def gone(name: str) -> Any:
        def ask(*args: Any, **kwargs: Any) -> None:
            asked.append(name)
            raise OperationalError("gone")

        return ask

    monkeypatch.setattr(reading, "_history_of", gone("history"))
    monkeypatch.setattr(access, "see_room", gone("see_room"))
    monkeypatch.setattr(access, "enter_room", gone("enter_room"))
    return asked


def send(room: str) -> dict[str, Any]:
    return {"room": room, "body": "x", "client_id": str(uuid4())}


def test_what_waited_behind_an_outage_is_refused_without_waiting_as_long_again(
    bells: Bells, lobby: Room, alice: User, tries: list[str]
) -> None:
    async def scene() -> None:
        door = Door(alice)
        await door.take("history", room=lobby.slug, before=9)
        await door.take("send", **send(lobby.slug))
        await door.take("edit", room=lobby.slug, seq=1, body="y")
        await door.take("ping")
        await door.take("nonsense")
        assert await door.work_off() == [
            ("history", "unavailable"),
            ("send", "unavailable"),
            ("edit", "unavailable"),
            ("ping", "pong"),
            ("nonsense", "bad_request"),
        ]
        assert tries == ["history"]
        assert all(frame["room"] == lobby.slug for frame in door.socket.frames[:3])
        await door.take("edit", room=lobby.slug, seq=1, body="y")
        await door.work_off()
        assert len(tries) == 2, "what comes later is tried"

    play(scene())


def test_a_run_of_sends_to_many_rooms_waits_for_the_database_once(
    bells: Bells, lobby: Room, cellar: Room, alice: User, tries: list[str]
) -> None:
    async def scene() -> None:
        door = Door(alice)
        for room in (lobby, cellar, lobby):
            await door.take("send", **send(room.slug))
        await door.take("history", room=lobby.slug, before=9)
        assert await door.work_off() == [("send", "unavailable")] * 3 + [("history", "unavailable")]
        assert tries == ["see_room"]

    play(scene())


@pytest.mark.parametrize(("size", "most"), [(protocol.FRAME_BYTES, 100), (protocol.FRAME_BYTES // 4, 400), (60, 1_000)])
def test_what_waits_is_bounded_in_bytes_and_in_number(
    bells: Bells, lobby: Room, alice: User, size: int, most: int
) -> None:
    async def scene() -> None:
        door = Door(alice)
        padding = size - len(json.dumps({"type": "ping", "ref": "ping", "x": ""}))
        for _ in range(most):
            await door.take("ping", x="x" * padding)
        assert door.heard == []
        assert len(await door.work_off()) == most
        for _ in range(most):
            await door.take("ping", x="x" * padding)
        assert door.heard == [], "what was worked off counts no more"
        for _ in range(2):
            await door.take("ping", x="x" * padding)
        assert door.heard == [("rate_limited", 1.0), (4429, None)]
        assert door.open.waiting == [], "nothing is kept for who is cut"

    play(scene())


async def test_a_process_that_stops_waits_for_the_commands_under_way() -> None:
    under_way = UnderWay()
    may_end = asyncio.Event()

    async def command() -> None:
        with under_way:
            await may_end.wait()

    first, second = (asyncio.create_task(command()) for _ in range(2))
    await asyncio.sleep(0)
    ending = asyncio.create_task(under_way.end())
    await asyncio.sleep(0)
    assert under_way.is_ending
    assert not ending.done()
    first.cancel()
    may_end.set()
    await ending
    await second
    await under_way.end()


async def test_a_command_that_never_ends_keeps_nothing_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.hub.under_way.ANSWER_SECONDS", 0.01)
    under_way = UnderWay()
    with under_way:
        await under_way.end()
