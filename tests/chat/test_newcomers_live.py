"""Rooms that hide from newcomers what was said before they came: live, and when one comes back."""

import json
import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from accounts.tokens import create_token
from chat import selectors
from chat.hub import Hub
from chat.models import Room
from tests.chat.live import Bells, Socket, check, do, fresh, play
from tests.chat.misdelivery import misdeliver, write_at_random
from tests.chat.newcomers import BEFORE, hide, take_in
from tests.chat.test_replay import by_seq, react
from tests.factories import make_moderator, post, seat


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_in_the_ring", [True, False])
def test_changes_of_what_one_may_not_see_do_not_arrive(
    bells: Bells, crypt: Room, alice: User, mallory: User, is_in_the_ring: bool
) -> None:
    """Nor do they leave a gap."""
    take_in(mallory, crypt, alice)

    async def scene() -> None:
        hub = Hub()
        socket, other = Socket(hub, mallory), Socket(hub, alice)
        copy, whole = await socket.subscribe("cellar"), await other.subscribe("cellar")
        assert [message["seq"] for message in copy.messages.values()] == [BEFORE + 1]
        bells.take()
        if not is_in_the_ring:
            socket.gate.clear()
            other.gate.clear()
        for write in (partial(react, alice, crypt, 1, "👍"), partial(post, alice, crypt, "hello")):
            await do(write)
        if is_in_the_ring:
            bells.ring(hub)
        else:
            hub.rooms[crypt.pk].ring = type(hub.rooms[crypt.pk].ring)(10)
            for one in (socket, other):
                one.gate.set()
                (subscription,) = one.reader.subscriptions.values()
                one.reader.poke(subscription)
        for one, held in ((socket, copy), (other, whole)):
            await one.until(partial(one.has_reached, 10))
            assert one.apply(held).rev == 10
        assert [m["seq"] for frame in socket.of("events") for m in frame["messages"]] == [BEFORE + 2]
        assert sum(len(frame["messages"]) for frame in other.of("events")) == 2

    play(scene())


@pytest.mark.django_db(transaction=True)
def test_readers_who_miss_nothing_share_a_frame(bells: Bells, crypt: Room, alice: User, mallory: User) -> None:
    take_in(mallory, crypt, alice)

    async def scene() -> None:
        hub = Hub()
        room = await hub.open(crypt.pk)
        before = room.ring.rev
        await do(partial(post, alice, crypt))
        bells.ring(hub)
        shared = room.at_hand(before)
        assert shared is not None
        assert room.at_hand(before, BEFORE + 1) is shared
        assert room.at_hand(before, BEFORE + 3) != shared

    play(scene())


SIGHT: dict[str, Callable[[Room, User, User], Any]] = {
    "history is shown": lambda room, owner, user: hide(room, owner, hidden=False),
    "made a moderator": lambda room, owner, user: make_moderator(user, room, owner),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", SIGHT)
@pytest.mark.parametrize("is_heard", [True, False])
def test_an_open_socket_begins_anew(
    bells: Bells, crypt: Room, alice: User, mallory: User, change: str, is_heard: bool
) -> None:
    """Also where the bell was lost: then the hub's own check finds it."""
    take_in(mallory, crypt, alice)
    token = create_token(user=mallory, name="test")[0].digest

    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, mallory, token=token)
        hub.add(socket.reader)
        copy = await socket.subscribe("cellar")
        bells.take()
        await do(partial(SIGHT[change], crypt, alice, mallory))
        if is_heard:
            bells.ring(hub)
        else:
            await check(hub)
        await socket.until(lambda: bool(socket.of("resync")))
        assert not socket.reader.subscriptions
        again = await socket.ask("subscribe", room="cellar", since=copy.rev, epoch=copy.epoch)
        copy.apply_subscribed(again)
        assert copy.messages == await do(partial(fresh, mallory, crypt))
        assert min(copy.messages) == 1

    play(scene())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(6))
def test_any_schedule_of_bells_with_newcomers(
    bells: Bells, crypt: Room, alice: User, bob: User, mallory: User, number: int
) -> None:
    """What each holds is what a fresh snapshot shows them, and no frame has what they may not see."""
    take_in(mallory, crypt, alice)
    chance = random.Random(number)

    async def scene() -> None:
        hub = Hub()
        sockets = [Socket(hub, user) for user in (mallory, bob, mallory)]
        copies = [await socket.subscribe("cellar") for socket in sockets]
        await misdeliver(bells, sockets, hub, chance, alice, crypt)
        for socket, copy, user in zip(sockets, copies, (mallory, bob, mallory), strict=True):
            assert socket.apply(copy).messages == await do(partial(fresh, user, crypt))
            if user == mallory:
                assert all(m["seq"] > BEFORE for frame in socket.of("events") for m in frame["messages"])

    play(scene())


@pytest.mark.parametrize("number", range(6))
def test_old_snapshot_and_replay_make_the_new_snapshot(
    crypt: Room, alice: User, bob: User, mallory: User, number: int
) -> None:
    """Whatever was written in between, for whoever came when."""
    chance = random.Random(number)
    take_in(mallory, crypt, alice)
    for _ in range(12):
        old = selectors.subscribed_fields(seat(mallory, crypt))
        for _ in range(chance.randrange(1, 5)):
            write_at_random(chance, alice, crypt)
        if chance.random() < 0.2:
            hide(crypt, alice, hidden=chance.random() < 0.5)
        now = selectors.subscribed_fields(seat(mallory, crypt), since=old["rev"], epoch=old["epoch"])
        new = selectors.subscribed_fields(seat(mallory, crypt), backlog=200)
        held = {} if now["reset"] else by_seq(old["messages"])
        held |= by_seq(now["messages"])
        wanted = by_seq(new["messages"])
        assert {seq: wanted[seq] for seq in held} == held
        assert set(wanted) - set(held) <= set(range(1, min(held, default=1))), "only what lies before the page"
        assert json.dumps(now["state"]) == json.dumps(new["state"])
