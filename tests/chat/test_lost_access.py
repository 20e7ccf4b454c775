"""Whoever may not read any more gets nothing any more, on every kind of server."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from accounts.tokens import create_token
from chat.consumers.commands import reading
from chat.hub import Hub, background, reader
from chat.models import Room
from chat.protocol import Close
from chat.services import members, moderation, rooms
from tests.chat.live import Bells, Socket, check, do, play
from tests.factories import post, seat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[False, True], ids=["waits", "takes at once"], autouse=True)
def either_server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Socket, "does_take_at_once", request.param)


@pytest.fixture
def signed_in(bob: User, mallory: User) -> Callable[[Hub, User], Socket]:
    """Makes a socket that the hub finds signed in when it looks."""
    digests = {user.pk: create_token(user=user, name="test")[0].digest for user in (bob, mallory)}
    return lambda hub, user: Socket(hub, user, token=digests[user.pk])


def test_a_removed_person_gets_nothing_that_comes_after(bells: Bells, cellar: Room, alice: User, bob: User) -> None:
    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, bob)
        hub.add(socket.reader)
        await socket.subscribe("cellar")
        await do(lambda: members.remove_member(membership=seat(alice, cellar), user=bob))
        await do(partial(post, alice, cellar))
        bells.ring(hub)
        assert socket.of("room_left") == [{"type": "room_left", "room": "cellar", "reason": "removed"}]
        assert socket.of("events") == []
        assert (await socket.ask("subscribe", room="cellar"))["code"] == "not_found"

    play(scene())


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_person_removed_while_subscribing_is_not_let_in(
    bells: Bells, cellar: Room, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The door was passed; the removal is heard before the room is open, or while the answer is on its way."""
    real = reading._page

    async def then_removed(one: Any, *arguments: Any) -> Any:
        found = await real(one, *arguments)
        if moment == "before":
            await do(lambda: members.remove_member(membership=seat(alice, cellar), user=bob))
            bells.ring(hub)
        return found

    def then_told(one: Any, *arguments: Any) -> Any:
        placed.set()
        return subscribe(one, *arguments)

    subscribe, placed = reader.Reader.subscribe, asyncio.Event()
    monkeypatch.setattr(reading, "_page", then_removed)
    monkeypatch.setattr(reader.Reader, "subscribe", then_told)

    async def scene() -> None:
        socket = Socket(hub, bob)
        hub.add(socket.reader)
        if moment == "before":
            assert (await socket.ask("subscribe", room="cellar"))["code"] == "not_found"
        else:
            socket.gate.clear()
            asking = asyncio.create_task(socket.ask("subscribe", room="cellar"))
            await placed.wait()
            await do(lambda: members.remove_member(membership=seat(alice, cellar), user=bob))
            bells.ring(hub)
            socket.gate.set()
            await asking
        await do(partial(post, alice, cellar))
        bells.ring(hub)
        await asyncio.sleep(0)
        assert socket.reader.subscriptions == {}
        assert socket.of("events") == []

    hub = Hub()
    play(scene())


def test_lost_news_of_a_removal_are_found_by_the_check(bells: Bells, cellar: Room, alice: User, bob: User) -> None:
    token, _ = create_token(user=bob, name="test")

    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, bob, token=token.digest)
        hub.add(socket.reader)
        await socket.subscribe("cellar")
        await do(lambda: moderation.ban_user(actor=alice, user=bob, room=cellar, reason="x"))
        bells.take()
        await check(hub)
        assert [frame["reason"] for frame in socket.of("room_left")] == ["banned"]
        assert socket.code is None

    play(scene())


@pytest.mark.parametrize("is_heard", [True, False])
@pytest.mark.parametrize("is_moderator", [True, False])
def test_another_standing_on_the_site_needs_another_socket(
    bells: Bells, lobby: Room, bob: User, is_moderator: bool, is_heard: bool, boss: User
) -> None:
    """It knows its person as they were when it came, and would go on showing them what moderators see."""
    if not is_moderator:
        bob = moderation.set_site_moderator(actor=boss, user=bob, is_moderator=True)
    token = create_token(user=bob, name="test")[0].digest

    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, bob, token=token)
        hub.add(socket.reader)
        await socket.subscribe("lobby")
        await check(hub)
        assert socket.reader.subscriptions
        await do(lambda: moderation.set_site_moderator(actor=boss, user=bob, is_moderator=is_moderator))
        if is_heard:
            bells.ring(hub)
            await asyncio.gather(*background._running)
        else:
            await check(hub)
        assert socket.code == Close.RESTART
        assert not socket.reader.subscriptions

    play(scene())


