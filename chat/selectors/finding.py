"""Finding messages in a person's rooms, page by page."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from chat.errors import BadRequest, SearchTooSlow
from chat.models import Membership
from chat.models.sql import array, fetch
from chat.search import Days

SEARCH_SECONDS = 2.0
# By relevance, the newest so many that fit are put in order.
RANKED_MOST = 1_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_NUMBER = r"(\d{1,18})"
_CURSOR = re.compile("-".join([_NUMBER] * 5))

type Sort = Literal["relevance", "newest"]


@dataclass(slots=True)
class Search:
    """What to look for, in rooms that the person may see. `words` is the part of the `tsquery` to rank by."""

    seats: Collection[Membership]
    tsquery: str
    words: str
    days: Sequence[tuple[Days, bool]] = ()  # with whether it is those or all others


class Hit(NamedTuple):
    """A message that fits; `rank` is 0 where the newest come first."""

    message_id: int
    room_id: int
    seq: int
    at: int  # microseconds of Unix time
    rank: int

    def cursor(self, until: int) -> str:
        """Where the page that ends with this one goes on; `until` is the time of the newest of the first page."""
        return f"{until}-{self.rank}-{self.at}-{self.room_id}-{self.seq}"


class Hits(NamedTuple):
    """A page, and the cursor of the next one ("" on the last)."""

    hits: list[Hit]
    cursor: str


def search(asked: Search, *, sort: Sort, cursor: str, limit: int) -> Hits:
    """A page of at most `limit` messages. Raises BadRequest (cursor), SearchTooSlow.

    What is posted while one turns pages does not move what was on them.
    """
    is_ranked = sort == "relevance" and asked.words
    statement, values = (_ranked if is_ranked else _newest)(asked, cursor, limit)
    rows = [Hit(*row) for row in _bounded(statement, values)]
    page = rows[:limit]
    if len(rows) <= limit:
        return Hits(page, "")
    until = _place(cursor)[0] if cursor else max(hit.at for hit in rows)
    return Hits(page, page[-1].cursor(until))


def _bounded(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that may be planned for its own values, and takes SEARCH_SECONDS at most."""
    try:
        with transaction.atomic(), connection.cursor() as local:
            local.execute(
                "SELECT set_config(name, value, true) FROM (VALUES ('statement_timeout', %s),"
                " ('plan_cache_mode', 'force_custom_plan')) v(name, value)",
                [f"{SEARCH_SECONDS:.3f}s"],
            )
            return fetch(statement, values)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            sentence = "That search takes too long. Narrow it down: by a room, a person, or a rarer word."
            raise SearchTooSlow(sentence, field="q") from error
        raise


def _newest(asked: Search, cursor: str, limit: int) -> tuple[str, list[Any]]:
    condition, values = _condition(asked)
    if cursor:
        _, _, at, room_id, seq = _place(cursor)
        condition += " AND (e.created_at, e.room_id, e.seq) < (%s, %s, %s)"
        values += [_time(at), room_id, seq]
    found = (
        f"SELECT e.room_id, e.seq, e.created_at, 0 AS rank FROM chat_searchentry e WHERE {condition}"  # noqa: S608 - our own words
        " ORDER BY e.created_at DESC, e.room_id DESC, e.seq DESC LIMIT %s"
    )
    return _there(found, "f.created_at DESC, f.room_id DESC, f.seq DESC"), [*values, limit + 1]


def _ranked(asked: Search, cursor: str, limit: int) -> tuple[str, list[Any]]:
    condition, values = _condition(asked)
    after = "true"
    place: list[Any] = []
    if cursor:
        until, rank, at, room_id, seq = _place(cursor)
        condition += " AND e.created_at <= %s"
        values.append(_time(until))
        after = "(rank, created_at, room_id, seq) < (%s, %s, %s, %s)"
        place = [rank, _time(at), room_id, seq]
    found = (
        "SELECT * FROM (SELECT room_id, seq, created_at,"  # noqa: S608 - our own words
        " (1000000 * ts_rank_cd(vector, %s::tsquery, 1))::bigint AS rank FROM"
        f" (SELECT e.room_id, e.seq, e.created_at, e.vector FROM chat_searchentry e WHERE {condition}"
        " ORDER BY e.created_at DESC, e.room_id DESC, e.seq DESC LIMIT %s) n) r"
        f" WHERE {after} ORDER BY rank DESC, created_at DESC, room_id DESC, seq DESC LIMIT %s"
    )
    order = "f.rank DESC, f.created_at DESC, f.room_id DESC, f.seq DESC"
    return _there(found, order), [asked.words, *values, RANKED_MOST, *place, limit + 1]


def _there(found: str, order: str) -> str:
    """Hits whose messages are there: what was deleted a moment ago may not have been forgotten yet."""
    return (
        "SELECT m.id, f.room_id, f.seq, (extract(epoch FROM f.created_at) * 1000000)::bigint, f.rank"  # noqa: S608
        f" FROM ({found}) f JOIN chat_message m ON m.room_id = f.room_id AND m.seq = f.seq AND m.deleted_at IS NULL"
        f" ORDER BY {order}"
    )


def _condition(asked: Search) -> tuple[str, list[Any]]:
    """What entries `e` have to be, and the values in it."""
    parts = ["e.room_id = ANY(%s::bigint[])"]
    values: list[Any] = [array(seat.room_id for seat in asked.seats)]
    clipped = [seat for seat in asked.seats if seat.first_seq]
    if clipped:
        parts.append(
            "NOT EXISTS (SELECT FROM unnest(%s::bigint[], %s::bigint[]) AS c(room, first)"
            " WHERE c.room = e.room_id AND e.seq < c.first)"
        )
        values += [array(seat.room_id for seat in clipped), array(seat.first_seq for seat in clipped)]
    if asked.tsquery:
        parts.append("e.vector @@ %s::tsquery")
        values.append(asked.tsquery)
    for days, is_wanted in asked.days:
        parts.append(f"{'' if is_wanted else 'NOT '}(e.created_at >= %s AND e.created_at < %s)")
        values += [days.start or "-infinity", days.end or "infinity"]
    return " AND ".join(parts), values


def _place(cursor: str) -> tuple[int, ...]:
    """until, rank, at, room id, seq."""
    found = _CURSOR.fullmatch(cursor)
    if not found:
        raise BadRequest("This is no cursor that a search gave.", field="cursor")
    return tuple(map(int, found.groups()))


def _time(at: int) -> datetime:
    try:
        return EPOCH + at * MICROSECOND
    except OverflowError:
        raise BadRequest("This is no cursor that a search gave.", field="cursor") from None
