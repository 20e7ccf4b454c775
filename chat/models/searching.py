"""What search knows of messages. It is a reader like others: a cursor in each room, and after it what changed since."""

from collections.abc import Collection, Iterable
from datetime import datetime
from operator import attrgetter
from typing import ClassVar, NamedTuple

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from chat.models import sql
from chat.models.rooms import Room


class Changed(NamedTuple):
    """A message that changed after a cursor, with what can be searched of it.

    `means` are the ids of people (`means_all`: and everyone), `files` what the files with it are called, `types` what
    they are.
    """

    room_id: int
    seq: int
    rev: int
    created_at: datetime
    is_there: bool
    body: str
    html: str
    author_id: int | None
    is_pinned: bool
    means_all: bool
    means: list[int]
    has_reactions: bool
    files: list[str]
    types: list[str]


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    def changed(self, cursors: dict[int, int], limit: int) -> list[Changed]:
        """Of each room, by its cursor, the `limit` messages that changed next after it, in order of rev."""
        rows = sql.fetch(
            "SELECT m.* FROM unnest(%s::bigint[], %s::bigint[]) AS v(room, rev) CROSS JOIN LATERAL"
            " (SELECT m.room_id, m.seq, m.rev, m.created_at, m.deleted_at IS NULL AND m.kind = 'text', m.body, m.html,"
            " m.author_id, m.pinned_at IS NOT NULL, m.mentions_all = 'room',"
            " ARRAY(SELECT t.user_id FROM chat_mention t WHERE t.message_id = m.id),"
            " EXISTS (SELECT FROM chat_reaction a WHERE a.message_id = m.id),"
            " ARRAY(SELECT concat_ws(' ', f->>'name', f->>'alt') FROM jsonb_array_elements(m.attachments) f),"
            " ARRAY(SELECT f->>'type' FROM jsonb_array_elements(m.attachments) f)"
            " FROM chat_message m WHERE m.room_id = v.room AND m.rev > v.rev ORDER BY m.rev LIMIT %s) m",
            [sql.array(cursors), sql.array(cursors.values()), limit],
        )
        return sorted((Changed(*row) for row in rows), key=attrgetter("room_id", "rev"))

    def replace(self, places: Iterable[tuple[int, int]], entries: Iterable[tuple[int, int, datetime, str]]) -> None:
        """Takes out what stands for these (room id, seq), and writes (room id, seq, created_at, vector)."""
        sql.execute(
            "DELETE FROM chat_searchentry e USING unnest(%s::bigint[], %s::bigint[]) AS v(room, seq)"
            " WHERE e.room_id = v.room AND e.seq = v.seq",
            places,
        )
        sql.copy("chat_searchentry (room_id, seq, created_at, vector)", entries)


class SearchEntry(models.Model):
    """A message as search finds it: words and facts of its text in `vector`. Tombstones and system lines have none."""

    pk = models.CompositePrimaryKey("room_id", "seq")
    room = models.ForeignKey(Room, models.CASCADE, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    created_at = models.DateTimeField()
    vector = SearchVectorField()

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["vector"], name="search_vector"),
            models.Index(fields=["created_at", "room", "seq"], name="search_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} · {self.seq}"


class SearchCursorQuerySet(models.QuerySet["SearchCursor"]):
    def behind(self, room_ids: Collection[int] | None, limit: int) -> dict[int, int]:
        """Rooms of which search has not all, by id with their rev; of all rooms where none are named."""
        named = "" if room_ids is None else "r.id = ANY(%s::bigint[]) AND"
        rows = sql.fetch(
            "SELECT r.id, r.rev FROM chat_room r LEFT JOIN chat_searchcursor c ON c.room_id = r.id"  # noqa: S608
            f" WHERE {named} r.rev > coalesce(c.rev, 0) ORDER BY r.id LIMIT %s",
            [limit] if room_ids is None else [sql.array(room_ids), limit],
        )
        return dict(rows)

    def hold(self, room_ids: Iterable[int]) -> dict[int, int]:
        """The cursors of these rooms, locked until the transaction ends."""
        ids = sql.array(sorted(room_ids))
        with_none = [(room_id,) for room_id in sorted(room_ids)]
        sql.execute(
            "INSERT INTO chat_searchcursor (room_id, rev) SELECT v.room, 0 FROM unnest(%s::bigint[]) AS v(room)"
            " ON CONFLICT DO NOTHING",
            with_none,
        )
        rows = sql.fetch(
            "SELECT room_id, rev FROM chat_searchcursor WHERE room_id = ANY(%s::bigint[]) ORDER BY room_id FOR UPDATE",
            [ids],
        )
        return dict(rows)

    def move(self, revs: dict[int, int]) -> None:
        """Moves the cursors of these rooms."""
        sql.execute(
            "UPDATE chat_searchcursor c SET rev = v.rev FROM unnest(%s::bigint[], %s::bigint[]) AS v(room, rev)"
            " WHERE c.room_id = v.room",
            revs.items(),
        )


class SearchCursor(models.Model):
    """How far search has read a room: up to the change `rev`."""

    room = models.OneToOneField(Room, models.CASCADE, primary_key=True, related_name="+")
    rev = models.BigIntegerField()

    objects = SearchCursorQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.room_id} · {self.rev}"
