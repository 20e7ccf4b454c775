"""Rooms in the hub: opened once for all, kept warm, put away, and gone."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from chat import selectors
from chat.errors import NotFound
from chat.hub import Hub, LiveRoom
from chat.models import Room
from chat.services import messages
from tests.chat.live import Bells, Socket, check, do, play
from tests.factories import post, seat

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_hundred_openings_are_one_read(
    bells: Bells, lobby: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[tuple[int, int]] = []
    real = selectors.newest_changes

    def counted(room_id: int, count: int) -> Any:
        reads.append((room_id, count))
        return real(room_id, count)

    monkeypatch.setattr(selectors, "newest_changes", counted)

    async def scene() -> None:
        hub = Hub()
        opened = await asyncio.gather(*(hub.open(lobby.pk) for _ in range(200)))
        assert {id(room) for room in opened} == {id(hub.rooms[lobby.pk])}
        with pytest.raises(NotFound):
            await hub.open(lobby.pk + 999)

    play(scene())
    assert reads == [(lobby.pk, 200), (lobby.pk + 999, 200)]


def test_rooms_without_readers_are_put_away_and_come_back(
    bells: Bells, lobby: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.hub.hub.IDLE_SECONDS", 0)

    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, alice)
        copy = await socket.subscribe("lobby")
        await check(hub)
        assert hub.find("lobby") is hub.rooms[lobby.pk]
        await socket.ask("unsubscribe", room="lobby")
        await check(hub)
        assert (hub.rooms, hub.find("lobby")) == ({}, None)
        await do(partial(post, alice, lobby))
        bells.ring(hub)
        assert socket.of("events") == []
        again = await socket.ask("subscribe", room="lobby", since=copy.rev, epoch=copy.epoch)
        assert [message["seq"] for message in again["messages"]] == [1]
        await do(partial(post, alice, lobby))
        bells.ring(hub)
        await socket.until(partial(socket.has_reached, 2))

    play(scene())


def test_a_room_put_away_while_somebody_comes_in_is_opened_again(
    bells: Bells, lobby: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Hub.open
    closed: list[LiveRoom] = []

    async def open_and_close(hub: Hub, room_id: int) -> Any:
        room = await real(hub, room_id)
        if not closed:
            closed.append(room)
            await check(hub)
        return room

    monkeypatch.setattr("chat.hub.hub.IDLE_SECONDS", 0)
    monkeypatch.setattr(Hub, "open", open_and_close)

    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, alice)
        await socket.subscribe("lobby")
        assert hub.rooms[lobby.pk] is not closed[0]
        await do(partial(post, alice, lobby))
        bells.ring(hub)
        await socket.until(partial(socket.has_reached, 1))

    play(scene())


def test_another_epoch_ends_subscriptions_with_resync(bells: Bells, lobby: Room, alice: User) -> None:
    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, alice)
        copy = await socket.subscribe("lobby")
        await do(lambda: Room.objects.filter(pk=lobby.pk).update(epoch="restored"))
        await check(hub)
        assert socket.of("resync") == [{"type": "resync", "room": "lobby"}]
        await do(partial(post, alice, lobby))
        bells.ring(hub)
        assert socket.of("events") == []
        again = await socket.ask("subscribe", room="lobby", since=copy.rev, epoch=copy.epoch)
        assert (again["reset"], again["epoch"]) == (True, "restored")

    play(scene())


def test_a_room_that_is_gone_is_left(bells: Bells, cellar: Room, alice: User) -> None:
    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, alice)
        await socket.subscribe("cellar")
        await do(lambda: Room.objects.filter(pk=cellar.pk).delete())
        await check(hub)
        assert socket.of("room_left") == [{"type": "room_left", "room": "cellar", "reason": "deleted"}]
        assert hub.rooms == {}

    play(scene())


def _page_of(user: User, room: Room, place: dict[str, Any]) -> dict[str, Any]:
    return selectors.subscribed_fields(seat(user, room), **place)


def test_pages_that_were_given_out_follow_every_change(bells: Bells, lobby: Room, alice: User, bob: User) -> None:
    writes: list[Callable[[], Any]] = [
        lambda: None,
        lambda: post(alice, lobby, "two"),
        lambda: messages.edit_message(membership=seat(alice, lobby), seq=1, body="edited"),
        lambda: messages.delete_message(membership=seat(alice, lobby), seq=2),
    ]
    post(alice, lobby, "one")
    bells.take()

    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, bob)
        rev = (await socket.ask("subscribe", room="lobby"))["rev"]
        places: list[dict[str, Any]] = [{"backlog": 50}, {"backlog": 1}, {"since": rev}, {"since": rev + 1}]
        for write in writes:
            await do(write)
            bells.ring(hub)
            for place in places:
                for _ in range(2):
                    given = await socket.ask("subscribe", room="lobby", **place)
                    expected = await do(partial(_page_of, bob, lobby, place))
                    assert given["messages"] == [json.loads(text) for text in expected["messages"]]

    play(scene())


def test_a_room_is_kept_warm_for_a_while(bells: Bells, lobby: Room, alice: User) -> None:
    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, alice)
        await socket.subscribe("lobby")
        warm = hub.rooms[lobby.pk]
        await socket.ask("unsubscribe", room="lobby")
        await check(hub)
        await do(partial(post, alice, lobby))
        bells.ring(hub)
        assert hub.find("lobby") is warm
        assert warm.ring.rev == 1

    play(scene())
