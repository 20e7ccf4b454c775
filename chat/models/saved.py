"""What people save for later."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chat.models.messages import Message


class SavedMessage(models.Model):
    """A message on somebody's own list, perhaps with a time at which they want to be reminded of it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)
    remind_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "message"], name="saved_once"),)
        indexes: ClassVar = [
            models.Index(fields=["remind_at"], name="saved_remind_at", condition=Q(remind_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.message}"
