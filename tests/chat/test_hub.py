"""The hub under lost, doubled and reordered bells: no reader sees a gap, and all end where the database is."""

import asyncio
import json
import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from chat import selectors, threads
from chat.broadcast import Event
from chat.errors import Conflict, NotFound
from chat.hub import Hub, LiveRoom
from chat.hub import room as live_rooms
from chat.models import Room
from chat.protocol import REPLAY_MOST
from chat.services import messages, rooms
from tests.chat.live import Bells, Socket, check, do, fresh, play
from tests.factories import post, seat

pytestmark = pytest.mark.django_db(transaction=True)


def write_at_random(chance: random.Random, user: User, room: Room) -> None:
    """One of the writes that readers see."""
    membership = seat(user, room)
    seq = chance.randint(1, max(1, membership.room.seq))
    word = chance.choice("ppppedrs") if membership.room.seq else "p"
    if word == "p":
        post(user, room, f"text {chance.random()}")
    elif word == "e":
        with suppress(Conflict):
            messages.edit_message(membership=membership, seq=seq, body=f"edit {chance.random()}")
    elif word == "d":
        messages.delete_message(membership=membership, seq=seq)
    elif word == "r":
        messages.restore_message(membership=membership, seq=seq)
    else:
        rooms.update_room(membership=membership, slow_mode_seconds=chance.randrange(1, 1000))


class Misdelivery:
    """Of the bells some are lost, some come twice, some late and out of order."""

    def __init__(self, hub: Hub, chance: random.Random) -> None:
        self.hub = hub
        self.chance = chance
        self.late: list[Event] = []

    def deliver(self, events: list[Event]) -> None:
        for event in events:
            fate = self.chance.random()
            if fate < 0.4:
                self.late += [event] if fate < 0.2 else []
                continue
            for _ in range(1 if fate < 0.8 else 2):
                self.hub.hear(event)
        if self.late and self.chance.random() < 0.4:
            self.hub.hear(self.late.pop(self.chance.randrange(len(self.late))))


@pytest.mark.parametrize("number", range(10))
def test_any_schedule_of_bells(
    bells: Bells, lobby: Room, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(Socket, "does_take_at_once", bool(number % 2))
    chance = random.Random(number)

    async def scene() -> None:
        hub = Hub()
        sockets = [Socket(hub, user) for user in (alice, bob, bob)]
        copies = [await socket.subscribe("lobby") for socket in sockets]
        bells.take()
        post_office = Misdelivery(hub, chance)
        for _ in range(40):
            await do(partial(write_at_random, chance, alice, lobby))
            post_office.deliver([event for event in bells.take() if event["type"] == "bell"])
            gate = chance.choice(sockets).gate
            (gate.clear if chance.random() < 0.4 else gate.set)()
            if chance.random() < 0.1:
                await check(hub)
            await asyncio.sleep(0)
        await check(hub)
        room = await do(partial(Room.objects.get, pk=lobby.pk))
        expected = await do(partial(fresh, alice, lobby))
        for socket, copy in zip(sockets, copies, strict=True):
            socket.gate.set()
            await socket.until(partial(socket.has_reached, room.rev))
            assert socket.apply(copy).messages == expected
            assert copy.state["topic"] == room.topic

    play(scene())


def test_the_check_finds_what_every_bell_lost(bells: Bells, lobby: Room, alice: User) -> None:
    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, alice)
        copy = await socket.subscribe("lobby")
        for n in range(3):
            await do(partial(post, alice, lobby, str(n)))
        bells.take()
        await check(hub)
        await socket.until(partial(socket.has_reached, 3))
        assert [frame["rev"] for frame in socket.of("events")] == [3]
        assert socket.apply(copy).messages == await do(partial(fresh, alice, lobby))

    play(scene())


def test_a_bell_heard_while_the_room_opens_or_is_repaired_is_not_lost(
    bells: Bells, lobby: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The read comes back older than a bell that was heard meanwhile; no check has to find that."""
    real = threads.query

    async def late(function: Any, *arguments: Any) -> Any:
        found = await real(function, *arguments)
        if function in {selectors.newest_changes, selectors.changes_after} and writes:
            await do(writes.pop())
            bells.ring(hub)
        return found

    monkeypatch.setattr(live_rooms, "query", late)

    async def scene() -> None:
        socket = Socket(hub, alice)
        copy = await socket.subscribe("lobby")
        await socket.until(partial(socket.has_reached, 1))
        await do(partial(post, alice, lobby, "lost"))
        bells.take()
        writes.append(partial(post, alice, lobby, "during the repair"))
        await do(partial(post, alice, lobby, "heard"))
        bells.ring(hub)
        await socket.until(partial(socket.has_reached, 4))
        assert socket.apply(copy).messages == await do(partial(fresh, alice, lobby))

    hub = Hub()
    writes = [partial(post, alice, lobby, "while opening")]
    play(scene())


def test_a_slow_reader_delays_nobody_and_comes_back_by_ring(bells: Bells, lobby: Room, alice: User, bob: User) -> None:
    async def scene() -> None:
        hub = Hub()
        quick, slow = Socket(hub, alice), Socket(hub, bob)
        copies = [await socket.subscribe("lobby") for socket in (quick, slow)]
        slow.gate.clear()
        for n in range(1, 31):
            await do(partial(post, alice, lobby, str(n)))
            bells.ring(hub)
            await quick.until(partial(quick.has_reached, n))
        await do(lambda: messages.delete_message(membership=seat(alice, lobby), seq=30))
        bells.ring(hub)
        assert slow.of("events") == []
        assert len(asyncio.all_tasks()) < 20
        slow.gate.set()
        await slow.until(partial(slow.has_reached, 31))
        assert len(slow.of("events")) == 2, "the one that waited, and all the rest at once"
        assert "30" not in [message["body"] for frame in slow.of("events") for message in frame["messages"]]
        expected = await do(partial(fresh, alice, lobby))
        for socket, copy in zip((quick, slow), copies, strict=True):
            await socket.until(partial(socket.has_reached, 31))
            assert socket.apply(copy).messages == expected

    play(scene())


def test_a_reader_who_fell_off_the_ring_reads_from_the_database(
    bells: Bells, lobby: Room, alice: User, bob: User
) -> None:
    async def scene() -> None:
        hub = Hub()
        slow = Socket(hub, bob)
        copy = await slow.subscribe("lobby")
        slow.gate.clear()
        await do(partial(messages.post_messages, drafts[:1]))
        bells.ring(hub)
        await do(partial(messages.post_messages, drafts[1:]))
        bells.ring(hub)
        ring = hub.rooms[lobby.pk].ring
        assert len(ring) == 512
        assert ring.floor > 1
        slow.gate.set()
        await slow.until(partial(slow.has_reached, len(drafts)))
        assert max(len(frame["messages"]) for frame in slow.of("events")) <= 512
        assert slow.apply(copy).messages == await do(partial(fresh, alice, lobby))

    author = seat(alice, lobby)
    count = REPLAY_MOST * 2 + 50
    drafts = [messages.Draft(membership=author, body=str(n), client_id=uuid4()) for n in range(count)]
    play(scene())


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
