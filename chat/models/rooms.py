"""Rooms, and their numbering."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from chat.models import sql
from chat.protocol import SLUG_LENGTH, SMALL_ROOM

# How long a deleted room can be brought back.
UNDO_TIME = timedelta(days=7)


def new_epoch() -> str:
    """A name for one numbering of a room."""
    return secrets.token_hex(4)


class RoomQuerySet(models.QuerySet["Room"]):
    def live(self) -> "RoomQuerySet":
        """Rooms that are not archived."""
        return self.filter(archived_at=None)

    def lock(self, ids: Iterable[int]) -> "dict[int, Room]":
        """These rooms by id, locked until the transaction ends: the first lock that a writer takes."""
        rows = sql.fetch(
            f"SELECT {sql.columns(('r', Room))} FROM chat_room r"  # noqa: S608 - our own words
            " WHERE id = ANY(%s::bigint[]) AND deleted_at IS NULL ORDER BY id FOR UPDATE",
            [sql.array(ids)],
        )
        return {room.pk: room for room in (sql.instance(Room, row) for row in rows)}

    def renumber(self, rooms: Iterable["Room"]) -> None:
        """Writes seq, rev and active_at of locked rooms in one statement."""
        sql.execute(
            "UPDATE chat_room SET seq = v.seq, rev = v.rev, active_at = v.at"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[]) AS v(id, seq, rev, at)"
            " WHERE chat_room.id = v.id",
            [(room.pk, room.seq, room.rev, room.active_at) for room in rooms],
        )


_Rooms = models.Manager.from_queryset(RoomQuerySet)


class RoomManager(_Rooms["Room"]):
    """Rooms that are there. Deleted ones, which can be brought back for a while, are in `Room.every`."""

    def get_queryset(self) -> RoomQuerySet:
        return self._there.using(self._db)

    @cached_property
    def _there(self) -> RoomQuerySet:
        """Made once: to build a condition anew for each use of the manager is a good part of what a lone post costs."""
        return RoomQuerySet(self.model).filter(deleted_at=None)


class Room(models.Model):
    """A place with members. `seq` numbers its messages, `rev` every change that readers see.

    `state_rev` is the `rev` of the last change of the room itself. `direct_key` names the people of a direct room, so
    that the same people have one.
    """

    class Kind(models.TextChoices):
        PUBLIC = "public", _("Public")
        PRIVATE = "private", _("Private")
        DIRECT = "direct", _("Direct")

    class Posting(models.TextChoices):
        """Who may do something in the room: every member, or its moderators."""

        EVERYONE = "everyone", _("Everyone")
        MODERATORS = "moderators", _("Moderators")

    class MentionAll(models.TextChoices):
        BY_SIZE = "by_size", _("Everyone, in a small room")
        EVERYONE = "everyone", _("Everyone")
        MODERATORS = "moderators", _("Moderators")

    slug = models.CharField(_("address"), max_length=SLUG_LENGTH, unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    topic = models.CharField(_("topic"), max_length=250, blank=True)
    description = models.TextField(_("description"), blank=True)
    icon = models.CharField(_("icon"), max_length=32, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.PUBLIC)
    is_listed = models.BooleanField(_("private, but in the directory"), default=False)
    epoch = models.CharField(max_length=16, default=new_epoch, editable=False)
    seq = models.BigIntegerField(default=0, editable=False)
    rev = models.BigIntegerField(default=0, editable=False)
    state_rev = models.BigIntegerField(default=0, editable=False)
    posting = models.CharField(_("who may post"), max_length=10, choices=Posting, default=Posting.EVERYONE)
    inviting = models.CharField(_("who may invite"), max_length=10, choices=Posting, default=Posting.MODERATORS)
    mention_all = models.CharField(
        _("who may call everyone"), max_length=10, choices=MentionAll, default=MentionAll.BY_SIZE
    )
    pinning = models.CharField(_("who may pin"), max_length=10, choices=Posting, default=Posting.MODERATORS)
    history_for_newcomers = models.BooleanField(_("newcomers see what was said before"), default=True)
    slow_mode_seconds = models.PositiveIntegerField(_("slow mode, seconds"), default=0)
    locked_at = models.DateTimeField(null=True, editable=False)
    locked_until = models.DateTimeField(null=True, editable=False)
    lock_reason = models.CharField(max_length=200, blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    direct_key = models.CharField(max_length=420, null=True, unique=True, editable=False)
    is_default = models.BooleanField(_("newcomers join it"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    active_at = models.DateTimeField(_("last message"), null=True, editable=False)

    objects = RoomManager()
    every = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering: ClassVar = ["name"]
        constraints = (
            models.CheckConstraint(condition=~Q(slug="") & ~Q(slug__contains="/"), name="room_slug_clean"),
            models.CheckConstraint(condition=Q(seq__gte=0, rev__gte=F("seq")), name="room_rev_counts_all"),
            models.CheckConstraint(
                condition=Q(kind="direct", direct_key__isnull=False) | (~Q(kind="direct") & Q(direct_key=None)),
                name="room_direct_key",
            ),
        )

    def __str__(self) -> str:
        return self.name or self.slug

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("chat:room", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.kind == self.Kind.PUBLIC

    @property
    def is_direct(self) -> bool:
        return self.kind == self.Kind.DIRECT

    @cached_property
    def is_small(self) -> bool:
        """Few enough to be called all at once by anybody."""
        return self.memberships.all()[: SMALL_ROOM + 1].count() <= SMALL_ROOM

    @property
    def shows_history(self) -> bool:
        """Whether newcomers see what was said before; a public room is open to everyone who comes by."""
        return self.is_public or self.history_for_newcomers

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def is_locked(self) -> bool:
        """Locked by moderation, and the lock has not run out."""
        return self.locked_at is not None and (self.locked_until is None or self.locked_until > timezone.now())