def test_lost_news_of_a_site_ban_are_found_by_the_check(bells: Bells, lobby: Room, bob: User, steward: User) -> None:
    async def scene() -> None:
        hub = Hub()
        socket = Socket(hub, bob)
        hub.add(socket.reader)
        await do(lambda: moderation.ban_user(actor=steward, user=bob, reason="spam"))
        bells.take()
        await check(hub)
        assert socket.code == Close.BANNED
        assert [frame["code"] for frame in socket.of("notice")] == ["banned"]

    play(scene())


def test_a_room_made_private_is_left_by_those_who_are_no_members(
    bells: Bells, lobby: Room, alice: User, bob: User, mallory: User, signed_in: Callable[[Hub, User], Socket]
) -> None:
    async def scene() -> None:
        hub = Hub()
        watching, member = signed_in(hub, mallory), signed_in(hub, bob)
        for socket in (watching, member):
            hub.add(socket.reader)
            await socket.subscribe("lobby")
        await do(lambda: rooms.convert_room(membership=seat(alice, lobby), kind="private"))
        bells.ring(hub)
        await watching.until(lambda: bool(watching.of("room_left")))
        assert watching.of("room_left") == [{"type": "room_left", "room": "lobby", "reason": "private"}]
        await do(partial(post, alice, lobby, "only for us"))
        bells.ring(hub)
        await member.until(lambda: member.has_reached(2))
        assert member.of("room_left") == []
        assert "only for us" not in str(watching.frames)
        assert (await watching.ask("subscribe", room="lobby"))["code"] == "not_found"

    play(scene())


@pytest.mark.parametrize("event", ["private", "deleted"])
def test_a_preview_under_way_meets_the_shut_door(
    bells: Bells, lobby: Room, alice: User, mallory: User, monkeypatch: pytest.MonkeyPatch, event: str
) -> None:
    real = reading._page

    async def then_shut(one: Any, *arguments: Any) -> Any:
        found = await real(one, *arguments)
        if event == "private":
            await do(lambda: rooms.convert_room(membership=seat(alice, lobby), kind="private"))
        else:
            await do(lambda: rooms.delete_room(membership=seat(alice, lobby), confirmation="lobby"))
        bells.ring(live)
        return found

    monkeypatch.setattr(reading, "_page", then_shut)

    async def scene() -> None:
        socket = Socket(live, mallory)
        live.add(socket.reader)
        assert (await socket.ask("subscribe", room="lobby"))["code"] == "not_found"
        assert socket.reader.subscriptions == {}

    live = Hub()
    play(scene())


@pytest.mark.parametrize("is_heard", [True, False])
def test_a_deleted_room_is_left_by_all(
    bells: Bells,
    lobby: Room,
    alice: User,
    bob: User,
    mallory: User,
    is_heard: bool,
    signed_in: Callable[[Hub, User], Socket],
) -> None:
    async def scene() -> None:
        hub = Hub()
        watching, member, elsewhere = signed_in(hub, mallory), signed_in(hub, bob), signed_in(hub, bob)
        for socket in (watching, member, elsewhere):
            hub.add(socket.reader)
        await watching.subscribe("lobby")
        await member.subscribe("lobby")
        await do(lambda: rooms.delete_room(membership=seat(alice, lobby), confirmation="lobby"))
        if is_heard:
            bells.ring(hub)
        else:
            await check(hub)
        left = [{"type": "room_left", "room": "lobby", "reason": "deleted"}]
        assert watching.of("room_left") == member.of("room_left") == left
        assert elsewhere.of("room_left") == (left if is_heard else [])
        assert hub.rooms == {}
        for socket in (watching, member):
            assert (await socket.ask("subscribe", room="lobby"))["code"] == "not_found"
        await do(lambda: rooms.restore_deleted_room(actor=alice, room=lobby))
        bells.ring(hub)
        assert [frame["entry"]["slug"] for frame in member.of("room_joined")] == ["lobby"]
        assert (await member.subscribe("lobby")).room == "lobby"

    play(scene())
