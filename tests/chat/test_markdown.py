"""Markdown: what is written, what is never let through, and what it may cost."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chat import markdown
from chat.markdown import MENTION_LIMIT, meant, mentioned, render
from tests.chat.safe_html import Reader, assert_safe

REL = 'rel="nofollow noopener noreferrer"'
NAMES = {"ines": "Inés Robles", "anna_b": "Anna <b>", "anna": "Anna", "林晓": "林晓", "room": "room"}
INES = '<span class="mention" data-user="ines">@Inés Robles</span>'
XSS = (Path(__file__).parent / "xss.txt").read_text(encoding="utf-8").splitlines()
# Text without NUL and surrogates: all that a body can be.
BODIES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=400)
MARKED = st.lists(
    st.sampled_from([
        "*", "**", "_", "~~", "`", "```", "\n", "\n\n", " ", "    ", "\t", "- ", "1. ", "> ", "[", "](", ")",
        "![", "<", ">", "&", "&amp;", "\\", "@", "@ines", "@林晓", "https://a.b/", "javascript:", "mailto:", ":",
        '"', "'", "a", "中", "。", "\u00a0", "\u200b", "\r", "<script>", "&#x3c;", "#", "---", "|", "!",
        "x" * 30,
    ]),
    max_size=40,
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("hello **all**", "hello <strong>all</strong>"),
        ("*a* _b_ ~~c~~ `d <e>`", "<em>a</em> <em>b</em> <s>c</s> <code>d &lt;e&gt;</code>"),
        ("snake_case_name 5 * 3 * 2", "snake_case_name 5 * 3 * 2"),
        ("one\ntwo **x**", "one<br>two <strong>x</strong>"),
        ("one\n\ntwo", "<p>one</p><p>two</p>"),
        ("> quoted\n\nmine", "<blockquote><p>quoted</p></blockquote><p>mine</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("```text\nx = '<'\n```", "<pre><code class=\"language-text\">x = '&lt;'\n</code></pre>"),
        ("```C++ title\nx\n```", '<pre><code class="language-c++">x\n</code></pre>'),
        ('```"onload=\nx\n```', "<pre><code>x\n</code></pre>"),
        ("# no heading\n---\n===\n| a | b |", "# no heading<br>---<br>===<br>| a | b |"),
        ("    not code", "not code"),
        ("[a]: https://b.c\n[a]", f'[a]: <a href="https://b.c" {REL}>https://b.c</a><br>[a]'),
        ("a < b > c & d \"e\" 'f'", "a &lt; b &gt; c &amp; d \"e\" 'f'"),
        ("<b>x</b> &lt;b&gt;", "&lt;b&gt;x&lt;/b&gt; &lt;b&gt;"),
        ("**强调。**再说", "<strong>强调。</strong>再说"),
        ("中文**强调（重要）**中文", "中文<strong>强调（重要）</strong>中文"),
    ],
)
def test_what_people_write(source: str, html: str) -> None:
    assert render(source, {}) == html


@pytest.mark.parametrize("source", ["+", "-", "1.", "```", "> ", ">\n>", "- \n- ", "~~~~", "[](https://a.b)", "****"])
def test_signs_alone_are_meant_as_they_stand(source: str) -> None:
    assert (
        "".join(Reader(render(source, {})).text).split() == source.replace("\n", "").split() or source.strip() == ">\n>"
    )
    assert render(source, {}).strip() != ""


@pytest.mark.parametrize(
    ("source", "href", "shown"),
    [
        ("[t](https://a.b/c)", "https://a.b/c", "t"),
        ('[t](https://a.b "title")', "https://a.b", "t"),
        ("![t](https://a.b/c.png)", "https://a.b/c.png", "t"),
        ("<https://a.b/c>", "https://a.b/c", "https://a.b/c"),
        ("<ines@example.org>", "mailto:ines@example.org", "ines@example.org"),
        ("[m](mailto:ines@example.org)", "mailto:ines@example.org", "m"),
        ("https://a.b/c?d=e&f=g#h", "https://a.b/c?d=e&f=g#h", "https://a.b/c?d=e&f=g#h"),
        ("HTTPS://A.B", "HTTPS://A.B", "HTTPS://A.B"),
        ("https://a.b/c_(d)", "https://a.b/c_(d)", "https://a.b/c_(d)"),
        ("https://a.b/@ines", "https://a.b/@ines", "https://a.b/@ines"),
        ("https://例子.cn/路", "https://xn--fsqu00a.cn/%E8%B7%AF", "https://例子.cn/路"),
    ],
)
def test_links(source: str, href: str, shown: str) -> None:
    html = render(source, NAMES)
    assert html == f'<a href="{href}" {REL}>{shown}</a>'.replace("&", "&amp;")


@pytest.mark.parametrize("tail", [".", ",", "!", "?", "...", ")", "，好的", "。", "」", '"', "'", "**"])
def test_a_bare_address_ends_before_the_sentence_does(tail: str) -> None:
    html = render(f"https://a.b/c{tail}", {})
    assert html.startswith(f'<a href="https://a.b/c" {REL}>https://a.b/c</a>')
    assert "".join(Reader(html).text) == f"https://a.b/c{tail}"


@pytest.mark.parametrize(
    "source",
    [
        "www.example.com", "main.py readme.md", "xhttps://a.b", "ftp://a.b", "https://", "http:///", "[a](/b)",
        "[a](//b.c)", "[a](javascript:alert(1))", "[a](data:text/html,x)", "[a](vbscript:x)",
        "<javascript:alert(1)>", "10:30", "a@b.org",
    ],
)  # fmt: skip
def test_these_are_no_links(source: str) -> None:
    assert "<a" not in render(source, {})


def test_a_link_holds_no_link() -> None:
    for source in (
        "[![a](https://i.j)](https://k.l)",
        "[a [b](https://c.d)](https://e.f)",
        "[https://a.b](https://c.d)",
    ):
        depth = 0
        for mark in re.findall(r"<a |</a>", render(source, {})):
            depth += 1 if mark == "<a " else -1
            assert depth in (0, 1)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("@ines", INES),
        ("@INES: hi", f"{INES}: hi"),
        ("(@ines)", f"({INES})"),
        ("@ines.", f"{INES}."),
        ("@ines's", f"{INES}'s"),
        ("**@ines**", f"<strong>{INES}</strong>"),
        ("@anna_b_", '<span class="mention" data-user="anna_b">@Anna &lt;b&gt;</span>_'),
        ("@anna_x", "@anna_x"),
        ("@annabel", "@annabel"),
        ("me@ines.org", "me@ines.org"),
        ("@nobody", "@nobody"),
        ("`@ines`", "<code>@ines</code>"),
        ("\\@ines", "@ines"),
        ("你好@林晓你好", '你好<span class="mention" data-user="林晓">@林晓</span>你好'),
        ("@room", '<span class="mention mention--all">@room</span>'),
        ("@here", "@here"),
        ("[@ines](https://a.b)", f'<a href="https://a.b" {REL}>@ines</a>'),
        ("```\n@ines\n```", "<pre><code>@ines\n</code></pre>"),
    ],
)
def test_mentions(source: str, html: str) -> None:
    assert render(source, NAMES) == html
    assert meant(source, NAMES) <= mentioned(source)
    shown = {name or "room" for name in re.findall(r'class="mention(?:" data-user="([^"]+)"| mention--all")', html)}
    assert meant(source, NAMES) == shown


def test_mentioned_finds_all_who_could_be_meant() -> None:
    assert mentioned("@Ines and @room, `@code` [@link](https://a.b)") == {"ines", "room"}
    assert mentioned("@anna_b_.") == {"anna_b_", "anna_b"}
    assert mentioned("@林晓你好") == {"林", "林晓", "林晓你", "林晓你好"}
    assert mentioned("@प्रिया.") == {"प्रिया"}
    assert mentioned("no one") == frozenset()
    assert mentioned("@" + "a" * 33) == frozenset()


def test_a_flood_of_mentions_is_cut() -> None:
    source = " ".join(f"@u{n}" for n in range(200))
    assert len(mentioned(source)) == MENTION_LIMIT
    assert render(source, {f"u{n}": f"U{n}" for n in range(200)}).count("<span") == MENTION_LIMIT


def test_the_list_of_attacks_is_long() -> None:
    assert len(set(XSS)) >= 100


@pytest.mark.parametrize(
    "frame",
    ["{}", "**{}**", "> {}", "- {}", "[{}](https://a.b)", "[a]({})", "![a]({})", "<{}>", "@ines {}", "```{}\n```"],
)
def test_no_attack_gets_through(frame: str) -> None:
    for attack in XSS:
        assert_safe(render(frame.format(attack), NAMES))


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>", '" onclick="alert(1)', "</span><script>", "&lt;b&gt;", "a\nb"]
)
def test_a_name_is_text(name: str) -> None:
    html = render("@ines", {"ines": name})
    assert_safe(html)
    assert "".join(Reader(html).text) == f"@{name}"


@settings(max_examples=300, deadline=None)
@given(BODIES | MARKED)
@example("\ufeff**a**")
@example("``\r\n`")
def test_anything_gives_safe_html(source: str) -> None:
    html = render(source, NAMES)
    assert_safe(html)
    assert meant(source, NAMES) <= mentioned(source) & set(NAMES)
    assert len(html) <= 60 * len(source) + 40


@settings(max_examples=500, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
    | st.text(st.sampled_from("ab中。 \n.,:;-+1)(#=|!?<>&\"'@/\u3000\u2028\u0085\u200b🙂"), max_size=40)
)
@example("a -> b\n# c\n| d")
@example("R&D \"x\" 'y' <3 a<1")
@example("1) \n+\n-")
def test_the_fast_path_gives_what_the_parser_gives(source: str) -> None:
    if markdown.MARKUP.search(source):
        assert not markdown.PLAIN_LINE.fullmatch(source)
        return
    env = {"names": NAMES, "left": MENTION_LIMIT}
    assert render(source, NAMES) == markdown._cleaner.clean(markdown._parser.render(source, env))


@pytest.mark.parametrize(
    "source",
    [
        "Yes, I think the second draft reads better.", "a < b -> c & \"d\"", "10:30 works\nSee you (then)!",
        "好的，明天见。", "#1 = x | y",
    ],
)  # fmt: skip
def test_ordinary_talk_takes_the_fast_path(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "_parser", None)
    assert render(source, {})


WORST = [
    "[", "![", "[](", "*", "*a ", "a**b", "**a *", "`", "<", "<a:", ">", "> \n", "- ", "-\n", "1. ", "@",
    "@a ", "@ines ", "@.", "@林", "http://a ", "://", "http://a)", "http://a.", "http://(", "[a](http://b ",
    "&amp;", "&", "~~", "~~a", "_a_ ", "\\", "a\n\n", "[a](<", "[[](", "```\n", ">\n-\n", "](http://a)",
    "> ```\nx\n", ">a\nb\n", "\n", "中**。",
]  # fmt: skip


@pytest.mark.parametrize("seed", WORST)
def test_the_worst_text_costs_linear_work(seed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in characters that inline rules look at, not in seconds."""
    calls = 0
    ordinary = markdown._InlineParser.skipToken

    def counted(self: object, state: object) -> None:
        nonlocal calls
        calls += 1
        ordinary(self, state)  # type: ignore[arg-type]

    monkeypatch.setattr(markdown._InlineParser, "skipToken", counted)
    counts, sizes = [], []
    for length in (1000, 4000):
        calls = 0
        html = render((seed * 4000)[:length], NAMES)
        assert_safe(html)
        counts.append(calls)
        sizes.append(len(html))
    assert sizes[1] <= 60 * 4000
    assert counts[1] <= 8 * counts[0] + 400_000


def test_depth_is_bounded_and_nothing_is_lost() -> None:
    html = render("> " * 40 + "deep", {})
    assert html.count("<blockquote>") == markdown.BLOCK_DEPTH
    assert "deep" in html
    assert "deep" in render("- " * 40 + "deep", {})


def test_threads_share_the_parser() -> None:
    sources = [f"**{n}** @ines `x{n}` https://a.b/{n}\n\n- {n}" for n in range(200)]
    expected = [render(source, NAMES) for source in sources]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda source: render(source, NAMES), sources * 3)) == expected * 3
