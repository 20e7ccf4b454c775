"""Ignoring people, and whom one may write to directly."""

from functools import partial
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from chat import selectors
from chat.consumers.reception import greetings
from chat.errors import Conflict, Forbidden
from chat.models import Membership, Room
from chat.services import members, messages, moderation, people, rooms
from chat.services.people import ignoring
from tests.api.caller import Caller
from tests.chat.announcements import Announced
from tests.chat.views.test_room_page import page_of
from tests.factories import make_room, make_user, post, seat


def ignore(user: User, person: User, *, on: bool = True) -> list[int]:
    return people.set_ignored(user=user, person=person, on=on)


def mentions(user: User, room: Room) -> int:
    (entry,) = [entry for entry in selectors.sidebar(user) if entry["slug"] == room.slug]
    return int(entry["mentions"])


def test_the_list_is_mine_and_told_to_my_sockets_alone(
    bob: User, carol: User, mallory: User, announced: Announced
) -> None:
    assert announced(lambda: ignore(bob, mallory)) == [mallory.pk]
    assert announced(lambda: ignore(bob, carol)) == [mallory.pk, carol.pk]
    assert announced.frames_to(bob) == [{"type": "ignored", "people": [mallory.pk, carol.pk]}]
    assert len(announced.events) == 1, "who is ignored is not told"
    announced(lambda: ignore(bob, carol))
    assert announced.events == []
    assert announced(lambda: ignore(bob, mallory, on=False)) == [carol.pk]
    assert announced(lambda: ignore(bob, mallory, on=False)) == [carol.pk]
    assert announced.events == []


def test_limits(bob: User, mallory: User, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Conflict):
        ignore(bob, bob)
    monkeypatch.setattr(ignoring, "IGNORED_MOST", 2)
    for _ in range(2):
        ignore(bob, make_user())
    with pytest.raises(Conflict):
        ignore(bob, mallory)
    assert len(User.objects.get(pk=bob.pk).ignored) == 2


def test_at_the_rest_door(bob: User, mallory: User) -> None:
    caller = Caller(bob)
    assert caller.put("/me/ignored/Mallory", None).status == 204
    assert caller.put("/me/ignored/nobody", None).code == "not_found"
    assert caller.put("/me/ignored/bob", None).code == "conflict"
    assert [one["username"] for one in caller.get("/me/ignored").json["people"]] == ["mallory"]
    assert Caller(mallory).get("/me/ignored").json == {"people": []}
    User.objects.filter(pk=mallory.pk).update(is_active=False)
    assert [caller.delete(f"/me/ignored/{name}").code for name in ("mallory", "bob", "nobody")] == [
        "204",
        "204",
        "not_found",
    ]
    assert caller.get("/me/ignored").json == {"people": []}


def test_hello_and_the_page_say_whom(lobby: Room, bob: User, mallory: User, client: Client) -> None:
    ignore(bob, mallory)
    client.force_login(bob)
    assert page_of(client, "/chat/lobby/")["ignored"] == [mallory.pk]


def test_they_call_nobody_here(lobby: Room, alice: User, bob: User, carol: User, announced: Announced) -> None:
    """Not by name, by an answer, with all others, nor by an edit; and others hear of it all as before."""
    ignore(bob, carol)
    post(bob, lobby)
    writes: list[Any] = [
        lambda: post(carol, lobby, "@bob @alice"),
        lambda: post(carol, lobby, "@room"),
        lambda: messages.edit_message(membership=seat(carol, lobby), seq=2, body="@bob @alice again"),
    ]
    for write in writes[:2]:
        announced(write)
        assert [event["users"] for event in announced.events if event["type"] == "notify"] == [[alice.pk]]
    for write in (writes[2], lambda: post(carol, lobby, "well", reply_to=1)):
        announced(write)
        assert [event for event in announced.events if event["type"] == "notify"] == []
    assert (mentions(bob, lobby), mentions(alice, lobby)) == (0, 2)
    (found,) = greetings([bob])
    assert [one.mention_count for one in found.seats] == [0]
    ignore(bob, carol, on=False)
    assert mentions(bob, lobby) == 2, "nothing was taken away"
    announced(lambda: post(carol, lobby, "@bob"))
    assert [event["users"] for event in announced.events if event["type"] == "notify"] == [[bob.pk]]


def test_their_system_lines_and_messages_of_nobody_still_count(lobby: Room, alice: User, bob: User) -> None:
    """A message without an author is by nobody who could be ignored."""
    ignore(bob, alice)
    row = post(alice, lobby, "@bob").message
    type(row).objects.filter(room=lobby, seq=row.seq).update(author=None)
    assert mentions(bob, lobby) == 1


def test_they_begin_no_conversation_and_are_not_told_why(bob: User, mallory: User, carol: User, steward: User) -> None:
    ignore(bob, mallory)
    for others in ([bob], [bob, carol]):
        with pytest.raises(Forbidden) as caught:
            rooms.open_direct_room(user=mallory, people=others)
        assert caught.value.detail == "They can't be written to directly."
    assert Caller(mallory).post("/rooms/direct", {"people": [bob.pk]}).code == "forbidden"
    assert not Room.objects.filter(kind=Room.Kind.DIRECT).exists()
    assert rooms.open_direct_room(user=mallory, people=[carol])
    assert rooms.open_direct_room(user=bob, people=[mallory]), "whom one ignores one may write to"
    ignore(bob, steward)
    assert rooms.open_direct_room(user=steward, people=[bob]), "moderation reaches everybody"


