"""The directory: found by any spelling, and as quick for many rooms as for few."""

import unicodedata

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.folding import Fold, fold
from accounts.models import User
from chat import selectors
from chat.models import Membership, Room
from tests.factories import make_room, make_user


@pytest.mark.parametrize(
    "query", ["café", "CAFE", "cafe\u0301", "DEL mar", "del-mar", "ñandú", "nandu", "ＣＡＦＥ", "u · 50", "50%"]
)
def test_rooms_are_found_by_any_spelling(alice: User, query: str) -> None:
    room = make_room(alice, "Café del Mar", topic="El ÑANDÚ · 50%_")
    make_room(alice, "Elsewhere")
    assert list(selectors.directory(alice, query=query)) == [room]


@pytest.mark.parametrize(
    ("name", "query"), [("大厅", "厅"), ("Привет Мир", "ПРИВЕТ"), ("ΟΔΟΣ", "οδοσ"), ("İstanbul", "ISTANBUL")]
)
def test_in_every_language(alice: User, name: str, query: str) -> None:
    make_room(alice, name)
    assert selectors.directory(alice, query=query).count() == 1


@pytest.mark.parametrize("query", ["zebra", "%", "_", "\\", "café del mare"])
def test_what_is_not_there_is_not_found(alice: User, query: str) -> None:
    make_room(alice, "Café del Mar")
    assert list(selectors.directory(alice, query=query)) == []


@pytest.mark.django_db
def test_the_database_folds_as_we_do() -> None:
    known = [chr(code) for code in range(0x20, 0x2000) if unicodedata.category(chr(code)) != "Cn"]
    samples = [*known, "ＣＡＦＥ", "ﬁn", "Ǆ", "½", "e\u0301\u0302"]
    with connection.cursor() as cursor:
        sql = Fold.template % {"expressions": "t"}
        cursor.execute(f"SELECT t, {sql} FROM unnest(%s::text[]) t", [samples])
        different = {text: folded for text, folded in cursor.fetchall() if folded != fold(text)}
    assert different == {}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


PATHS = ("/chat/", "/chat/?q=room&tab=joined", "/chat/?q=room&page=2")


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return sum("accounts_site" not in query["sql"] for query in queries)  # the site's name is kept for seconds


def test_five_thousand_rooms_take_the_queries_of_a_few(alice: User, bob: User, client: Client) -> None:
    client.force_login(bob)
    make_room(alice, "Room", bob, make_user())
    few = [queries_of(client, path) for path in PATHS]
    rooms = Room.objects.bulk_create(
        Room(
            slug=f"room-{n}", name=f"Room {n}", topic="x" * 200, is_listed=n % 3 == 0, kind=("public", "private")[n % 2]
        )
        for n in range(5_000)
    )
    Membership.objects.bulk_create(Membership(room=room, user=bob) for room in rooms[:200])
    many = [queries_of(client, path) for path in PATHS]
    assert many == few
    assert max(many) <= 8
    counts = selectors.room_counts(bob)
    assert counts == {"all": 2501 + 833 + 67, "joined": 201, "archived": 0}
