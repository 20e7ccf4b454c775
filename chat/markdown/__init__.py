"""Markdown to safe HTML, at write time.

What people may write: bold, italic, strike, code, code blocks, quotes, lists, links, line breaks, @mentions (in quotes
they call nobody), #rooms and :short_names: of emoji.
A message of one paragraph has no `<p>` round it, several blocks have. Links are those marked as such and bare http(s)
addresses; "main.py" and "readme.md" are names of files here, not of sites. Safe in threads.

To post with mentions: look up those of `mentioned(body)` who can be meant, give them to `render` as `names`, and keep a
row for each of `meant(body, names)`: that leaves out names in code and links and the shorter of two that both fit.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from html import escape
from typing import Final

import nh3
from markdown_it import MarkdownIt, rules_block, rules_inline
from markdown_it.parser_inline import ParserInline
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from chat.markdown.code import CODE_CLASSES, highlighted
from chat.markdown.letters import UNSPACED
from chat.markdown.mentions import mention
from chat.markdown.shorthand import ROOM_LINK, room_link, short_name

RENDER_VERSION: Final = 3
MENTION_LIMIT: Final = 50
EVERYONE: Final = frozenset({"room", "here"})

BLOCK_DEPTH = 12
# Most of what people say: one line without a character that has a meaning.
PLAIN_LINE = re.compile(r"(?!\s|[-+>]|\d{1,9}[.)])[^\\`*_\[~<&@:\x00-\x1f\x7f\xa0]*(?<!\s)")
# Anything that could begin markup; what has none of it is plain text and needs no parser.
MARKUP = re.compile(
    r"[\\`*_\[\x00-\x09\x0b-\x1f\x7f\xa0]|~~|<[a-z]|&[#\w]|@\w|:[\w+-]+:|://|^\s|\s$|^[-+>]|^\d{1,9}[.)]",
    re.MULTILINE | re.IGNORECASE,
)
HASH = re.compile(r"#\w")
TAG = re.compile(r"<[^>]*>")
SAFE_LINK = re.compile(r"(?:https?://[^/?#]|mailto:.)", re.IGNORECASE)
BARE_SCHEME = re.compile(r"(?:^|[^a-z0-9.+-])(https?)$", re.IGNORECASE)
# A bare address ends at white space, quotes and brackets, and at the punctuation of Chinese and Japanese text.
BARE_REST = re.compile(r"""://[^\s<>"`\[\]\\\x00-\x20\x7f、。，；：！？…（）《》〈〉「」『』【】“”‘’]+""")
SPANS = CODE_CLASSES | {"mention", "mention mention--all"}
LANGUAGE = re.compile(r"[a-z0-9][a-z0-9+#.-]{0,29}")


def render(source: str, names: Mapping[str, str], rooms: Collection[str] = ()) -> str:
    """Safe HTML of a message. `names` maps lower-case usernames (and "room", "here") to the name to show.

    `rooms` are the addresses of rooms to link to.
    """
    if not rooms and (PLAIN_LINE.fullmatch(source) or not MARKUP.search(source)):
        return _as_text(source)
    html = _cleaner.clean(_parser.render(source, {"names": names, "left": MENTION_LIMIT, "rooms": rooms}))
    # A lone "+" or "```" would be an empty list or block: it is meant as it stands.
    return html if TAG.sub("", html).strip() else _as_text(source.strip())


def _as_text(source: str) -> str:
    return escape(source, quote=False).replace("\n", "<br>")


def mentioned(source: str) -> frozenset[str]:
    """Who may be meant: every lower-case username that could stand behind an @, and "room" and "here"."""
    return _collect(source, None)


def meant(source: str, names: Mapping[str, str]) -> frozenset[str]:
    """Those of `names` whom `render` shows as mentioned."""
    return _collect(source, names)


def linked(source: str) -> frozenset[str]:
    """Which rooms may be meant: every address that could stand behind a #."""
    if not HASH.search(source):
        return frozenset()
    found: set[str] = set()
    _parser.parse(source, {"names": {}, "left": 0, "rooms": None, "found": found})
    return frozenset(found)


def _collect(source: str, names: Mapping[str, str] | None) -> frozenset[str]:
    if "@" not in source:
        return frozenset()
    found: set[str] = set()
    _parser.parse(source, {"names": names, "left": MENTION_LIMIT, "found": found})
    return frozenset(found)


# ---------- links


def _bare_link(state: StateInline, silent: bool) -> bool:
    """A bare http(s) address; the parser stops at the colon, so the scheme is behind us."""
    if state.src[state.pos] != ":" or state.linkLevel:
        return False
    rest = BARE_REST.match(state.src, state.pos, state.posMax)
    scheme = BARE_SCHEME.search(state.pending[-6:])
    if not rest or not scheme:
        return False
    address = scheme[1] + _without_tail(rest[0])
    target = state.md.normalizeLink(address)
    if not state.md.validateLink(target):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[1])]
        state.push("link_open", "a", 1).attrs = {"href": target}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos += len(address) - len(scheme[1])
    return True


def _without_tail(address: str) -> str:
    """An address without the punctuation of the sentence that it stands in; brackets that it opens itself stay."""
    while address:
        last = address[-1]
        if last not in ".,;:!?'*_~|)" or (last == ")" and address.count("(") >= address.count(")")):
            break
        address = address[:-1]
    return address


