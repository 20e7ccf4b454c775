"""Ways into a room or the site that somebody has to open: asking to join, invite links."""

import hashlib
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.rooms import Room


class JoinRequest(models.Model):
    """Somebody asks to join a private room that is in the directory. One waits at a time."""

    class Answer(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    room = models.ForeignKey(Room, models.CASCADE, related_name="join_requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="join_requests")
    words = models.CharField(_("words"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    answer = models.CharField(_("answer"), max_length=9, choices=Answer, default=Answer.WAITING)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("join request")
        verbose_name_plural = _("join requests")
        constraints = (
            models.UniqueConstraint(
                fields=["room", "user"], condition=Q(answer="waiting"), name="join_request_waits_once"
            ),
        )
        ordering: ClassVar = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.user} · {self.room}"


def digest_of(secret: str) -> str:
    """The form in which a link's secret is kept: a copy of the database opens nothing."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


class InviteLinkQuerySet(models.QuerySet["InviteLink"]):
    def live(self) -> "InviteLinkQuerySet":
        """Those that still let somebody in, with use_count."""
        in_time = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        by_somebody = Q(by=None) | Q(by__is_active=True)
        found = self.filter(in_time, by_somebody, revoked_at=None, room__deleted_at=None).annotate(
            use_count=Count("uses")
        )
        return found.filter(Q(uses_most=None) | Q(use_count__lt=F("uses_most")))


class InviteLink(models.Model):
    """Whoever has the secret address may come into the room, or (`room` null) make an account on the site."""

    room = models.ForeignKey(Room, models.CASCADE, null=True, related_name="invite_links")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("until"), null=True)
    uses_most = models.PositiveIntegerField(_("for how many"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = InviteLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("invite link")
        verbose_name_plural = _("invite links")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.room or '*'} · {self.by}"


class InviteUse(models.Model):
    """Who came by which link."""

    link = models.ForeignKey(InviteLink, models.CASCADE, related_name="uses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    used_at = models.DateTimeField(_("came"), default=timezone.now)

    class Meta:
        verbose_name = _("use of an invite link")
        verbose_name_plural = _("uses of invite links")
        constraints = (models.UniqueConstraint(fields=["link", "user"], name="invite_used_once"),)
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.user} · {self.link}"
