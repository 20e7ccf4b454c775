"""Lines that tell of who came: many in one, as long as nothing else is said."""

from datetime import timedelta

import pytest

from accounts.models import User
from chat import selectors
from chat.models import Message, Room
from chat.services import members, messages
from chat.services.messages import system
from tests.chat.announcements import Announced
from tests.factories import make_user, post, seat


def come(room: Room, *names: str) -> list[User]:
    people = [make_user(username=name.lower(), display_name=name) for name in names]
    for person in people:
        members.join_room(user=person, room=room)
    return people


def lines(room: Room) -> list[str]:
    return [message.body for message in Message.objects.filter(room=room).order_by("seq")]


def test_who_comes_after_another_is_named_in_the_same_line(lobby: Room, alice: User, announced: Announced) -> None:
    come(lobby, "Ines")
    (person,) = announced(lambda: come(lobby, "Jun"))
    assert lines(lobby) == ["Ines and Jun joined."]
    (bell,) = announced.bells(lobby)
    assert (bell["prev"], bell["rev"]) == (1, 2)
    (message,) = selectors.snapshot(seat(alice, lobby))["messages"]
    assert (message["seq"], message["rev"], message["edited_at"]) == (1, 2, None)
    assert [user["name"] for user in message["event"]["users"]] == ["Ines", "Jun"]
    assert seat(person, lobby).read_seq == 1
    members.leave_room(membership=seat(person, lobby))
    announced(lambda: members.join_room(user=person, room=lobby))
    assert announced.bells(lobby) == [], "they are named already"


@pytest.mark.parametrize("between", ["a word", "a deletion", "time"])
def test_a_new_line(lobby: Room, alice: User, between: str) -> None:
    come(lobby, "Ines")
    if between == "a word":
        post(alice, lobby, "hello")
    elif between == "a deletion":
        messages.delete_message(membership=seat(alice, lobby), seq=1)
    else:
        row = Message.objects.get()
        Message.objects.update(created_at=row.created_at - system.TOGETHER + timedelta(seconds=9))
        come(lobby, "Jun")
        assert lines(lobby) == ["Ines and Jun joined."], "not yet"
        Message.objects.update(created_at=row.created_at - system.TOGETHER)
    come(lobby, "Kim")
    assert lines(lobby)[-1] == "Kim joined."


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (1, "A joined."),
        (3, "A, B and C joined."),
        (5, "A, B, C, D and E joined."),
        (6, "A, B, C, D and 2 others joined."),
    ],
)
def test_so_many_are_named(lobby: Room, count: int, text: str) -> None:
    come(lobby, *"ABCDEF"[:count])
    assert lines(lobby) == [text]


def test_a_line_has_its_limit(lobby: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "JOINS_MOST", 2)
    come(lobby, *"ABC")
    assert lines(lobby) == ["A and B joined.", "C joined."]


def test_names_are_plain_text(lobby: Room) -> None:
    come(lobby, "A&B", "C")
    assert Message.objects.get().html == "A&amp;B and C joined."