def _link_or_image(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """The rule for links, which also takes an image as a link to it."""

    def link(state: StateInline, silent: bool) -> bool:
        if state.linkLevel or state.src.find("](", state.pos, state.posMax) < 0:
            return False
        if not state.src.startswith("![", state.pos):
            return rule(state, silent)
        state.pos += 1
        if rule(state, silent):
            return True
        state.pos -= 1
        return False

    return link


# ---------- the parser


class _Inline(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        """In text without spaces, `**强调。**再说` is meant as bold; plain CommonMark wants a space there."""
        found = super().scanDelims(start, canSplitWord)
        after = start + found.length
        if not canSplitWord or not 0 < start < after < self.posMax:
            return found
        left, right = self.src[start - 1], self.src[after]
        return Scanned(
            found.can_open or bool(UNSPACED.match(left) and not right.isspace()),
            found.can_close or bool(UNSPACED.match(right) and not left.isspace()),
            found.length,
        )


class _InlineParser(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _Inline(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _Markdown(MarkdownIt):
    def validateLink(self, url: str, validator: Callable[[str], bool] | None = None) -> bool:  # noqa: N802
        return bool(SAFE_LINK.match(url))

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        """An address is shown as it was written: a decoded one could pass for another."""
        return link


class _Renderer(RendererHTML):
    def render(self, tokens: Sequence[Token], options: OptionsDict, env: EnvType) -> str:
        if [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]:
            return self.renderInline(tokens[1].children or [], options, env)
        return super().render(tokens, options, env)

    def renderToken(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:  # noqa: N802
        return super().renderToken(tokens, idx, options, env).strip("\n")

    def softbreak(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<br>"

    def hardbreak(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<br>"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        language = LANGUAGE.match(tokens[idx].info.strip().lower())
        if language is None:
            return f"<pre><code>{escape(tokens[idx].content)}</code></pre>"
        return f'<pre><code class="language-{language[0]}">{highlighted(tokens[idx].content, language[0])}</code></pre>'

    def mention(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        name = tokens[idx].meta["user"]
        if name in EVERYONE:
            return f'<span class="mention mention--all">@{name}</span>'
        return f'<span class="mention" data-user="{escape(name)}">@{escape(tokens[idx].content)}</span>'


def _backtick_fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Code is fenced by backticks alone: "~~~" is something that people say."""
    return state.src[state.bMarks[start] + state.tShift[start] :][:1] == "`" and rules_block.fence(
        state, start, end, silent
    )


BlockRule = Callable[[StateBlock, int, int, bool], bool]


def _bounded(rule: BlockRule) -> BlockRule:
    """Beyond a depth that nobody reads, quotes and lists are text: so nothing is lost and the work stays linear."""

    def bounded(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.level < BLOCK_DEPTH and rule(state, start, end, silent)

    return bounded


def _inline(state: StateCore) -> None:
    """The lines inside the blocks; they may know that they are quoted."""
    depth = 0
    for token in state.tokens:
        depth += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if token.type == "inline":
            state.env["is_quoted"] = depth > 0
            token.children = token.children or []
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _make_parser() -> MarkdownIt:
    md = _Markdown("commonmark", {"html": False, "breaks": True, "xhtmlOut": False}, renderer_cls=_Renderer)
    md.inline = _InlineParser()
    md.inline.ruler.enableOnly(
        ["text", "newline", "escape", "backticks", "strikethrough", "emphasis", "link", "autolink", "entity"]
    )
    md.inline.ruler2.enableOnly(["balance_pairs", "strikethrough", "emphasis", "fragments_join"])
    md.block.ruler.enableOnly(["fence", "blockquote", "list", "paragraph"])
    for rule in md.block.ruler.__rules__:
        if rule.name in {"blockquote", "list"}:
            md.block.ruler.at(rule.name, _bounded(rule.fn), {"alt": rule.alt})
        elif rule.name == "fence":
            md.block.ruler.at("fence", _backtick_fence, {"alt": rule.alt})
    md.inline.ruler.at("link", _link_or_image(rules_inline.link))
    md.inline.ruler.after("text", "bare_link", _bare_link)
    md.inline.ruler.after("text", "mention", mention)
    md.inline.ruler.after("bare_link", "short_name", short_name)
    md.inline.ruler.after("text", "room_link", room_link)
    md.core.ruler.at("inline", _inline)
    # The first parse compiles the chains of rules; two threads must not do that at once.
    md.parse("a", {"names": {}, "left": 0})
    return md


def _kept_attribute(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("code", "class"):
        return value if LANGUAGE.fullmatch(value.removeprefix("language-")) and value.startswith("language-") else None
    if (tag, attribute) == ("a", "class"):
        return value if value == ROOM_LINK else None
    if (tag, attribute) == ("span", "class"):
        return value if value in SPANS else None
    return value if attribute in {"data-user", "href", "rel", "start"} else None


_parser = _make_parser()
_cleaner = nh3.Cleaner(
    tags={"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "s", "span", "strong", "ul"},
    attributes={"*": set(), "a": {"href", "class"}, "code": {"class"}, "ol": {"start"}, "span": {"class", "data-user"}},
    attribute_filter=_kept_attribute,
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener noreferrer",
)
