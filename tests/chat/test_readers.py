"""Sockets as the hub sees them: what ends them, what is told to whom."""

import asyncio
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from chat import broadcast
from chat.consumers.commands import reading
from chat.hub import Hub, hub, reader
from chat.hub.reader import TELLS_WAITING
from chat.models import Room
from chat.protocol import Close
from tests.chat.live import Bells, Socket, do, fresh, play
from tests.factories import post, seat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[False, True], ids=["waits", "takes at once"], autouse=True)
def either_server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Socket, "does_take_at_once", request.param)


def test_where_the_server_takes_frames_at_once_a_bell_needs_no_task(
    bells: Bells, lobby: Room, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Socket, "does_take_at_once", True)

    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, bob)
        copy = await socket.subscribe("lobby")
        monkeypatch.setattr(reader, "begin", None)
        for _ in range(3):
            await do(partial(post, alice, lobby))
            bells.ring(hub)
        assert [len(frame["messages"]) for frame in socket.of("events")] == [1, 1, 1]
        held.update(socket.apply(copy).messages)

    held: dict[int, Any] = {}
    play(scene())
    assert held == fresh(bob, lobby)


def test_a_full_socket_lags_and_then_takes_at_once_again(bells: Bells, lobby: Room, alice: User, bob: User) -> None:
    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, bob)
        copy = await socket.subscribe("lobby")
        for is_full in (False, True, True, False, False):
            socket.gate.clear() if is_full else socket.gate.set()
            await do(partial(post, alice, lobby))
            bells.ring(hub)
        await socket.until(lambda: socket.has_reached(5))
        held.update(socket.apply(copy).messages)

    held: dict[int, Any] = {}
    play(scene())
    assert held == fresh(bob, lobby)


def test_a_socket_that_takes_nothing_is_closed(
    bells: Bells, lobby: Room, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small news that come all the while do not count as progress."""
    now = [1000.0]
    for module in (hub, reader):
        monkeypatch.setattr(module.time, "monotonic", lambda: now[0])

    async def scene() -> None:
        one = Hub()
        socket = Socket(one, bob)
        one.readers[bob.pk] = {socket.reader}
        socket.gate.clear()
        for _ in range(7):
            socket.reader.tell("{}")
            one._close_stalled()
            assert socket.code is None
            now[0] += 5
        one._close_stalled()
        assert socket.code == Close.TOO_SLOW

    play(scene())


def test_small_news_do_not_pile_up(bells: Bells, bob: User) -> None:
    async def scene() -> None:
        socket = Socket(Hub(), bob)
        socket.gate.clear()
        codes = []
        for count in (TELLS_WAITING, 1000):
            for _ in range(count):
                socket.reader.tell("{}")
            codes.append(socket.code)
        assert codes == [None, Close.TOO_SLOW]
        assert len(asyncio.all_tasks()) <= TELLS_WAITING + 1

    play(scene())


def test_own_sends_move_the_marker_on_every_other_socket(bells: Bells, lobby: Room, bob: User) -> None:
    """Also on those that have not subscribed to the room."""

    async def scene() -> None:
        hub = Hub()
        phone, desk = Socket(hub, bob), Socket(hub, bob)
        for socket in (phone, desk):
            hub.add(socket.reader)
        await do(partial(post, bob, lobby))
        for event in bells.take():
            if event["type"] == "read":
                event["markers"] = [(*marker[:3], phone.reader.name) for marker in event["markers"]]
            hub.hear(event)
        assert desk.of("read") == [{"type": "read", "room": "lobby", "seq": 1}]
        assert phone.of("read") == []

    play(scene())


def test_typing_is_for_the_others(bells: Bells, lobby: Room, alice: User, bob: User) -> None:
    async def scene() -> None:
        hub = Hub()
        writer, other = Socket(hub, alice), Socket(hub, bob)
        for socket in (writer, other):
            await socket.subscribe("lobby")
        await do(lambda: broadcast.typing(seat(alice, lobby), writer.reader.name))
        bells.ring(hub)
        assert [frame["user"]["username"] for frame in other.of("typing")] == ["alice"]
        assert writer.of("typing") == []

    play(scene())


def test_a_second_subscribe_takes_the_place_of_the_first(bells: Bells, lobby: Room, alice: User) -> None:
    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, alice)
        await socket.subscribe("lobby")
        copy = await socket.subscribe("lobby", backlog=0)
        assert len(hub.rooms[lobby.pk].subscriptions) == 1
        await do(partial(post, alice, lobby))
        bells.ring(hub)
        assert len(socket.of("events")) == 1
        assert socket.apply(copy).rev == 1
        hub.remove(socket.reader)
        assert hub.rooms[lobby.pk].subscriptions == set()

    play(scene())


def test_a_second_subscribe_does_not_go_back_behind_what_was_sent(
    bells: Bells, lobby: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its page was made; before it is given, the first subscription brings something newer."""
    real = reading._page

    async def then_posted(one: Any, *arguments: Any) -> Any:
        found = await real(one, *arguments)
        if not socket.of("events") and socket.of("subscribed"):
            await do(partial(post, alice, lobby))
            bells.ring(hub)
            await socket.until(lambda: bool(socket.of("events")))
        return found

    async def scene() -> None:
        await socket.subscribe("lobby")
        assert (await socket.ask("subscribe", room="lobby", since=0))["rev"] == 1

    hub = Hub()
    socket = Socket(hub, alice)
    monkeypatch.setattr(reading, "_page", then_posted)
    play(scene())


def test_a_busy_room_does_not_keep_another_waiting(bells: Bells, lobby: Room, cellar: Room, alice: User) -> None:
    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, alice)
        for slug in ("lobby", "cellar"):
            await socket.subscribe(slug)
        socket.gate.clear()
        for room in (lobby, cellar, lobby):
            await do(partial(post, alice, room))
            bells.ring(hub)
        socket.gate.set()
        await socket.until(lambda: len(socket.of("events")) == 3)
        assert [frame["room"] for frame in socket.of("events")] == ["lobby", "cellar", "lobby"]

    play(scene())
