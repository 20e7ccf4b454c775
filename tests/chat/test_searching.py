"""Searching: what is found, in which order, by whom, and what it may cost."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat import selectors
from chat.errors import BadRequest, SearchTooSlow, Unavailable
from chat.models import Message, Room, SearchEntry
from chat.selectors import finding
from chat.services import members, messages, moderation, people, rooms, searching
from chat.services.searching import search_messages
from tests.chat.test_search_query import GARBAGE
from tests.factories import make_moderator, make_room, make_user, post, seat

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


# ---------- pages


def pages(user: User, text: str, sort: Any, between: Callable[[], object] = lambda: None) -> Iterator[list[str]]:
    cursor = ""
    while True:
        page = search_messages(user=user, text=text, sort=sort, cursor=cursor, limit=3)
        yield [one.message.body for one in page.found]
        cursor = page.cursor
        if not cursor:
            return
        between()


@pytest.mark.parametrize("sort", ["newest", "relevance"])
def test_pages_hold_still(lobby: Room, cellar: Room, alice: User, sort: str) -> None:
    moment = timezone.now() - timedelta(hours=1)
    for number in range(10):  # many at one time, and of one rank
        post(alice, (lobby, cellar)[number % 2], f"word {number}" + " word" * (number % 3), created_at=moment)
    whole = found(alice, "word", sort=sort)
    assert len(whole) == 10

    def meddle() -> None:
        post(alice, lobby, "word word word word")

    turned = list(pages(alice, "word", sort, meddle))
    assert [len(page) for page in turned] == [3, 3, 3, 1]
    assert [body for page in turned for body in page] == whole


@pytest.mark.parametrize("count", [2, 3, 4])
def test_the_last_page_says_so(lobby: Room, alice: User, count: int) -> None:
    for _ in range(count):
        post(alice, lobby, "word")
    assert [len(page) for page in pages(alice, "word", "newest")] == ([count] if count <= 3 else [3, count - 3])


@pytest.mark.parametrize(
    "cursor", ["x", "1-2-3-4", "1-2-3-4-5-6", "1-2-3-4-x", f"{'9' * 18}-1-{'9' * 18}-1-1", "-1-1-1-1-1"]
)
@pytest.mark.parametrize("sort", ["newest", "relevance"])
def test_a_cursor_that_nobody_gave(alice: User, lobby: Room, cursor: str, sort: str) -> None:
    post(alice, lobby, "word")
    with pytest.raises(BadRequest) as error:
        found(alice, "word", cursor=cursor, sort=sort)
    assert error.value.field == "cursor"


# ---------- what it costs


@pytest.mark.parametrize("sort", ["newest", "relevance"])
@pytest.mark.parametrize("count", [1, 30])
def test_a_search_takes_a_fixed_number_of_statements(
    lobby: Room, alice: User, count: int, sort: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        post(alice, make_room(alice, f"Room {number}"), "word")
    assert found(alice, "word")
    # Rooms · search behind? (with savepoint) · limits, hits (with savepoint) · messages, where there are any, or names.
    with django_assert_num_queries(9):
        assert len(found(alice, "word from:alice mentions:me -from:bob in:lobby -is:pinned", sort=sort)) == 0
    with django_assert_num_queries(9):
        assert len(found(alice, "word", sort=sort)) == count


@pytest.mark.django_db(transaction=True)
def test_a_slow_search_ends(lobby: Room, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    post(alice, lobby, "word")
    assert found(alice, "word")
    monkeypatch.setattr(finding, "SEARCH_SECONDS", 0.001)
    monkeypatch.setattr(finding, "_newest", lambda *rest: ("SELECT 1, 1, 1, 1, 1 FROM pg_sleep(20)", []))
    with pytest.raises(SearchTooSlow):
        found(alice, "word")
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("10s",), "what comes after it on this connection has its own time"


def test_no_more_than_some_at_once(lobby: Room, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "WAIT_SECONDS", 0.01)
    post(alice, lobby, "word")
    with ExitStack() as stack:
        for _ in range(searching.AT_ONCE - 1):
            stack.enter_context(searching._a_turn())
        assert found(alice, "word")
        stack.enter_context(searching._a_turn())
        with pytest.raises(Unavailable) as error:
            found(alice, "word")
        assert error.value.retry_after
    assert found(alice, "word")


def test_a_refused_search_gives_its_turn_back(alice: User) -> None:
    for _ in range(searching.AT_ONCE + 1):
        with pytest.raises(BadRequest):
            found(alice, "word", cursor="x")


def test_only_the_newest_are_put_in_order(lobby: Room, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "RANKED_MOST", 3)
    for number in range(5):
        post(alice, lobby, f"word {number}")
    assert found(alice, "word", sort="relevance") == ["word 4", "word 3", "word 2"]
    assert len(found(alice, "word", sort="newest")) == 5


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(GARBAGE, st.sampled_from(["newest", "relevance"]))
def test_whatever_is_typed_is_answered_or_refused(lobby: Room, alice: User, text: str, sort: str) -> None:
    with suppress(BadRequest):
        found(alice, text, sort=sort)


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
