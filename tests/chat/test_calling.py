"""`@here` calls those members who are online, `@room` everyone."""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from chat import selectors
from chat.hub import Hub
from chat.hub.presence import presence
from chat.hub.presence.roster import Roster
from chat.models import Mention, Room
from chat.protocol import dumps
from chat.services import people, rooms, searching
from chat.writer import Writer
from tests.api.caller import Caller
from tests.chat.announcements import Announced
from tests.chat.live import Bells, Socket, play
from tests.chat.test_changes import mentions
from tests.chat.test_messages import delete, edit, restore, shown
from tests.chat.test_telling import told
from tests.factories import post, seat


def online(*users: User) -> Callable[[], Collection[int]]:
    return lambda: {user.pk for user in users}


def counts(room: Room, *users: User) -> list[int]:
    return [mentions(user, room) for user in users]


def test_who_is_here_is_called(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User, announced: Announced
) -> None:
    announced(lambda: post(alice, lobby, "@here", online=online(alice, bob, mallory)))
    assert told(announced) == {bob.pk: "room"}
    assert counts(lobby, alice, bob, carol) == [0, 1, 0]
    (message,) = shown(bob, lobby)
    assert (message["mentions_all"], message["mentions"]) == ("here", [])
    (bell,) = announced.bells(lobby)
    assert bell["changes"][0][2] == dumps(message), "live as in the backlog"
    announced(lambda: post(alice, lobby, "@room", online=online(alice, bob)))
    assert told(announced) == {bob.pk: "room", carol.pk: "room"}
    assert counts(lobby, alice, bob, carol) == [0, 2, 1]


def test_whom_a_message_means_twice_it_means_once(
    lobby: Room, alice: User, bob: User, carol: User, announced: Announced
) -> None:
    announced(lambda: post(alice, lobby, "@bob @here", online=online(bob, carol)))
    assert told(announced) == {bob.pk: "mention", carol.pk: "room"}
    assert shown(bob, lobby)[0]["mentions"] == [bob.pk]
    post(alice, lobby, "@bob @room")
    assert counts(lobby, bob, carol) == [2, 2]


def test_nobody_is_called_where_no_door_knows_who_is_online(lobby: Room, alice: User, bob: User) -> None:
    post(alice, lobby, "@here")
    assert (counts(lobby, bob), Mention.objects.count()) == ([0], 0)


def test_who_may_not_call_calls_nobody(lobby: Room, alice: User, bob: User, carol: User) -> None:
    rooms.update_room(membership=seat(alice, lobby), mention_all="moderators")
    post(bob, lobby, "@here", online=online(alice, carol))
    assert counts(lobby, alice, carol) == [0, 0]


def test_who_is_ignored_calls_nobody_there(
    lobby: Room, alice: User, bob: User, carol: User, announced: Announced
) -> None:
    people.set_ignored(user=bob, person=alice, on=True)
    announced(lambda: post(alice, lobby, "@here", online=online(bob, carol)))
    assert told(announced) == {carol.pk: "room"}
    assert counts(lobby, bob, carol) == [0, 1]


def test_edits(lobby: Room, alice: User, bob: User, carol: User, announced: Announced) -> None:
    """They call those who are online then, unless it stood there before; and tell nobody."""

    def change(text: str, *there: User) -> list[int]:
        announced(lambda: edit(alice, lobby, 1, text, online=online(*there)))
        return counts(lobby, bob, carol)

    post(alice, lobby, "@bob")
    assert change("@bob @here", bob, carol) == [1, 1]
    assert told(announced) == {}
    assert change("@here for long", alice) == [1, 1]
    assert change("@carol @here", alice) == [1, 1]
    assert told(announced) == {}, "she was meant before"
    assert change("@carol", bob) == [0, 1]
    assert change("@room", alice) == [1, 1]
    assert change("@here", bob) == [1, 0]
    assert change("nobody", bob) == [0, 0]
    assert Mention.objects.count() == 0


def test_deleting_and_restoring(lobby: Room, alice: User, bob: User) -> None:
    post(alice, lobby, "@here", online=online(bob))
    delete(alice, lobby, 1)
    assert counts(lobby, bob) == [0]
    restore(alice, lobby, 1)
    assert counts(lobby, bob) == [1]


def test_it_is_found_by_those_whom_it_called(lobby: Room, alice: User, bob: User, carol: User) -> None:
    post(alice, lobby, "@here tea", online=online(bob))
    post(alice, lobby, "@room cake")

    def found(user: User) -> list[str]:
        page = searching.search_messages(user=user, text="mentions:me", sort="newest", limit=9)
        return [result.message.body for result in page.found]

    assert (found(bob), found(carol)) == (["@room cake", "@here tea"], ["@room cake"])


def test_a_direct_room(bob: User, carol: User, alice: User, announced: Announced) -> None:
    room = rooms.open_direct_room(user=bob, people=[alice, carol]).room
    announced(lambda: post(bob, room, "@here", online=online(alice)))
    assert told(announced) == {alice.pk: "direct", carol.pk: "direct"}
    (entry,) = selectors.sidebar(carol)
    assert entry["mentions"] == 0


# ---------- the doors know who is online


def test_at_the_rest_door(lobby: Room, alice: User, bob: User, carol: User, monkeypatch: pytest.MonkeyPatch) -> None:
    roster = Roster()
    roster.hear("a process", {bob.pk: False}, is_whole=True)
    monkeypatch.setattr(presence, "_roster", roster)
    caller = Caller(alice)
    new: dict[str, Any] = {"body": "@here", "client_id": "0b0e6c1e-5b0c-4f0e-9c53-5f8f0f1d2a3b"}
    assert caller.post("/rooms/lobby/messages", new).json["mentions_all"] == "here"
    assert counts(lobby, bob, carol) == [1, 0]
    roster.hear("a process", {carol.pk: True}, is_whole=True)
    post(alice, lobby)
    caller.patch("/rooms/lobby/messages/2", {"body": "@here!"})
    assert counts(lobby, bob, carol) == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_at_the_socket(bells: Bells, lobby: Room, alice: User, bob: User, carol: User) -> None:
    async def scene() -> None:
        hub, writer = Hub(), Writer()
        hub.presence.roster.hear("a process", {bob.pk: True}, is_whole=True)
        ask = partial(Socket(hub, alice, writer).ask, room="lobby")
        await ask("send", body="@here", client_id="0b0e6c1e-5b0c-4f0e-9c53-5f8f0f1d2a3b")
        await ask("send", body="tea", client_id="0b0e6c1e-5b0c-4f0e-9c53-5f8f0f1d2a3c")
        hub.presence.roster.hear("a process", {carol.pk: False}, is_whole=True)
        await ask("edit", seq=2, body="tea, @here")
        await writer.close()

    play(scene())
    assert counts(lobby, bob, carol) == [1, 1]
