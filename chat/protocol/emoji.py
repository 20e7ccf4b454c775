"""Emoji: which texts are one, and the one form of each. Source: Unicode's emoji-test, by the `emoji` library."""

from functools import cache

import emoji

VARIATION = "\ufe0f"


def emoji_of(text: str) -> str | None:
    """The one emoji that `text` is, in its full form wherever variation selectors stand in it; None for all else."""
    return _forms().get(text.replace(VARIATION, ""))


@cache
def _forms() -> dict[str, str]:
    """Each emoji by what it is without variation selectors; parts of emoji (a skin tone alone) are none."""
    whole = emoji.STATUS["fully_qualified"]
    return {text.replace(VARIATION, ""): text for text, facts in emoji.EMOJI_DATA.items() if facts["status"] == whole}


@cache
def short_names() -> dict[str, str]:
    """Emoji by the names that people type between colons, in lower case: `tada`, `+1`, `thumbsup`."""
    found: dict[str, str] = {}
    for text in _forms().values():
        facts = emoji.EMOJI_DATA[text]
        for name in (*facts.get("alias", ()), facts["en"]):
            found.setdefault(name.strip(":").lower(), text)
    return found
