"""Pins, and the lines in which a room tells what happens to it."""

import pytest

from accounts.models import User
from chat import selectors
from chat.errors import Archived, ChatError, Conflict, Forbidden, NotFound
from chat.models import Membership, Message, RemovedText, Room
from chat.protocol import PINS_MOST
from chat.services import members, messages, moderation, rooms
from tests.chat.announcements import Announced
from tests.chat.test_messages import delete, edit, numbers, restore, shown
from tests.chat.test_replay import pin
from tests.factories import post, seat


def pinned(room: Room) -> list[int]:
    owner = Membership.objects.select_related("room", "user").get(room=room, role=Membership.Role.OWNER)
    return [message.seq for message in selectors.pins(owner)]


def test_a_pin_and_its_line(lobby: Room, carol: User, bob: User, announced: Announced) -> None:
    post(bob, lobby)
    post(bob, lobby)
    message = announced(lambda: pin(carol, lobby, 1))
    assert (message.seq, message.rev, numbers(lobby)) == (1, 3, (3, 4))
    assert [(bell["prev"], bell["rev"]) for bell in announced.bells(lobby)] == [(2, 3), (3, 4)]
    one, other, line = shown(bob, lobby)
    assert (one["pinned"], other["pinned"]) == (True, False)
    assert (line["kind"], line["client_id"], line["author"]["username"]) == ("system", None, "carol")
    assert (line["event"], line["body"]) == ({"type": "pinned", "seq": 1}, "Carol pinned message 1.")
    assert "event" not in one
    assert announced(lambda: pin(carol, lobby, 1)).rev == 3
    assert announced.events == []
    assert announced(lambda: pin(carol, lobby, 1, on=False)).rev == 5
    assert (pinned(lobby), numbers(lobby)) == ([], (3, 5)), "taking it off needs no line"


def test_the_newest_pin_first_and_no_more_than_fit(lobby: Room, alice: User, bob: User) -> None:
    for _ in range(PINS_MOST + 1):
        post(bob, lobby)
    for seq in range(1, PINS_MOST + 1):
        pin(alice, lobby, seq)
    assert pinned(lobby) == list(range(PINS_MOST, 0, -1))
    with pytest.raises(Conflict):
        pin(alice, lobby, PINS_MOST + 1)
    delete(bob, lobby, 1)
    assert len(pinned(lobby)) == PINS_MOST - 1
    pin(alice, lobby, PINS_MOST + 1)
    restore(alice, lobby, 1)
    assert 1 not in pinned(lobby), "its place was taken meanwhile"


def test_restoring_brings_the_pin_back(lobby: Room, alice: User, bob: User) -> None:
    post(bob, lobby)
    pin(alice, lobby, 1)
    before = shown(bob, lobby)[0]
    delete(bob, lobby, 1)
    assert (shown(bob, lobby)[0]["pinned"], pinned(lobby)) == (False, [])
    for on in (True, False):
        with pytest.raises(Conflict):
            pin(alice, lobby, 1, on=on)
    restore(alice, lobby, 1)
    assert shown(bob, lobby)[0] == before | {"rev": 5}


def test_who_may_pin(lobby: Room, alice: User, bob: User, carol: User) -> None:
    post(bob, lobby)
    with pytest.raises(NotFound):
        pin(bob, lobby, 9)
    with pytest.raises(Forbidden):
        pin(bob, lobby, 1)
    assert ["pin" in seat(user, lobby).can() for user in (alice, bob, carol)] == [True, False, True]
    rooms.update_room(membership=seat(alice, lobby), pinning="everyone")
    assert "pin" in seat(bob, lobby).can()
    moderation.mute_user(actor=alice, user=bob, room=lobby, reason="x")
    with pytest.raises(ChatError) as caught:
        pin(bob, lobby, 1)
    assert caught.value.code == "muted"
    rooms.archive_room(membership=seat(alice, lobby))
    with pytest.raises(Archived):
        pin(alice, lobby, 1)
    assert "pin" not in seat(alice, lobby).can()


# ---------- system lines


def test_lines_of_who_came(lobby: Room, cellar: Room, alice: User, carol: User, mallory: User) -> None:
    members.join_room(user=mallory, room=lobby)
    members.add_member(membership=seat(carol, cellar), user=mallory)
    (line,) = shown(alice, lobby)
    assert (line["author"]["id"], line["event"], line["body"]) == (
        mallory.pk,
        {"type": "joined", "users": [{"id": mallory.pk, "username": "mallory", "name": "Mallory"}]},
        "Mallory joined.",
    )
    (line,) = shown(alice, cellar)
    added = {"type": "added", "user": {"id": mallory.pk, "username": "mallory", "name": "Mallory"}}
    assert (line["author"]["id"], line["event"], line["body"]) == (carol.pk, added, "Carol added Mallory.")
    assert (seat(mallory, cellar).read_seq, seat(carol, cellar).read_seq, seat(alice, cellar).read_seq) == (1, 1, 0)


def test_lines_of_a_new_name_and_topic(lobby: Room, alice: User, bob: User, announced: Announced) -> None:
    post(bob, lobby)
    announced(lambda: rooms.update_room(membership=seat(alice, lobby), name="<b>Hall", topic="a & b"))
    assert [(bell["prev"], bell["rev"]) for bell in announced.bells(lobby)] == [(1, 2), (2, 3), (3, 4)]
    rooms.update_room(membership=seat(alice, lobby), topic="")
    lines = shown(bob, lobby)[1:]
    assert [line["event"] for line in lines] == [
        {"type": "renamed", "name": "<b>Hall"},
        {"type": "topic", "topic": "a & b"},
        {"type": "topic_removed"},
    ]
    assert lines[0]["html"] == "Alice named the room “&lt;b&gt;Hall”."
    assert lines[1]["body"] == "Alice set the topic: a & b"


def test_the_marker_of_who_did_it(lobby: Room, alice: User, bob: User, announced: Announced) -> None:
    post(alice, lobby)
    announced(lambda: rooms.update_room(membership=seat(alice, lobby), topic="x"))
    assert (seat(alice, lobby).read_seq, seat(bob, lobby).read_seq) == (2, 0)
    assert announced.frames_to(alice) == [{"type": "read", "room": "lobby", "seq": 2}]
    post(bob, lobby)
    announced(lambda: rooms.update_room(membership=seat(alice, lobby), topic="y"))
    assert seat(alice, lobby).read_seq == 2, "something before it is still unread"
    assert announced.frames_to(alice) == []


def test_a_line_is_nobodys_to_edit_and_the_moderators_to_delete(lobby: Room, carol: User, mallory: User) -> None:
    members.join_room(user=mallory, room=lobby)
    with pytest.raises(Forbidden):
        edit(mallory, lobby, 1, "x")
    with pytest.raises(Forbidden):
        delete(mallory, lobby, 1)
    before = shown(carol, lobby)[0]
    delete(carol, lobby, 1)
    gone = shown(carol, lobby)[0]
    assert (gone["body"], gone["kind"]) == ("", "system")
    assert "event" not in gone
    restore(carol, lobby, 1)
    assert shown(carol, lobby)[0] == before | {"rev": 3}
    delete(carol, lobby, 1)
    RemovedText.objects.update(removed_at="2020-01-01T00:00Z")
    messages.purge_removed_texts()
    assert Message.objects.get().event is None
