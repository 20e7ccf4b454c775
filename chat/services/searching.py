"""Searching: what somebody typed becomes messages of their rooms."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import NamedTuple
from unicodedata import normalize

from django.utils import timezone

from accounts.folding import fold
from accounts.models import User
from accounts.people import people_of
from accounts.zones import zone_of
from chat import selectors
from chat.errors import BadRequest, Unavailable
from chat.models import Membership, Message
from chat.search import Filter, Query, Snippet, parse, snippet
from chat.selectors.finding import Search, Sort
from chat.services.indexing import index_messages

AT_ONCE = 2  # in each process: the rest of the site goes on meanwhile
WAIT_SECONDS = 1.0
STEPS_MOST = 3
_turns = BoundedSemaphore(AT_ONCE)


class Result(NamedTuple):
    """A message that was found, as `selectors.described`, and the part of it that shows why."""

    message: Message
    snippet: Snippet


class Results(NamedTuple):
    """A page; `cursor` opens the next one, "" on the last."""

    found: list[Result]
    cursor: str


def search_messages(*, user: User, text: str, sort: Sort = "relevance", cursor: str = "", limit: int) -> Results:
    """A page of what `text` asks for in the rooms that this person is in.

    Days are those of their time zone, else of the current one.

    Raises BadRequest, SearchTooSlow, Unavailable (too many search at once).
    """
    zone = zone_of(user) or timezone.get_current_timezone()
    query = parse(text, timezone.now().astimezone(zone).date(), zone)
    seats = selectors.seats_of(user)
    asked = _search(user, query, seats)
    with _a_turn():
        _catch_up([seat.room_id for seat in asked.seats])
        hits, cursor = selectors.search(asked, sort=sort, cursor=cursor, limit=limit)
    rows = selectors.described(Message.objects.filter(pk__in=[hit.message_id for hit in hits])).select_related("room")
    by_id = {row.pk: row for row in rows}
    found = [by_id[hit.message_id] for hit in hits if hit.message_id in by_id]
    return Results([Result(row, snippet(row.body, query.terms)) for row in found if not row.is_deleted], cursor)


def _catch_up(room_ids: list[int]) -> None:
    """What was said a moment ago is found, unless that is very much."""
    for _ in range(STEPS_MOST):
        if not index_messages(room_ids):
            return


@contextmanager
def _a_turn() -> Iterator[None]:
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise Unavailable("Many people are searching right now.", retry_after=WAIT_SECONDS)
    try:
        yield
    finally:
        _turns.release()


# ---------- operators


def _search(user: User, query: Query, seats: list[Membership]) -> Search:
    words = " & ".join(f"({term.tsquery()})" for term in query.terms)
    facets = _Facets(user, query.filters)
    parts = [words, *(f"!({term.tsquery()})" for term in query.unwanted), *facets.all(), *facets.unheard()]
    return Search(
        seats=_rooms([one for one in query.filters if one.operator == "in"], seats),
        tsquery=" & ".join(part for part in parts if part),
        words=words,
        days=[(one.days, not one.is_unwanted) for one in query.filters if one.days is not None],
    )


def _rooms(filters: list[Filter], seats: list[Membership]) -> list[Membership]:
    """Those of the wanted rooms, by address or name, else all; without the unwanted ones."""
    wanted: set[int] = set()
    unwanted: set[int] = set()
    for one in filters:
        name = one.value.removeprefix("#")
        found = {seat.room_id for seat in seats if seat.room.slug == normalize("NFC", name)}
        found = found or {seat.room_id for seat in seats if seat.room.name and fold(seat.room.name) == fold(name)}
        if not found:
            raise BadRequest(f"in:{one.value}: you are in no room of that name.", field="q")
        (unwanted if one.is_unwanted else wanted).update(found)
    is_any = not any(not one.is_unwanted for one in filters)
    return [seat for seat in seats if (is_any or seat.room_id in wanted) and seat.room_id not in unwanted]


class _Facets:
    """Operators as the facts that `indexing` writes beside the words."""

    def __init__(self, user: User, filters: tuple[Filter, ...]) -> None:
        self._user = user
        self._filters = [one for one in filters if one.operator in {"from", "mentions", "has", "is"}]
        names = {one.value.removeprefix("@").lower() for one in self._filters if one.operator in {"from", "mentions"}}
        self._people = people_of(names - {"me"})

    def all(self) -> Iterator[str]:
        """Parts of a tsquery. Of several people from whom, any."""
        from_any = [self._fact(one) for one in self._filters if one.operator == "from" and not one.is_unwanted]
        if from_any:
            yield f"({' | '.join(from_any)})"
        for one in self._filters:
            if one.is_unwanted:
                yield f"!({self._fact(one)})"
            elif one.operator != "from":
                yield f"({self._fact(one)})"

    def unheard(self) -> Iterator[str]:
        """Leaves out those whom one ignores, but for one who is asked for by name."""
        wanted = {self._person(one) for one in self._filters if one.operator == "from" and not one.is_unwanted}
        if ignored := [f"'from={pk}'" for pk in self._user.ignored if pk not in wanted]:
            yield f"!({' | '.join(ignored)})"

    def _fact(self, one: Filter) -> str:
        if one.operator == "from":
            return f"'from={self._person(one)}'"
        if one.operator == "mentions":
            everyone = " | 'to=all'" if one.value.removeprefix("@").lower() == "me" else ""
            return f"'to={self._person(one)}'{everyone}"
        return f"'{one.operator}={one.value.lower()}'"

    def _person(self, one: Filter) -> int:
        name = one.value.removeprefix("@").lower()
        found = self._user.pk if name == "me" else self._people.get(name)
        if found is None:
            raise BadRequest(f"{one.operator}:{one.value}: there is nobody of that name.", field="q")
        return found
