"""What people type into the search field: words, "phrases", beginnings* and operators, each also with a minus.

    deploy "release notes" from:ines in:lobby after:2026-05 has:link -draft

Whatever looks like an operator and is none (`https://…`, `std::vector`) is text. Pure.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from chat.errors import BadRequest
from chat.search.words import Kind, Token, stem, tokens

QUERY_LENGTH = 400
TERMS_MOST = 20
HAS = ("link", "image", "file", "reaction")
YEARS = range(1970, 3000)

_CHUNK = re.compile(
    r"""(?P<minus>-)?(?:(?P<operator>from|in|before|after|on|has|is|mentions)[:：])?(?P<value>"[^"]*"?|[^\s"]+|)(?P<end>\s+|)""",
    re.IGNORECASE,
)
_QUOTES = str.maketrans("“”„«»＂", '""""""')
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
# Words that say little alone: beside others they are left out, unless they stand in a phrase.
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "i",
        "if",
        "in",
        "is",
        "it",
        "its",
        "me",
        "my",
        "not",
        "of",
        "on",
        "or",
        "our",
        "she",
        "so",
        "that",
        "the",
        "their",
        "them",
        "then",
        "they",
        "this",
        "to",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "which",
        "who",
        "will",
        "with",
        "you",
        "your",
    ]
)


class Form(NamedTuple):
    """How a term's words are to be met: as they stand, as beginnings (the last of them), or by what stems share."""

    is_exact: bool = False
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after the other."""

    words: tuple[Token, ...]
    form: Form

    def tsquery(self) -> str:
        """This term in PostgreSQL's words."""
        last = len(self.words) - 1
        return " <-> ".join(self._asked(token, number == last) for number, token in enumerate(self.words))

    def _asked(self, token: Token, is_last: bool) -> str:
        if token.kind is Kind.LAST:
            return f"'{token.text}':*"
        if self.form.is_beginning and is_last:
            return f"'{token.text}':*A"
        if self.form.is_exact or token.kind is Kind.PAIR:
            return f"'{token.text}':A"
        base = stem(token.text)
        return f"'{base}'" if base == token.text else f"('{base}' | '{token.text}':A)"

    def meets(self, number: int, token: Token) -> bool:
        """Whether a word of a text is the one that this term has at that place."""
        asked = self.words[number]
        is_last = number == len(self.words) - 1
        if asked.kind is Kind.LAST or (self.form.is_beginning and is_last):
            return token.text.startswith(asked.text)
        if token.text == asked.text:
            return True
        return not self.form.is_exact and token.kind is asked.kind is Kind.WORD and stem(token.text) == stem(asked.text)


class Days(NamedTuple):
    """From `start` until before `end`; None is open."""

    start: datetime | None
    end: datetime | None


class Filter(NamedTuple):
    """An operator with its value: a name as typed, one of its words, or Days."""

    operator: str
    value: str
    days: Days | None
    is_unwanted: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was understood."""

    terms: tuple[Term, ...]
    unwanted: tuple[Term, ...]
    filters: tuple[Filter, ...]


def parse(text: str, today: date, zone: tzinfo) -> Query:
    """Understands a query; days are those of `zone`. Raises BadRequest with a sentence about what is expected."""
    if len(text) > QUERY_LENGTH:
        raise BadRequest(f"Ask for less: at most {QUERY_LENGTH} characters.", field="q")
    terms: list[Term] = []
    unwanted: list[Term] = []
    filters: list[Filter] = []
    for chunk in _CHUNK.finditer(text.translate(_QUOTES)):
        is_unwanted = bool(chunk["minus"])
        value = chunk["value"].strip('"').strip()
        if chunk["operator"]:
            filters.append(_filter(chunk["operator"].lower(), value, is_unwanted, today, zone))
        elif term := _term(chunk["value"]):
            (unwanted if is_unwanted else terms).append(term)
    query = Query(_without_small(terms), tuple(unwanted), tuple(filters))
    if len(query.terms) + len(query.unwanted) + len(query.filters) > TERMS_MOST:
        raise BadRequest(f"Ask for less: at most {TERMS_MOST} words, phrases and operators.", field="q")
    if not query.terms and all(one.is_unwanted for one in query.filters):
        raise BadRequest("Say what to look for: a word, a “phrase”, or an operator as in from:me.", field="q")
    return query


def _term(value: str) -> Term | None:
    """None where there is no letter in it."""
    found = [token for token in tokens(value) if token.text]
    by_place = {token.place: token for token in reversed(found)}  # of a pair and the letter it ends with, the pair
    words = tuple(by_place[place] for place in sorted(by_place))
    if not words:
        return None
    is_beginning = value.endswith("*") and words[-1].kind is Kind.WORD
    # What is written together, as code and addresses are, is meant as it stands.
    is_exact = value.startswith('"') or any(token.kind is Kind.WORD for token in words[1:])
    return Term(words, Form(is_exact, is_beginning))


def _without_small(terms: list[Term]) -> tuple[Term, ...]:
    large = [term for term in terms if term.form != Form() or len(term.words) > 1 or term.words[0].text not in _SMALL]
    return tuple(large or terms)


def _filter(operator: str, value: str, is_unwanted: bool, today: date, zone: tzinfo) -> Filter:
    if not value:
        raise BadRequest(f"{operator}: {EXPECTED[operator]}", field="q")
    if operator in {"before", "after", "on"}:
        return Filter(operator, value, _days(operator, value, today, zone), is_unwanted)
    if (operator == "has" and value.lower() not in HAS) or (operator == "is" and value.lower() != "pinned"):
        raise BadRequest(f"{operator}:{value}: {EXPECTED[operator]}", field="q")
    return Filter(operator, value, None, is_unwanted)


EXPECTED = {
    "from": "says who wrote it, as in from:ines or from:me.",
    "mentions": "says who is meant, as in mentions:me.",
    "in": "says in which room, as in in:lobby.",
    "has": f"is one of {', '.join(f'has:{word}' for word in HAS)}.",
    "is": "is is:pinned.",
} | dict.fromkeys(
    ("before", "after", "on"), "takes a day, a month or a year, as in 2026-05-03, 2026-05, 2026, today, yesterday."
)


def _days(operator: str, value: str, today: date, zone: tzinfo) -> Days:
    expected = BadRequest(f"{operator}:{value}: {EXPECTED[operator]}", field="q")
    ago = {"today": 0, "yesterday": 1}.get(value.lower())
    if ago is None:
        first, next_one = _span(value, expected)
    else:
        first, next_one = today - timedelta(days=ago), today - timedelta(days=ago - 1)
    start, end = datetime.combine(first, time(), zone), datetime.combine(next_one, time(), zone)
    return {"before": Days(None, start), "after": Days(end, None), "on": Days(start, end)}[operator]


def first_moment(day: str, zone: tzinfo) -> datetime:
    """When a day, a month or a year begins in `zone`. Raises BadRequest."""
    expected = BadRequest("A day is expected, as in 2026-05-03.", field="day")
    return datetime.combine(_span(day, expected)[0], time(), zone)


def _span(value: str, expected: BadRequest) -> tuple[date, date]:
    """The first day of a day, a month or a year, and the day after it."""
    found = _DAY.fullmatch(value)
    if not found or int(found[1]) not in YEARS:
        raise expected
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        start = date(year, month or 1, day or 1)
    except ValueError:
        raise expected from None
    if found[3]:
        return start, start + timedelta(days=1)
    if found[2]:
        return start, (start + timedelta(days=31)).replace(day=1)
    return start, start.replace(year=year + 1)
