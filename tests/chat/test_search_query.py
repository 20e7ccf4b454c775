"""What people type, understood or refused with a sentence."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from chat.errors import BadRequest
from chat.search import QUERY_LENGTH, Query, first_moment, parse
from chat.search.query import EXPECTED, TERMS_MOST

TODAY = date(2026, 11, 22)


def understood(text: str) -> Query:
    return parse(text, TODAY, UTC)


def asked(text: str) -> list[str]:
    return [term.tsquery() for term in understood(text).terms]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("deploy", ["'deploy'"]),
        ("Running", ["('run' | 'running':A)"]),
        ("release notes", ["('releas' | 'release':A)", "('note' | 'notes':A)"]),
        ('"release notes"', ["'release':A <-> 'notes':A"]),
        ("“release notes”", ["'release':A <-> 'notes':A"]),
        ('"release notes', ["'release':A <-> 'notes':A"]),
        ("depl*", ["'depl':*A"]),
        ("get_us*", ["'get':A <-> 'us':*A"]),
        ("example.org/a", ["'example':A <-> 'org':A <-> 'a':A"]),
        ("https://x.y", ["'https':A <-> 'x':A <-> 'y':A"]),
        ("std::vector", ["'std':A <-> 'vector':A"]),
        ("12:30", ["'12':A <-> '30':A"]),
        ("世界", ["'世界':A"]),
        ("你好世", ["'你好':A <-> '好世':A"]),
        ("好", ["'好':*"]),
        ("用Django", ["'用':* <-> 'django':A"]),
        ("the cat", ["'cat'"]),
        ("the", ["'the'"]),
        ('"the cat"', ["'the':A <-> 'cat':A"]),
        ("café", ["'cafe'"]),
        ("well -- done", ["'well'", "'done'"]),
    ],
)
def test_words(text: str, terms: list[str]) -> None:
    assert asked(text) == terms


def test_what_is_not_wanted() -> None:
    query = understood('deploy -draft -"not yet" -from:bob')
    assert [term.tsquery() for term in query.unwanted] == ["'draft'", "'not':A <-> 'yet':A"]
    assert [(one.operator, one.is_unwanted) for one in query.filters] == [("from", True)]


def test_operators() -> None:
    query = understood('from:ines IN:"Lobby two" has:link is:pinned mentions:me from：@bob')
    assert [(one.operator, one.value) for one in query.filters] == [
        ("from", "ines"), ("in", "Lobby two"), ("has", "link"), ("is", "pinned"), ("mentions", "me"), ("from", "@bob"),
    ]  # fmt: skip
    assert not query.terms


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("on:2026-05-03", (2026, 5, 3), (2026, 5, 4)),
        ("on:2026-05", (2026, 5, 1), (2026, 6, 1)),
        ("on:2026-12", (2026, 12, 1), (2027, 1, 1)),
        ("on:2026", (2026, 1, 1), (2027, 1, 1)),
        ("on:2024-2-29", (2024, 2, 29), (2024, 3, 1)),
        ("on:today", (2026, 11, 22), (2026, 11, 23)),
        ("on:Yesterday", (2026, 11, 21), (2026, 11, 22)),
        ("before:2026-05-03", None, (2026, 5, 3)),
        ("before:2026-05", None, (2026, 5, 1)),
        ("after:2026-05-03", (2026, 5, 4), None),
        ("after:2026-05", (2026, 6, 1), None),
        ("on:1970", (1970, 1, 1), (1971, 1, 1)),
        ("on:2999-12-31", (2999, 12, 31), (3000, 1, 1)),
    ],
)
def test_days(text: str, start: tuple[int, int, int] | None, end: tuple[int, int, int] | None) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    (found,) = parse(text, TODAY, zone).filters
    assert found.days == (start and datetime(*start, tzinfo=zone), end and datetime(*end, tzinfo=zone))


@pytest.mark.parametrize(
    "text",
    ["on:tomorrow", "on:2026-13", "on:2026-02-30", "on:1969", "on:3000", "before:5-3", "after:2026/5/3", "on:20260503",
     "has:cat", "is:new", "from:", "in:", 'in:""', "has:", "before:", "mentions: x", "-on:x", "after:2026-05-03-01"],
)  # fmt: skip
def test_a_wrong_value_is_told_what_is_expected(text: str) -> None:
    with pytest.raises(BadRequest) as error:
        understood(text)
    operator = text.lstrip("-").split(":")[0]
    assert EXPECTED[operator] in error.value.detail
    assert error.value.field == "q"


@pytest.mark.parametrize("text", ["", "   ", "...", "-deploy", "-from:bob", '""', "*", "-"])
def test_there_must_be_something_to_look_for(text: str) -> None:
    with pytest.raises(BadRequest, match="Say what to look for"):
        understood(text)


def test_how_much() -> None:
    assert len(understood("word " * TERMS_MOST).terms) == TERMS_MOST
    assert understood("x" * QUERY_LENGTH).terms
    for text in ("word " * (TERMS_MOST + 1), "x" * (QUERY_LENGTH + 1)):
        with pytest.raises(BadRequest, match="Ask for less"):
            understood(text)


def test_where_a_day_begins() -> None:
    assert first_moment("2026-05", ZoneInfo("Asia/Shanghai")) == datetime(2026, 4, 30, 16, tzinfo=UTC)
    with pytest.raises(BadRequest) as error:
        first_moment("today", UTC)
    assert error.value.field == "day"


PIECES = st.sampled_from(
    [
        *("from:", "in:", "before:", "on:", "has:", "is:", "-", '"', "“", "*", " ", "\t", "2026-05-03", "link", "me"),
        *("你好", "café", "'", "\\", "&", "|", "!", "<->", "(", ")", ":*", ":A", "=", "from=7", "a.b", "%s", "%"),
    ]
)
GARBAGE = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60),
    st.lists(PIECES, max_size=25).map("".join),
)


@pytest.mark.django_db
@given(GARBAGE)
def test_whatever_is_typed_is_understood_or_refused(text: str) -> None:
    try:
        query = understood(text)
    except BadRequest:
        return
    with connection.cursor() as cursor:
        for term in (*query.terms, *query.unwanted):
            cursor.execute("SELECT %s::tsquery::text", [term.tsquery()])
            assert "=" not in term.tsquery(), "nobody asks for facts by typing them"
