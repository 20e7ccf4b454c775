"""Files that people send with their messages."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.shelves import place
from chat.models import sql
from chat.models.messages import Message


class UploadQuerySet(models.QuerySet["Upload"]):
    def unsent(self, until: datetime | None = None) -> "UploadQuerySet":
        """Those that no message has; `until`: that came by then."""
        rows = self.filter(message=None)
        return rows if until is None else rows.filter(created_at__lte=until)

    def lock(self, ids: Collection[UUID]) -> "dict[UUID, Upload]":
        """These by id, locked until the transaction ends."""
        return {row.pk: row for row in self.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)}

    def attach(self, rows: Iterable[tuple[UUID, int, int, int]]) -> None:
        """Gives uploads to messages that were just stored, for (id, room id, seq, position)."""
        sql.execute(
            "UPDATE chat_upload SET message_id = m.id, position = v.position"
            " FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[]) AS v(id, room, seq, position)"
            " JOIN chat_message m ON m.room_id = v.room AND m.seq = v.seq WHERE chat_upload.id = v.id",
            rows,
        )


class Upload(models.Model):
    """A file, sent with a message or (yet) with none. `key` names its place in the storage.

    A forwarded message has rows of its own with the same `key`. `type` is what the content is, one of those that
    browsers show or "application/octet-stream"; sides are pixels; `thumbnails` are the sizes of what there is of it in
    small, as [width, height].
    """

    SHELVES = "uploads"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key = models.UUIDField(default=uuid4, db_index=True, editable=False)
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="uploads")
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="uploads")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=60)
    size = models.BigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    is_animated = models.BooleanField(default=False)
    thumbnails = models.JSONField(default=list)
    alt = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = UploadQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="upload_unsent", condition=Q(message=None)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> str:
        """Where its files are in the storage."""
        return place(self.SHELVES, self.key.hex)

    def facts(self) -> dict[str, Any]:
        """What readers are told of it, as it is kept on its message."""
        return {
            "id": str(self.pk),
            "name": self.name,
            "type": self.type,
            "size": self.size,
            "width": self.width,
            "height": self.height,
            "animated": self.is_animated,
            "alt": self.alt,
            "thumbnails": self.thumbnails,
        }
