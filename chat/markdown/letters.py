"""Words in running text of any script."""

import re
import unicodedata
from itertools import takewhile

# Scripts written without spaces, where a name ends in the middle of a run of letters.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


def word(text: str) -> str:
    """The letters, marks, digits, dots, hyphens and underscores that `text` begins with."""
    plain = takewhile(lambda char: char.isalnum() or char in "._-" or unicodedata.category(char)[0] == "M", text)
    return "".join(plain)


def ends(token: str, longest: int) -> list[int]:
    """Where a name that `token` begins with could end, the longest first."""
    end = len(token.rstrip("."))
    bare = len(token.rstrip("._-"))
    return [
        size
        for size in range(min(end, longest), 0, -1)
        if size in {end, bare} or (size < end and (UNSPACED.match(token[size]) or UNSPACED.match(token[size - 1])))
    ]


def is_joined(char: str) -> bool:
    """Whether a character beside a name makes it a part of some other word."""
    return (char.isalnum() or char == "_") and not UNSPACED.match(char)
