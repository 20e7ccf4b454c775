"""What is shown of what was found."""

from datetime import UTC, date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.errors import BadRequest
from chat.search import parse, snippet
from chat.search.snippets import BEFORE, CUT, SNIPPET_LENGTH

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=600)


def marked(body: str, query: str) -> str:
    """The snippet with brackets round what is marked."""
    found = snippet(body, parse(query, date(2026, 11, 22), UTC).terms)
    text = found.text
    for start, end in reversed(found.marks):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


@pytest.mark.parametrize(
    ("body", "query", "expected"),
    [
        ("We deployed it.", "deploy", "We [deployed] it."),
        ("We deployed it.", '"deploy"', "We deployed it."),
        ("Cafe\u0301 and CAFÉ", "cafe", "[Cafe\u0301] and [CAFÉ]"),
        ("release notes, notes of a release", '"release notes"', "[release notes], notes of a release"),
        ("see example.org/a now", "example.org", "see [example.org]/a now"),
        ("a deployment", "depl*", "a [deployment]"),
        ("使用你好世界吗", "世界", "使用你好[世界]吗"),
        ("使用你好世界吗", "你好世界", "使用[你好世界]吗"),
        ("你好，世界", '"你好 世界"', "[你好，世界]"),
        ("你好世界", "界", "你好世[界]"),
        ("你好世界", "你", "[你]好世界"),
        ("<b>deploy</b>\n&amp;", "deploy b", "<[b]>[deploy]</[b]> &amp;"),
        ("nothing of it", "from:me", "nothing of it"),
    ],
)
def test_marks(body: str, query: str, expected: str) -> None:
    assert marked(body, query).replace("][", "") in {expected, expected.replace("[b>deploy</b]", "[b]>[deploy]</[b]")}


def test_a_long_text_is_cut_round_the_first_mark() -> None:
    body = "word " * 200 + "here it is " + "more " * 200
    text = marked(body, "here")
    assert text.startswith(f"{CUT}word ")
    assert text.endswith(CUT)
    assert "[here] it is" in text
    assert text.index("[") <= BEFORE + len(CUT)
    assert len(text) <= SNIPPET_LENGTH + 2 * len(CUT) + 2
    assert marked("word " * 200, "from:me").startswith("word ")


def test_at_the_limit_nothing_is_cut() -> None:
    assert marked("x" * SNIPPET_LENGTH, "y") == "x" * SNIPPET_LENGTH
    assert marked("x " * SNIPPET_LENGTH + "end", "end").endswith("[end]")


@given(TEXT, TEXT)
def test_marks_are_in_order_apart_and_inside(body: str, query: str) -> None:
    try:
        terms = parse(query[:100], date(2026, 11, 22), UTC).terms
    except BadRequest:
        return
    found = snippet(body, terms)
    assert len(found.text) <= SNIPPET_LENGTH + 2 * len(CUT)
    end = -1
    for mark in found.marks:
        assert end < mark[0] < mark[1] <= len(found.text)
        end = mark[1]
