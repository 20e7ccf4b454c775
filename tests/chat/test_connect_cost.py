"""What it costs when people connect: statements, and hops into a thread. See docs/architecture.md, "Bounds"."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from channels import db
from channels.auth import UserLazyObject
from pytest_django import DjangoAssertNumQueries

from accounts import sessions
from accounts.credentials import Credential
from accounts.models import User
from chat import access, threads
from chat.consumers import reception
from chat.consumers.commands.reading import _subscribed_to
from chat.consumers.reception import Reception, greetings
from chat.consumers.socket import Socket as OpenSocket
from chat.consumers.socket import first_command
from chat.hub import Hub, LiveRoom
from chat.models import Room
from chat.selectors import newest_changes, snapshot
from chat.services import members, moderation, people, rooms
from chat.writer import Writer
from tests.chat.live import Bells, play
from tests.factories import make_room, post, seat
from tests.live.site import cookie_of

ROOMS = 12


@pytest.fixture
def many_rooms(alice: User, bob: User) -> list[Room]:
    made = [make_room(alice, f"Room {n:02}", bob) for n in range(ROOMS)]
    for room in made:
        post(alice, room, "hello @bob")
    return made


def test_who_comes_takes_two_queries_however_many_come(
    alice: User, bob: User, carol: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = [alice, bob, carol]
    keys = [cookie_of(user)[0].session.session_key or "" for user in people]
    with django_assert_num_queries(2):  # the sessions · their people
        assert sessions.people(keys) == people
    with django_assert_num_queries(2):
        assert sessions.people(keys[:1]) == [alice]


def test_hello_takes_two_queries_however_many_come_and_however_many_rooms(
    many_rooms: list[Room], alice: User, bob: User, mallory: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):  # they, and who is banned from the site · rooms with unread mentions
        found = greetings([alice, mallory, bob])
    assert [[seat.room for seat in greeting.seats] for greeting in found] == [many_rooms, [], many_rooms]
    assert [seat.mention_count for seat in found[2].seats] == [1] * ROOMS


def test_direct_rooms_take_one_more(
    many_rooms: list[Room], alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rooms.open_direct_room(user=alice, people=[bob])
    with django_assert_num_queries(3):  # the people of the direct rooms
        found = greetings([alice, bob])
    assert [[seat.others for seat in greeting.seats if seat.others] for greeting in found] == [[[bob]], [[alice]]]


def test_a_ban_concerns_nobody_else(many_rooms: list[Room], alice: User, bob: User, steward: User) -> None:
    moderation.ban_user(actor=steward, user=bob, reason="spam")
    kept_out, let_in = greetings([bob, alice])
    assert kept_out.ban is not None
    assert "spam" in kept_out.ban.detail
    assert not kept_out.seats
    assert let_in.ban is None
    assert len(let_in.seats) == ROOMS


def test_a_warm_room_takes_one_query(
    many_rooms: list[Room], bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    found = newest_changes(many_rooms[0].pk, 200)
    assert found is not None
    room = LiveRoom(found)
    with django_assert_num_queries(1):  # the membership with its room
        membership = access.read_room(bob, room.slug)
        fields = room.subscribed_fields(membership, backlog=50, since=None, epoch=None)
        assert fields is not None
        assert room.subscribed_fields(membership, backlog=0, since=room.ring.rev, epoch=room.epoch) is not None
    cold = _subscribed_to(bob, room.slug, {"backlog": 50})[1]
    assert fields == cold


def test_a_cold_room_takes_two_queries(
    many_rooms: list[Room], bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):  # the membership with its room · the page (and opening the snapshot)
        _subscribed_to(bob, many_rooms[0].slug, {"backlog": 50})


def test_who_comes_is_greeted_as_they_are_by_now(bob: User, mallory: User) -> None:
    """What changed after they were looked up and before their socket was known was told to no socket of theirs."""
    people.set_ignored(user=bob, person=mallory, on=True)
    assert bob.ignored == []
    (greeting,) = greetings([bob])
    assert (greeting.user, greeting.user.ignored) == (bob, [mallory.pk])


class Arrival:
    """Somebody who comes in by the address of a room, until hello and what comes next are here."""

    awaited = 2

    def __init__(self, hub: Hub, credential: Credential, slug: str) -> None:
        first = first_command(slug, b"backlog=50")
        self.socket = OpenSocket(UserLazyObject(), credential, hub, Writer(), Reception(), first=first)
        self.frames: list[dict[str, Any]] = []
        self.is_served = asyncio.Event()

    async def come(self) -> list[dict[str, Any]]:
        serving = asyncio.create_task(self.socket(self._receive, self._send))
        async with asyncio.timeout(10):
            await self.is_served.wait()
        serving.cancel()
        return self.frames

    async def _receive(self) -> dict[str, Any]:
        event: dict[str, Any] = await asyncio.get_running_loop().create_future()
        return event

    async def _send(self, event: dict[str, Any]) -> None:
        self.frames.append(json.loads(event["text"]))
        if len(self.frames) == self.awaited:
            self.is_served.set()


def session_of(user: User) -> Credential:
    return Credential(cookie_of(user)[0].session.session_key or "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("who", "hops"), [("bob", 1), ("mallory", 2)])
def test_a_member_is_served_from_a_warm_room_in_one_hop(
    bells: Bells, lobby: Room, mallory: User, bob: User, monkeypatch: pytest.MonkeyPatch, who: str, hops: int
) -> None:
    """Who only previews the room is looked up once more."""
    post(bob, lobby, "hello")
    user = {"bob": bob, "mallory": mallory}[who]
    credential = session_of(user)
    seen: list[Any] = []
    real = db.database_sync_to_async

    def counted(function: Any, **where: Any) -> Any:
        seen.append(function)
        return real(function, **where)

    async def scene() -> None:
        hub = Hub()
        await hub.open(lobby.pk)
        monkeypatch.setattr(db, "database_sync_to_async", counted)
        arrival = Arrival(hub, credential, "lobby")
        hello, subscribed = await arrival.come()
        assert (hello["type"], subscribed["type"]) == ("hello", "subscribed")
        assert len(seen) == hops
        assert arrival.socket.user == user, "by now the scope says who it is"
        expected = await threads.query(lambda: snapshot(access.see_room(user, "lobby")))
        assert subscribed == {"type": "subscribed"} | expected

    play(scene())


@pytest.mark.django_db(transaction=True)
def test_a_cold_room_is_read_once_however_many_come_in(
    bells: Bells, lobby: Room, alice: User, bob: User, carol: User, mallory: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(bob, lobby, "hello")
    read: list[int] = []

    def counted(room_id: int, count: int) -> Any:
        read.append(room_id)
        return newest_changes(room_id, count)

    monkeypatch.setattr("chat.selectors.newest_changes", counted)
    monkeypatch.setattr("chat.consumers.commands.reading._subscribed_to", None)

    credentials = [session_of(user) for user in (alice, bob, carol, mallory)]

    async def scene() -> None:
        hub = Hub()
        arrivals = [Arrival(hub, credential, "lobby").come() for credential in credentials]
        pages = [subscribed["messages"] for _, subscribed in await asyncio.gather(*arrivals)]
        assert [[message["body"] for message in page] for page in pages] == [["hello"]] * 4

    play(scene())
    assert read == [lobby.pk]


def let_happen(monkeypatch: pytest.MonkeyPatch, bells: Bells, hub: Hub, change: Callable[[], object]) -> None:
    """While somebody is greeted, `change` is made and told, after what hello says was read."""
    loop = asyncio.get_running_loop()

    def meanwhile(users: list[User]) -> Any:
        found = greetings(users)
        change()
        loop.call_soon_threadsafe(bells.ring, hub)
        return found

    monkeypatch.setattr(reception, "greetings", meanwhile)


@pytest.mark.django_db(transaction=True)
def test_what_changes_after_hello_was_read_is_heard(
    bells: Bells, cellar: Room, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes is in the hub before anything is read of what they are told."""
    credential = session_of(bob)

    async def scene() -> None:
        hub = Hub()
        await hub.open(cellar.pk)
        let_happen(monkeypatch, bells, hub, lambda: members.remove_member(membership=seat(alice, cellar), user=bob))
        arrival = Arrival(hub, credential, "cellar")
        assert [frame["type"] for frame in await arrival.come()] == ["hello", "room_left"]
        assert not arrival.socket.commands.reader.subscriptions

    play(scene())


@pytest.mark.django_db(transaction=True)
def test_what_is_heard_before_hello_is_told_after_it(
    bells: Bells, lobby: Room, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And after the answer to the command that the socket's address stands for."""
    credential, attic = session_of(bob), make_room(alice, "Attic", kind="private")

    async def scene() -> None:
        hub = Hub()
        let_happen(monkeypatch, bells, hub, lambda: members.add_member(membership=seat(alice, attic), user=bob))
        arrival = Arrival(hub, credential, "lobby")
        arrival.awaited = 4
        assert [frame["type"] for frame in await arrival.come()] == ["hello", "subscribed", "room_joined", "me"]

    play(scene())


def test_nobody_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "people", None)

    async def scene() -> None:
        assert await Reception().greet(Credential(), lambda _: None) is None

    play(scene())
