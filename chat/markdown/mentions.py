"""Names behind an @: people of `env["names"]`; where that is None every possible name goes into `env["found"]`."""

import unicodedata
from collections.abc import Mapping

from markdown_it.rules_inline import StateInline

from chat.markdown.letters import ends, is_joined, word

USERNAME_LENGTH = 32


def _candidates(token: str) -> list[tuple[int, str]]:
    """The names that could be meant by `token` (what follows an @), the longest first, with their lengths."""
    return [(size, unicodedata.normalize("NFKC", token[:size]).lower()) for size in ends(token, USERNAME_LENGTH)]


def mention(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if state.src[start] != "@" or state.linkLevel or not state.env["left"] or state.env.get("is_quoted"):
        return False
    text = word(state.src[start + 1 : min(start + 1 + 2 * USERNAME_LENGTH, state.posMax)])
    if not text or (start and is_joined(state.src[start - 1])):
        return False
    candidates = _candidates(text)
    names: Mapping[str, str] | None = state.env["names"]
    if names is None:
        if not silent:
            state.env["left"] -= 1
            state.env["found"].update(name for _, name in candidates)
        return False
    size, name = next(((size, name) for size, name in candidates if name in names), (0, ""))
    if not size:
        return False
    state.pos += 1 + size
    if not silent:
        state.env["left"] -= 1
        state.env.get("found", set()).add(name)
        token = state.push("mention", "span", 0)
        token.content = names[name]
        token.meta = {"user": name}
    return True
