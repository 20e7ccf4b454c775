"""Bells of processes that post in one room cross each other: they are put in order before anything is read."""

from functools import partial

import pytest

from accounts.models import User
from chat import selectors
from chat.hub import Hub
from chat.hub import room as live_rooms
from chat.models import Room
from tests.chat.live import Bells, Socket, check, do, fresh, play
from tests.factories import post

pytestmark = pytest.mark.django_db(transaction=True)


def test_bells_that_cross_are_put_in_order_without_a_read(
    bells: Bells, lobby: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "changes_after", None)

    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, alice)
        copy = await socket.subscribe("lobby")
        for n in range(4):
            await do(partial(post, alice, lobby, str(n)))
        rung = [event for event in bells.take() if event["type"] == "bell"]
        for number in (3, 1, 2, 1, 0):
            assert not socket.of("events")
            hub.hear(rung[number])
        await socket.until(partial(socket.has_reached, 4))
        await check(hub)
        assert socket.apply(copy).messages == await do(partial(fresh, alice, lobby))
        assert not hub.rooms[lobby.pk]._early

    play(scene())


def test_a_hole_that_no_bell_fills_is_read(bells: Bells, lobby: Room, alice: User) -> None:
    """No check has to find it. What came early is bounded."""

    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, alice)
        copy = await socket.subscribe("lobby")
        await do(partial(post, alice, lobby, "lost"))
        bells.take()
        for n in range(2 * live_rooms.EARLY):
            await do(partial(post, alice, lobby, str(n)))
        bells.ring(hub)
        assert len(hub.rooms[lobby.pk]._early) == live_rooms.EARLY
        await socket.until(partial(socket.has_reached, 1 + 2 * live_rooms.EARLY))
        assert socket.apply(copy).messages == await do(partial(fresh, alice, lobby))
        assert not hub.rooms[lobby.pk]._early

    play(scene())