def test_a_talk_of_two_leaves_the_list_and_comes_back(
    bob: User, mallory: User, carol: User, client: Client, announced: Announced
) -> None:
    room = rooms.open_direct_room(user=mallory, people=[bob]).room
    rooms.open_direct_room(user=mallory, people=[bob, carol])
    post(mallory, room)
    announced(lambda: ignore(bob, mallory))
    assert [frame["type"] for frame in announced.frames_to(bob)] == ["room_settings", "ignored"]
    client.force_login(bob)
    assert announced(lambda: post(mallory, room, "@bob hello?")).seq == 2, "they write as before"
    assert [event for event in announced.events if event["type"] == "notify"] == []
    assert client.get("/chat/").context["directs"] == []
    announced(lambda: ignore(bob, mallory, on=False))
    assert [entry["slug"] for entry in client.get("/chat/").context["directs"]] == [room.slug]


def test_moderation_is_not_affected(lobby: Room, alice: User, bob: User, carol: User, announced: Announced) -> None:
    ignore(bob, alice)
    ignore(alice, bob)
    announced(lambda: moderation.mute_user(actor=alice, user=bob, room=lobby, reason="noise"))
    assert announced.kinds_to(bob) == ["notice"]
    members.remove_member(membership=seat(alice, lobby), user=bob)
    assert not Membership.objects.filter(room=lobby, user=bob).exists()


# ---------- whom one may write to


@pytest.mark.parametrize("to_all", [True, False])
@pytest.mark.parametrize("shared", ["nothing", "a room", "a deleted room", "a direct room"])
def test_people_who_share_a_room(
    bob: User, carol: User, mallory: User, settings: LazySettings, to_all: bool, shared: str
) -> None:
    if shared in ("a room", "a deleted room"):
        room = make_room(mallory, "Attic", bob)
        if shared == "a deleted room":
            rooms.delete_room(membership=seat(mallory, room), confirmation="attic")
    elif shared == "a direct room":
        rooms.open_direct_room(user=mallory, people=[bob, carol])
    settings.DIRECT_TO_ALL = to_all
    begin = partial(rooms.open_direct_room, user=mallory, people=[bob])
    if to_all or shared == "a room":
        assert begin().room.is_direct
    else:
        with pytest.raises(Forbidden):
            begin()


def test_everyone_of_a_group_has_to_be_within_reach(
    lobby: Room, bob: User, carol: User, mallory: User, steward: User, settings: LazySettings
) -> None:
    settings.DIRECT_TO_ALL = False
    assert rooms.open_direct_room(user=bob, people=[carol])
    with pytest.raises(Forbidden):
        rooms.open_direct_room(user=bob, people=[carol, mallory])
    assert Caller(bob).post("/rooms/direct", {"people": [mallory.pk]}).code == "forbidden"
    assert rooms.open_direct_room(user=steward, people=[mallory]), "site moderators reach everybody"


def test_a_conversation_that_was_begun_goes_on(bob: User, mallory: User, settings: LazySettings) -> None:
    room = rooms.open_direct_room(user=mallory, people=[bob]).room
    assert post(mallory, room).seq == 1
    settings.DIRECT_TO_ALL = False
    User.objects.filter(pk=bob.pk).update(direct_from="nobody", ignored=[mallory.pk])
    bob.refresh_from_db()
    assert rooms.reachable(mallory, [bob]) == {bob.pk}
    assert rooms.open_direct_room(user=mallory, people=[bob]).room == room
    assert post(mallory, room).seq == 2


@pytest.mark.parametrize(
    ("direct_from", "reached_by"),
    [("everyone", {"alice", "mallory", "steward"}), ("rooms", {"alice", "steward"}), ("nobody", {"steward"})],
)
def test_each_says_who_may_begin_to_write_to_them(
    lobby: Room,
    alice: User,
    bob: User,
    carol: User,
    mallory: User,
    steward: User,
    direct_from: str,
    reached_by: set[str],
) -> None:
    assert Caller(bob).patch("/me", {"direct_from": direct_from}).json["direct_from"] == direct_from
    bob.refresh_from_db()
    for person in (alice, mallory, steward):
        assert Caller(person).get("/people/bob").json["reachable"] is (person.username in reached_by)
        begin = Caller(person).post("/rooms/direct", {"people": [bob.pk]})
        assert (begin.status == 200) is (person.username in reached_by)
        assert begin.status == 200 or begin.json["detail"] == "They can't be written to directly."
    begin = Caller(mallory).post("/rooms/direct", {"people": [bob.pk, carol.pk]})
    assert (begin.code == "forbidden") is ("mallory" not in reached_by), "a group has somebody in it who does not want"
    assert rooms.open_direct_room(user=bob, people=[make_user()]), "bob himself may write to others"


def test_who_ignores_somebody_looks_like_who_wants_no_letters(bob: User, mallory: User, steward: User) -> None:
    User.objects.filter(pk=bob.pk).update(ignored=[mallory.pk, steward.pk])
    bob.refresh_from_db()
    assert rooms.reachable(mallory, [bob, steward, mallory]) == {steward.pk}
    assert rooms.reachable(steward, [bob]) == {bob.pk}


def test_what_was_opened_ahead_is_not_begun(bob: User, mallory: User) -> None:
    room = rooms.open_direct_room(user=mallory, people=[bob]).room
    User.objects.filter(pk=bob.pk).update(direct_from="rooms")
    bob.refresh_from_db()
    assert rooms.reachable(mallory, [bob]) == set()
    with pytest.raises(Forbidden):
        post(mallory, room)
    assert post(bob, room).seq == 1
    assert post(mallory, room).seq == 2
