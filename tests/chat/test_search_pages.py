"""Search: its pages, and what it may cost."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat.errors import BadRequest, SearchTooSlow, Unavailable
from chat.models import Room
from chat.selectors import finding
from chat.services import searching
from chat.services.searching import search_messages
from tests.chat.test_search_query import GARBAGE
from tests.chat.test_searching import found
from tests.factories import make_room, post

pytestmark = pytest.mark.django_db


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
