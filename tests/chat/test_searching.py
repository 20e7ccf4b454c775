"""Searching: what is found, in which order and by whom."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from chat import selectors
from chat.errors import BadRequest
from chat.models import Message, Room, SearchEntry
from chat.services import members, messages, moderation, people, rooms, searching
from chat.services.searching import search_messages
from tests.factories import make_moderator, make_user, post, seat

pytestmark = pytest.mark.django_db


def found(user: User, text: str, *, sort: Any = "newest", cursor: str = "") -> list[str]:
    """What the messages of the first page say."""
    page = search_messages(user=user, text=text, sort=sort, cursor=cursor, limit=50)
    return [one.message.body for one in page.found]


@pytest.fixture
def talk(lobby: Room, alice: User, bob: User) -> list[str]:
    """Said in the lobby by alice and bob in turns, the oldest first."""
    said = [
        "We deployed the café site",
        "deploying takes long",
        "see https://example.org/deploy_notes?x=1",
        "release notes",
        "notes of the release",
        "你好世界，再见",
        "カフェで会いましょう",
        "한국어 공부",
        "call chat.models.Room.objects",
        "to be or not to be",
    ]
    for number, body in enumerate(said):
        post((alice, bob)[number % 2], lobby, body)
    return said


@pytest.mark.parametrize("sort", ["newest", "relevance"])
def test_whom_one_ignores_one_finds_by_their_name_alone(
    lobby: Room, alice: User, bob: User, carol: User, sort: str
) -> None:
    for user in (alice, bob, carol):
        post(user, lobby, f"tea by {user}")
    for person in (alice, carol):
        people.set_ignored(user=bob, person=person, on=True)
    bob.refresh_from_db()
    day = f"on:{timezone.now():%Y-%m-%d}"
    for text in ("tea", f"tea {day}", day, "tea -cake"):
        assert found(bob, text, sort=sort) == ["tea by bob"], text
    assert found(bob, "tea from:alice", sort=sort) == ["tea by alice"]
    assert sorted(found(bob, "tea from:alice from:bob", sort=sort)) == ["tea by alice", "tea by bob"]
    assert found(bob, "tea -from:bob", sort=sort) == []
    assert len(found(alice, "tea", sort=sort)) == 3


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("deploy", [2, 1, 0]),
        ("Deployed", [2, 1, 0]),
        ('"deployed"', [0]),
        ("cafe", [0]),
        ("CAFÉ", [0]),
        ("release notes", [4, 3]),
        ('"release notes"', [3]),
        ("notes -release", [2]),
        ("世界", [5]),
        ("再见", [5]),
        ("你好世界", [5]),
        ("界再", []),
        ("界", [5]),
        ("カフェ", [6]),
        ("会い", [6]),
        ("한국", [7]),
        ("공부", [7]),
        ("example.org", [2]),
        ("https://example.org/deploy_notes?x=1", [2]),
        ("models.Room", [8]),
        ("obj*", [8]),
        ('"to be or not"', [9]),
        ("from:bob deploy", [1]),
        ("from:@BOB from:alice release", [4, 3]),
        ("-from:me release", [3]),
        ("from:me", [8, 6, 4, 2, 0]),
        ("in:lobby release", [4, 3]),
        ("in:#Lobby release", [4, 3]),
        ("has:link", [2]),
        ("-has:link deploy", [1, 0]),
        ("nothing like it", []),
        ("has:file", []),
    ],
)
def test_what_is_found(talk: list[str], alice: User, text: str, places: list[int]) -> None:
    assert found(alice, text) == [talk[place] for place in places]


def test_facts_change_with_the_message(talk: list[str], lobby: Room, alice: User, bob: User) -> None:
    assert not found(alice, "is:pinned")
    messages.set_pin(membership=seat(alice, lobby), seq=1, on=True)
    messages.set_reaction(membership=seat(bob, lobby), seq=2, emoji="👍", on=True)
    post(alice, lobby, "for @bob")
    post(alice, lobby, "for @room")
    assert found(alice, "is:pinned") == [talk[0]]
    assert found(alice, "has:reaction") == [talk[1]]
    assert found(bob, "mentions:me") == ["for @room", "for @bob"]
    assert found(alice, "mentions:bob") == ["for @bob"]
    assert not found(alice, "mentions:alice")
    messages.edit_message(membership=seat(alice, lobby), seq=1, body="other words")
    assert found(alice, "is:pinned") == ["other words"]
    assert "other words" not in found(alice, "deploy")


def test_days(lobby: Room, alice: User) -> None:
    for day in (1, 2, 3):
        moment = datetime(2026, 5, day, 23, 30, tzinfo=UTC)
        post(alice, lobby, f"day {day}", created_at=moment)
    assert found(alice, "day on:2026-05-02") == ["day 2"]
    assert found(alice, "day before:2026-05-02") == ["day 1"]
    assert found(alice, "day after:2026-05-02") == ["day 3"]
    assert found(alice, "day -on:2026-05-02") == ["day 3", "day 1"]
    assert found(alice, "day on:2026-05 -before:2026-05-02") == ["day 3", "day 2"]
    assert found(alice, "on:2026") == ["day 3", "day 2", "day 1"]
    alice.time_zone = "Asia/Shanghai"
    assert found(alice, "day on:2026-05-02") == ["day 1"]


def test_the_best_come_first(lobby: Room, alice: User) -> None:
    for body in ("a tea, and much else that was said at length", "tea tea tea", "teas", "no coffee"):
        post(alice, lobby, body)
    assert found(alice, "tea", sort="relevance") == [
        "tea tea tea",
        "a tea, and much else that was said at length",
        "teas",
    ]
    assert found(alice, "from:me", sort="relevance") == found(alice, "from:me", sort="newest"), "nothing to rank by"


# ---------- who finds what


def bring(room: Room, owner: User, user: User) -> None:
    members.add_member(membership=seat(owner, room), user=user)


def leave(room: Room, owner: User, user: User) -> None:
    members.leave_room(membership=seat(user, room))


def ban(room: Room, owner: User, user: User) -> None:
    moderation.ban_user(actor=owner, user=user, room=room, reason="x")


def delete(room: Room, owner: User, user: User) -> None:
    rooms.delete_room(membership=seat(owner, room), confirmation=room.slug)


OUTSIDERS: dict[str, list[Callable[[Room, User, User], None]]] = {
    "stranger": [],
    "ex-member": [bring, leave],
    "banned": [bring, ban],
    "in a deleted room": [bring, delete],
}


@pytest.mark.parametrize("outsider", OUTSIDERS)
@pytest.mark.parametrize("name", ["lobby", "cellar"])
def test_outsiders_find_nothing(
    lobby: Room, cellar: Room, alice: User, mallory: User, outsider: str, name: str
) -> None:
    room = {"lobby": lobby, "cellar": cellar}[name]
    post(alice, room, "hidden words")
    assert found(alice, "hidden") == ["hidden words"]
    for become in OUTSIDERS[outsider]:
        become(room, alice, mallory)
    assert not found(mallory, "hidden")
    assert not found(mallory, "from:alice")
    with pytest.raises(BadRequest, match="in no room"):
        found(mallory, f"in:{room.slug} hidden")


def test_newcomers_do_not_find_what_is_hidden_from_them(cellar: Room, alice: User, mallory: User) -> None:
    rooms.update_room(membership=seat(alice, cellar), history_for_newcomers=False)
    post(alice, cellar, "words before", created_at=datetime(2026, 5, 1, tzinfo=UTC))
    bring(cellar, alice, mallory)
    post(alice, cellar, "words after", created_at=datetime(2026, 5, 3, tzinfo=UTC))
    for sort in ("newest", "relevance"):
        assert found(mallory, "words", sort=sort) == ["words after"]
        assert len(found(alice, "words", sort=sort)) == 2
    assert selectors.first_since(seat(mallory, cellar), datetime(2026, 1, 1, tzinfo=UTC)) == (
        *Message.objects.filter(room=cellar, seq__gt=1).values_list("seq", "created_at").order_by("seq")[0],
    )
    make_moderator(mallory, cellar, alice)
    assert len(found(mallory, "words")) == 2


def test_members_find(cellar: Room, alice: User, mallory: User) -> None:
    post(alice, cellar, "hidden words")
    bring(cellar, alice, mallory)
    assert found(mallory, "hidden in:cellar") == ["hidden words"]
    rooms.archive_room(membership=seat(alice, cellar))
    assert found(mallory, "hidden") == ["hidden words"], "archived is not gone"


def test_what_is_deleted_is_not_found(lobby: Room, bob: User, carol: User) -> None:
    seq = post(bob, lobby, "hidden words").seq
    assert found(bob, "hidden")
    messages.delete_message(membership=seat(carol, lobby), seq=seq)
    for person in (bob, carol):
        assert not found(person, "hidden")
    messages.restore_message(membership=seat(carol, lobby), seq=seq)
    assert found(bob, "hidden")


def test_not_even_before_search_has_caught_up(lobby: Room, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    seq = post(bob, lobby, "hidden words").seq
    assert found(bob, "hidden")
    monkeypatch.setattr(searching, "index_messages", lambda room_ids: False)
    messages.delete_message(membership=seat(bob, lobby), seq=seq)
    assert not found(bob, "hidden")


def test_only_the_rooms_that_are_named(lobby: Room, cellar: Room, alice: User, bob: User) -> None:
    for room in (lobby, cellar):
        post(alice, room, f"words of {room.slug}")
    assert found(bob, "words in:cellar") == ["words of cellar"]
    assert found(bob, "words in:cellar in:lobby") == ["words of cellar", "words of lobby"]
    assert found(bob, "words -in:cellar") == ["words of lobby"]
    assert not found(bob, "words in:lobby -in:lobby")


@pytest.mark.parametrize("text", ["in:nowhere x", "-in:nowhere x", "from:nobody", "mentions:nobody", "-from:nobody x"])
def test_names_that_nobody_has(alice: User, text: str) -> None:
    with pytest.raises(BadRequest) as error:
        found(alice, text)
    assert error.value.field == "q"


# ---------- the way to a day


def test_where_a_day_begins(lobby: Room, alice: User) -> None:
    start = datetime(2026, 5, 1, tzinfo=UTC)
    for hour in range(0, 240, 20):
        post(alice, lobby, f"hour {hour}", created_at=start + timedelta(hours=hour))
    key = seat(alice, lobby)
    rows = list(Message.objects.filter(room=lobby).order_by("seq").values_list("seq", "created_at"))
    for hour in range(-30, 240, 10):
        moment = start + timedelta(hours=hour)
        assert selectors.first_since(key, moment) == next(((seq, at) for seq, at in rows if at >= moment), None)


def test_nothing_since_in_an_empty_room(lobby: Room, alice: User) -> None:
    assert selectors.first_since(seat(alice, lobby), timezone.now()) is None


def test_entries_are_of_one_room(lobby: Room, alice: User) -> None:
    """The key of an entry leads with the room."""
    post(alice, lobby)
    found(alice, "hello")
    assert SearchEntry.objects.get().pk == (lobby.pk, 1)
    assert not found(make_user(), "hello")
