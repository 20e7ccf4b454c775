"""The part of a text that shows why it was found, with the places to mark. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chat.search.query import Term
from chat.search.words import Kind, Token, tokens

SNIPPET_LENGTH = 240
BEFORE = 60
CUT = "…"


class Snippet(NamedTuple):
    """A line of text, and the (start, end) of what to mark in it, in code points, in order and apart."""

    text: str
    marks: list[tuple[int, int]]


def snippet(body: str, terms: Sequence[Term]) -> Snippet:
    """At most SNIPPET_LENGTH characters of the body from a little before the first mark, and a sign where it is cut."""
    marks = _merged(sorted(mark for term in terms for mark in _marks(body, term)))
    first = marks[0][0] if marks else 0
    start = _start(body, min(max(0, first - BEFORE), max(0, len(body) - SNIPPET_LENGTH)))
    end = start + SNIPPET_LENGTH
    before, after = CUT if start else "", CUT if end < len(body) else ""
    # One character for another, so that the places stay true.
    line = "".join(" " if char.isspace() else char for char in body[start:end])
    shift = len(before) - start
    shown = [(at + shift, min(to, end) + shift) for at, to in marks if start <= at < end]
    return Snippet(before + line + after, shown)


def _start(body: str, near: int) -> int:
    """Where a word begins, if one does nearby."""
    if not near:
        return 0
    space = body.find(" ", near, near + BEFORE // 2)
    return space + 1 if space >= 0 else near


def _marks(body: str, term: Term) -> Iterator[tuple[int, int]]:
    places: dict[int, list[Token]] = {}
    for token in tokens(body):
        places.setdefault(token.place, []).append(token)
    for place in places:
        met = [_met(term, number, places.get(place + number, ())) for number in range(len(term.words))]
        found = [token for token in met if token]
        if len(found) == len(met):
            is_half = term.words[-1].kind is Kind.LAST and found[-1].kind is Kind.PAIR
            yield found[0].start, found[-1].start + 1 if is_half else found[-1].end


def _met(term: Term, number: int, here: Sequence[Token]) -> Token | None:
    return next((token for token in here if term.meets(number, token)), None)


def _merged(marks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in marks:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
