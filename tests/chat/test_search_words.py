"""Text into words and vectors."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from chat.search import vector
from chat.search.words import LONGEST, Kind, _placed, stem, tokens

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)


def words(text: str) -> list[tuple[str, int]]:
    return [(token.text, token.place) for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hello, WORLD!", ["hello", "world"]),
        ("Cafe\u0301 CAFÉ naïve", ["cafe", "cafe", "naive"]),
        ("chat.models get_user v1.2", ["chat", "models", "get", "user", "v1", "2"]),
        ("https://example.org/a?b=1", ["https", "example", "org", "a", "b", "1"]),
        ("ﬁne ½ ①", ["fine", "12", "1"]),
        ("नमस्ते", ["नमस्ते"]),
        ("… -- '\\ 🙂", []),
    ],
)  # fmt: skip
def test_words_between_spaces(text: str, found: list[str]) -> None:
    assert words(text) == [(word, place) for place, word in enumerate(found, 1)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("你好世界", [("你好", 1), ("好世", 2), ("世界", 3), ("界", 3)]),
        ("好", [("好", 1)]),
        ("用Django写 好吗", [("用", 1), ("django", 2), ("写", 3), ("好吗", 4), ("吗", 4)]),
        ("カフェ", [("カフ", 1), ("フェ", 2), ("ェ", 2)]),
        ("한국어", [("한국", 1), ("국어", 2), ("어", 2)]),
    ],
)
def test_scripts_without_spaces_become_pairs(text: str, found: list[tuple[str, int]]) -> None:
    assert words(text) == found


@given(TEXT)
def test_every_word_stands_where_it_says(text: str) -> None:
    place = 0
    for token in tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.place in {place, place + 1}
        assert token.place > place or token.kind is Kind.LAST
        assert len(token.text) <= LONGEST * 4
        place = token.place


@given(st.text(st.characters(max_codepoint=127, exclude_characters="\0"), max_size=200))
def test_plain_english_takes_the_short_way_to_the_same_end(text: str) -> None:
    assert list(_placed(text)) == words(text)


def test_stems() -> None:
    assert {stem(word) for word in ("deploy", "deploys", "deployed", "deploying")} == {"deploy"}
    assert stem("café") == "café"
    assert stem("v2") == "v2"


def test_exact_forms_have_a_weight_and_stems_none() -> None:
    assert vector("run Running", ["from=7"]) == "'run':1A,2 'running':2A 'from=7'"


def test_a_long_word_is_cut_alike_everywhere() -> None:
    assert vector("x" * 5_000) == f"'{'x' * LONGEST}':1A"


@pytest.mark.django_db
@given(st.lists(TEXT, min_size=1, max_size=20))
def test_postgresql_takes_every_vector(texts: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v::tsvector FROM unnest(%s::text[]) AS u(v)", [[vector(text, ["to=1"]) for text in texts]]
        )
        assert len(cursor.fetchall()) == len(texts)
