"""What moderation did: sanctions and the audit log."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models import sql
from chat.models.rooms import Room


class SanctionQuerySet(models.QuerySet["Sanction"]):
    def standing(self) -> "SanctionQuerySet":
        """Those in force now."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()), lifted_at=None)

    def against(self, user_ids: Iterable[int], room_ids: Iterable[int]) -> "list[Sanction]":
        """Those in force now against these people, on the site or in these rooms."""
        rows = sql.fetch(
            f"SELECT {sql.columns(('s', Sanction))} FROM chat_sanction s"  # noqa: S608 - our own words
            " WHERE user_id = ANY(%s::bigint[]) AND (room_id IS NULL OR room_id = ANY(%s::bigint[]))"
            " AND lifted_at IS NULL AND (ends_at IS NULL OR ends_at > %s)",
            [sql.array(user_ids), sql.array(room_ids), timezone.now()],
        )
        return [sql.instance(Sanction, row) for row in rows]

    def standing_ban(self, user_id: int, room_id: int) -> "Sanction | None":
        """The ban of a person from a room, if there is one."""
        found = (one for one in self.against([user_id], [room_id]) if one.kind == Sanction.Kind.BAN)
        return next((one for one in found if one.room_id == room_id), None)


class Sanction(models.Model):
    """A mute or a ban of a person, in one room or (`room` null) on the whole site."""

    class Kind(models.TextChoices):
        MUTE = "mute", _("Mute")
        BAN = "ban", _("Ban")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sanctions")
    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, related_name="sanctions")
    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        indexes: ClassVar = [
            models.Index(fields=["user", "room"], condition=Q(lifted_at=None), name="sanction_standing")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.user} · {self.room or '*'}"


class AuditEntry(models.Model):
    """One act of moderation. A database trigger refuses to change or delete a row.

    `report` is the case that it decided; `undoes` the act that it took back.
    """

    action = models.CharField(max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    room = models.ForeignKey(Room, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    seq = models.BigIntegerField(null=True)
    report = models.ForeignKey(
        "chat.Report", models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone")
    reason = models.CharField(max_length=200, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.action} · {self.created_at}"

    @property
    def until(self) -> datetime | None:
        """When what was done ends by itself."""
        until = self.after.get("until")
        return datetime.fromisoformat(until) if until else None
