"""What HTML a message may hold, read with the standard library's parser."""

import re
from html.parser import HTMLParser

from chat.markdown.code import CODE_CLASSES

ALLOWED: dict[str, set[str]] = {
    "a": {"href", "rel", "class"},
    "code": {"class"},
    "ol": {"start"},
    "span": {"class", "data-user"},
} | {tag: set() for tag in ("blockquote", "br", "em", "li", "p", "pre", "s", "strong", "ul")}


class Reader(HTMLParser):
    """Collects the tags, attributes and text of HTML, and fails on a tag that is not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.stack: list[str] = []
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, {name: value or "" for name, value in attrs}))
        if tag != "br":
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def assert_safe(html: str) -> None:
    for tag, attributes in Reader(html).seen:
        assert tag in ALLOWED, html
        assert set(attributes) <= ALLOWED[tag], html
        if tag == "a":
            # One that no browser could open has lost its address.
            address = r"/chat/" if attributes.get("class") == "room-link" else r"https?://|mailto:"
            assert re.match(address, attributes.get("href", "https://"), re.IGNORECASE), html
            assert attributes.get("class", "room-link") == "room-link", html
            assert attributes["rel"] == "nofollow noopener noreferrer"
        if tag == "code" and attributes:
            assert re.fullmatch(r"language-[a-z0-9][a-z0-9+#.-]{0,29}", attributes["class"]), html
        if tag == "span":
            assert attributes["class"] in {"mention", "mention mention--all"} | CODE_CLASSES, html
