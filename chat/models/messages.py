"""Messages and what belongs to one. Every unique key and index of messages leads with the room."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psycopg.types.json import Jsonb

from accounts.models import User
from chat.models import sql
from chat.models.rooms import Room

type ClientKey = tuple[int, int | None, UUID | None]


class MessageQuerySet(models.QuerySet["Message"]):
    def by_client_ids(self, keys: Sequence[ClientKey]) -> "dict[ClientKey, Message]":
        """The messages of these (room id, author id, client_id).

        One index look-up each: LATERAL and LIMIT keep the planner from reading the whole table for many at once.
        """
        rows = sql.fetch(
            f"SELECT {sql.columns(('m', Message))}"  # noqa: S608 - our own words
            " FROM unnest(%s::bigint[], %s::bigint[], %s::uuid[]) AS v(room, author, client) CROSS JOIN LATERAL"
            " (SELECT * FROM chat_message WHERE room_id = v.room AND author_id = v.author AND client_id = v.client"
            " LIMIT 1) m",
            [sql.array(column) for column in zip(*keys, strict=True)],
        )
        messages = (sql.instance(Message, row) for row in rows)
        return {(message.room_id, message.author_id, message.client_id): message for message in messages}

    def store(self, messages: "Iterable[Message]") -> None:
        """Writes new messages. They do not learn their ids: what belongs to one finds it by room and seq."""
        _, *names = sql.attributes(Message)
        values = attrgetter(*names)
        rows = (
            values(message) if message.attachments is None else [_to_copy(value) for value in values(message)]
            for message in messages
        )
        sql.copy(f"chat_message ({', '.join(names)})", rows)


def _to_copy(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, list) else value


class Message(models.Model):
    """One line of talk. Deleted, it stays as a tombstone; `rev` is the number of its last change.

    `event` says what a system line is about, for programs. `attachments` repeats the facts of its uploads, in order, so
    that reading messages asks for no other table; None for none.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        SYSTEM = "system", _("System")

    class MentionsAll(models.TextChoices):
        NOBODY = "", "—"
        ROOM = "room", _("Everyone in the room")
        HERE = "here", _("Everyone who is here")

    room = models.ForeignKey(Room, models.CASCADE, related_name="messages", db_index=False)
    seq = models.BigIntegerField()
    rev = models.BigIntegerField()
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.TEXT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="messages", db_index=False
    )
    client_id = models.UUIDField(null=True)
    body = models.TextField(blank=True)
    html = models.TextField(blank=True)
    render_version = models.PositiveSmallIntegerField(default=0)
    reply_to_seq = models.BigIntegerField(null=True)
    mentions_all = models.CharField(max_length=4, choices=MentionsAll, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    delete_reason = models.CharField(max_length=200, blank=True)
    pinned_at = models.DateTimeField(null=True)
    event = models.JSONField(null=True)
    attachments = models.JSONField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = (
            models.UniqueConstraint(fields=["room", "seq"], name="message_seq_once"),
            models.UniqueConstraint(fields=["room", "author", "client_id"], name="message_client_id_once"),
            models.CheckConstraint(condition=Q(seq__gte=1, rev__gte=1), name="message_numbers"),
            models.CheckConstraint(condition=Q(deleted_at=None) | Q(body="", html=""), name="message_tombstone_empty"),
        )
        indexes: ClassVar = [
            models.Index(fields=["room", "rev"], name="message_room_rev"),
            models.Index(fields=["room", "seq"], name="message_mentions_all", condition=~Q(mentions_all="")),
            models.Index(fields=["room", "pinned_at"], name="message_pinned", condition=Q(pinned_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.room} · {self.seq}"

    @classmethod
    def new(cls, room: Room, author: User, **values: Any) -> Self:
        """Not stored yet; `created_at` is among the values."""
        return sql.new(cls, values | {"room_id": room.pk, "author_id": author.pk}, room=room, author=author)

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def is_pinned(self) -> bool:
        """Tombstones keep the pin for their return, and show none."""
        return self.pinned_at is not None and not self.is_deleted


class RemovedText(models.Model):
    """The text of a tombstone, kept apart for moderators to review and undo until it is purged."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="removed_text", primary_key=True)
    body = models.TextField()
    html = models.TextField()
    removed_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return str(self.message)


class Revision(models.Model):
    """An earlier version of an edited message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="revisions")
    body = models.TextField()
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    edited_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["edited_at"]

    def __str__(self) -> str:
        return f"{self.message} · {self.edited_at}"


class MentionQuerySet(models.QuerySet["Mention"]):
    def store(self, rows: Iterable[tuple[int, int, int]]) -> None:
        """Writes new mentions by name, for (room id, seq, user id)."""
        sql.execute(
            "INSERT INTO chat_mention (message_id, room_id, seq, user_id) SELECT m.id, m.room_id, m.seq, v.person"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS v(room, seq, person)"
            " JOIN chat_message m ON m.room_id = v.room AND m.seq = v.seq",
            rows,
        )

    def call(self, room_id: int, seq: int, user_ids: Collection[int]) -> None:
        """A message calls these people, as far as they are members and not its author."""
        if user_ids:
            sql.execute(
                "INSERT INTO chat_mention (message_id, room_id, seq, user_id, is_named, is_called)"
                " SELECT x.id, x.room_id, x.seq, m.user_id, false, true"
                " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS v(room, seq, person)"
                " JOIN chat_membership m ON m.room_id = v.room AND m.user_id = v.person"
                " JOIN chat_message x ON x.room_id = v.room AND x.seq = v.seq AND x.author_id <> m.user_id"
                " ON CONFLICT (message_id, user_id) DO UPDATE SET is_called = true",
                ((room_id, seq, user_id) for user_id in user_ids),
            )


class Mention(models.Model):
    """A message means a person: by name, as one of those who were online when it said `@here` (`is_called`), or both.

    `room` and `seq` repeat the message's, so that unread ones are one index range.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="mention_rows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    is_named = models.BooleanField(default=True, db_default=True)
    is_called = models.BooleanField(default=False, db_default=False)

    objects = MentionQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["message", "user"], name="mention_once"),)
        indexes: ClassVar = [models.Index(fields=["user", "room", "seq"], name="mention_user_room_seq")]

    def __str__(self) -> str:
        return f"{self.message} · {self.user}"


class Reaction(models.Model):
    """An emoji that a person gave a message. Their order in time is that of `id`: the room's lock is held meanwhile."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="reaction_rows", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    emoji = models.CharField(max_length=16)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["message", "emoji", "user"], name="reaction_once"),)

    def __str__(self) -> str:
        return f"{self.message} · {self.user} · {self.emoji}"


class SendAllowanceQuerySet(models.QuerySet["SendAllowance"]):
    def lock(self, user_ids: Iterable[int]) -> dict[int, datetime]:
        """When the allowances of these people are whole, by user id, locked until the transaction ends."""
        rows = sql.fetch(
            "SELECT user_id, whole_at FROM chat_sendallowance WHERE user_id = ANY(%s::bigint[])"
            " ORDER BY user_id FOR UPDATE",
            [sql.array(user_ids)],
        )
        return dict(rows)

    def store(self, rows: Iterable[tuple[int, datetime]]) -> None:
        """Writes (user id, whole at), new or changed, in the order given."""
        sql.execute(
            "INSERT INTO chat_sendallowance (user_id, whole_at) SELECT * FROM unnest(%s::bigint[], %s::timestamptz[])"
            " ON CONFLICT (user_id) DO UPDATE SET whole_at = excluded.whole_at",
            rows,
        )


class SendAllowance(models.Model):
    """How far a person has drawn on the send rate: the moment at which their allowance is whole again."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    whole_at = models.DateTimeField()

    objects = SendAllowanceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user} · {self.whole_at}"
