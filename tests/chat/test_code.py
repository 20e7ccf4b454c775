"""Code in messages in colours: which, how safely, and at what cost."""

from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.markdown import code, render
from chat.markdown.code import CODE_CLASSES, LANGUAGES, highlighted
from tests.chat.safe_html import Reader, assert_safe

PIECES = ["def f(x):", '"', "'", "//", "/*", "*/", "#", "<", "&", "{", "}", "\n", "  ", "1.5", "class A", "$x", "`"]
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")
SOURCES = st.text(LETTERS, max_size=120) | st.lists(st.sampled_from(PIECES), max_size=20).map("".join)


def test_a_few_kinds_of_words_have_colours() -> None:
    html = render('```python\ndef slow(x):  # why\n    return "<b>", 25\n```', {})
    assert html == (
        '<pre><code class="language-python"><span class="k">def </span><span class="nf">slow</span>(x):  '
        '<span class="c"># why\n    </span><span class="k">return </span>'
        '<span class="s">"&lt;b&gt;"</span>, <span class="mi">25\n</span></code></pre>'
    )


@pytest.mark.parametrize("language", ["", "cobol", "text", "python3000"])
def test_code_in_other_languages_stays_as_it_is(language: str) -> None:
    assert "<span" not in render(f"```{language}\ndef x(): pass\n```", {})


def test_a_change_shows_what_went_and_came() -> None:
    html = render("```diff\n-old\n+new\n```", {})
    assert '<span class="gd">-old\n</span>' in html
    assert '<span class="gi">+new\n</span>' in html


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_a_lexer(language: str) -> None:
    assert "x" in highlighted("x", language)


@settings(max_examples=300, deadline=None)
@given(SOURCES, st.sampled_from(sorted(set(LANGUAGES.values()))))
def test_nothing_is_lost_and_nothing_gets_through(source: str, language: str) -> None:
    html = highlighted(source, language)
    assert "".join(Reader(html).text) == source
    assert {attributes["class"] for _, attributes in Reader(html).seen} <= CODE_CLASSES
    assert_safe(render(f"```{language}\n{source}\n```", {}))


def test_the_work_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "x = 1\n" * 600
    monkeypatch.setattr(code, "thread_time", lambda: 0.0)
    assert highlighted(source, "python").count("<span") == 600
    moments = iter(range(1_000_000))
    monkeypatch.setattr(code, "thread_time", lambda: next(moments) / 1000)  # a thousandth of a second a token
    html = highlighted(source, "python")
    assert 0 < html.count("<span") < code.SECONDS_MOST * 1000
    assert unescape("".join(Reader(html).text)) == source


def test_a_class_from_outside_is_no_class() -> None:
    assert "class" not in render('<span class="k">x</span>', {}).replace("&lt;span class", "")
