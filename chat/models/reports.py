"""Cases: what people say against a message, a person or an act of moderation, and what came of it."""

from collections import Counter
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.messages import Message
from chat.models.moderation import AuditEntry
from chat.models.rooms import Room

# How long nobody else decides a case that a moderator has claimed.
CLAIM_TIME = timedelta(minutes=30)


class Report(models.Model):
    """A case about a message, or about a person (`message` null), or the appeal against an act (`appealed`).

    `user` is whom it is about: the author, the person, the one who appeals. Without a room it is the site's.
    """

    class Outcome(models.TextChoices):
        REMOVED = "removed", _("Message removed")
        MUTED = "muted", _("Person muted")
        BANNED = "banned", _("Person banned")
        DISMISSED = "dismissed", _("Dismissed")
        GRANTED = "granted", _("Appeal granted")

    room = models.ForeignKey(Room, models.CASCADE, null=True, related_name="+", db_index=False)
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    appealed = models.OneToOneField(AuditEntry, models.PROTECT, null=True, related_name="appeal")
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = (
            models.UniqueConstraint(fields=["message"], condition=Q(resolved_at=None), name="report_message_open"),
            models.UniqueConstraint(
                fields=["user", "room"],
                condition=Q(resolved_at=None, message=None, appealed=None),
                nulls_distinct=False,
                name="report_person_open",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None, outcome="") | (Q(resolved_at__isnull=False) & ~Q(outcome="")),
                name="report_outcome",
            ),
        )
        indexes: ClassVar = [
            models.Index(fields=["room", "-resolved_at"], name="report_room_resolved"),
            models.Index(fields=["message"], name="report_message"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {self.message or self.user or '—'}"

    @property
    def kind(self) -> str:
        """What most people say it is."""
        kinds = Counter(complaint.kind for complaint in self.complaints.all())
        return kinds.most_common(1)[0][0] if kinds else Complaint.Kind.OTHER

    def get_kind_display(self) -> str:
        return str(Complaint.Kind(self.kind).label)

    @property
    def state(self) -> str:
        """`open`, `claimed` or `resolved`."""
        if self.resolved_at is not None:
            return "resolved"
        return "claimed" if self.is_claimed else "open"

    @property
    def is_claimed(self) -> bool:
        """A moderator is at it, who began no longer ago than CLAIM_TIME."""
        return self.claimed_at is not None and self.claimed_at > timezone.now() - CLAIM_TIME


class Complaint(models.Model):
    """What one person says in a case. Who they are is for those who decide, never for whom it is about."""

    class Kind(models.TextChoices):
        SPAM = "spam", _("Spam")
        HARASSMENT = "harassment", _("Harassment")
        PERSONAL = "personal", _("Personal data")
        OTHER = "other", _("Something else")
        APPEAL = "appeal", _("Appeal")

    report = models.ForeignKey(Report, models.CASCADE, related_name="complaints", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="complaints")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    words = models.TextField(_("words"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering: ClassVar = ["pk"]
        constraints = (models.UniqueConstraint(fields=["report", "user"], name="complaint_once"),)

    def __str__(self) -> str:
        return f"{self.report} · {self.get_kind_display()}"
