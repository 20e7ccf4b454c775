"""The hub under lost, doubled and reordered bells: no reader sees a gap, and all end where the database is."""

import asyncio
import random
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from chat import selectors, threads
from chat.hub import Hub
from chat.hub import room as live_rooms
from chat.models import Room
from chat.protocol import REPLAY_MOST
from chat.services import messages
from tests.chat.live import Bells, Socket, check, do, fresh, play
from tests.chat.misdelivery import misdeliver
from tests.factories import post, seat

pytestmark = pytest.mark.django_db(transaction=True)


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
        await misdeliver(bells, sockets, hub, chance, alice, lobby)
        room = await do(partial(Room.objects.get, pk=lobby.pk))
        expected = await do(partial(fresh, alice, lobby))
        for socket, copy in zip(sockets, copies, strict=True):
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
