"""Text as it is searched: its words, and the vector that PostgreSQL finds them by.

Case and accents do not count. Scripts written without spaces are taken as pairs of letters, so that each word of two is
found wherever it stands. What joins words (`chat.models`, `get_user`, addresses) makes several words of them, one after
the other. Pure; safe in threads.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from enum import Enum, auto
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

import snowballstemmer

from accounts.folding import fold
from chat.markdown.letters import UNSPACED

LONGEST = 64  # characters of a word that count
STEMS_KEPT = 50_000

_MARKS = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M")
_RUN = re.compile(rf"(?:[^\W_]|[{_MARKS}])+")
_ASCII_RUN = re.compile("[a-z0-9]+")
_PARTS = re.compile(f"(?P<unspaced>{UNSPACED.pattern}+)|[^{UNSPACED.pattern[1:-1]}]+")
_STEMMABLE = re.compile("[a-z]{3,25}")
_stemmer = snowballstemmer.stemmer("english")
_stemmer_lock = Lock()


class Kind(Enum):
    WORD = auto()
    PAIR = auto()
    LAST = auto()  # the letter that a run without spaces ends with


class Token(NamedTuple):
    """A word at `start` to `end` of a text, folded; `place` counts words, and a LAST one stands where its pair does."""

    text: str
    kind: Kind
    place: int
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """The words of a text, in order."""
    place = 0
    for run in _RUN.finditer(text):
        if run[0].isascii():
            place += 1
            yield Token(run[0].lower()[:LONGEST], Kind.WORD, place, run.start(), run.end())
            continue
        for part in _PARTS.finditer(run[0]):
            start = run.start() + part.start()
            if part["unspaced"]:
                yield from _pairs(part[0], place, start)
                place += max(1, len(part[0]) - 1)
            elif word := _plain(part[0]):
                place += 1
                yield Token(word[:LONGEST], Kind.WORD, place, start, start + len(part[0]))


def _pairs(run: str, place: int, start: int) -> Iterator[Token]:
    letters = [_plain(letter) for letter in run]
    for number in range(len(run) - 1):
        pair = letters[number] + letters[number + 1]
        yield Token(pair, Kind.PAIR, place + number + 1, start + number, start + number + 2)
    last = len(run) - 1
    yield Token(letters[last], Kind.LAST, place + max(1, last), start + last, start + last + 1)


def _plain(part: str) -> str:
    """Without case and accents, and nothing but letters, marks and digits."""
    return "".join(_RUN.findall(unicodedata.normalize("NFC", fold(part))))


@lru_cache(STEMS_KEPT)
def stem(word: str) -> str:
    """What the English forms of a folded word have in common; another language's word may stay as it is."""
    if not _STEMMABLE.fullmatch(word):
        return word
    with _stemmer_lock:
        return str(_stemmer.stemWord(word))


def vector(text: str, facets: Collection[str] = ()) -> str:
    """A `tsvector` as PostgreSQL reads it: words as they stand with weight A, stems that differ without one.

    `facets` are facts about the message, as in `from=7`: no word has such a sign in it.
    """
    places: dict[str, list[str]] = {}
    for word, place in _placed(text):
        places.setdefault(word, []).append(f"{place}A")
        if (base := stem(word)) != word:
            places.setdefault(base, []).append(str(place))
    words = [f"'{word}':{','.join(found)}" for word, found in places.items()]
    return " ".join([*words, *(f"'{facet}'" for facet in facets)])


def _placed(text: str) -> Iterator[tuple[str, int]]:
    """The words of `tokens` with their places; of plain English in a tenth of the time."""
    if text.isascii():
        for place, word in enumerate(_ASCII_RUN.findall(text.lower()), 1):
            yield word[:LONGEST], place
    else:
        yield from ((token.text, token.place) for token in tokens(text) if token.text)
