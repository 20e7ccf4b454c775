"""What people abbreviate: `:tada:` for an emoji, `#lobby` and `#lobby/42` for a room and a message in it."""

import re
import unicodedata
from urllib.parse import quote

from markdown_it.rules_inline import StateInline

from chat.markdown.letters import ends, is_joined, word
from chat.protocol import SLUG_LENGTH, short_names

ROOM_LINK = "room-link"
SHORT_NAME = re.compile(r":([a-z0-9_+-]{1,60}):", re.IGNORECASE)
PLACE = re.compile(r"/([1-9]\d{0,15})(?![\w/])")


def short_name(state: StateInline, silent: bool) -> bool:
    found = SHORT_NAME.match(state.src, state.pos, state.posMax)
    if found is None or _is_inside_a_word(state.src, *found.span()):
        return False
    emoji = short_names().get(found[1].lower())
    if emoji is None:
        return False
    if not silent:
        state.pending += emoji
    state.pos = found.end()
    return True


def room_link(state: StateInline, silent: bool) -> bool:
    """A room of `env["rooms"]`; where that is None every possible room goes into `env["found"]`."""
    start = state.pos
    if state.src[start] != "#" or state.linkLevel or (start and is_joined(state.src[start - 1])):
        return False
    token = word(state.src[start + 1 : min(start + 2 + SLUG_LENGTH, state.posMax)])
    slugs = [(size, unicodedata.normalize("NFC", token[:size]).casefold()) for size in ends(token, SLUG_LENGTH)]
    rooms = state.env.get("rooms", ())
    if rooms is None:
        state.env["found"].update(slug for _, slug in slugs)
        return False
    size, slug = next(((size, slug) for size, slug in slugs if slug in rooms), (0, ""))
    if not size:
        return False
    place = PLACE.match(state.src, start + 1 + size, state.posMax)
    state.pos = place.end() if place else start + 1 + size
    if not silent:
        address = f"/chat/{quote(slug, safe='')}/" + (f"{place[1]}/" if place else "")
        state.push("link_open", "a", 1).attrs = {"href": address, "class": ROOM_LINK}
        state.push("text", "", 0).content = state.src[start : state.pos]
        state.push("link_close", "a", -1)
    return True


def _is_inside_a_word(text: str, start: int, end: int) -> bool:
    return (start > 0 and is_joined(text[start - 1])) or (end < len(text) and is_joined(text[end]))
