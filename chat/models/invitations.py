"""Ways into a room that somebody has to open: asking to join."""

from typing import ClassVar

from django.conf import settings
from django.db import models
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
                fields=["room", "user"], condition=models.Q(answer="waiting"), name="join_request_waits_once"
            ),
        )
        ordering: ClassVar = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.user} · {self.room}"
