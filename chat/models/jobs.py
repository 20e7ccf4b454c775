"""The queue as people look at it. Its tables are procrastinate's; why a job failed is kept beside them."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from chat.models import sql

HEARTBEAT_SECONDS = 10
SILENCE = timedelta(seconds=3 * HEARTBEAT_SECONDS)
LONGEST = timedelta(hours=1)


def _has(event: str, since: datetime) -> Exists:
    return Exists(ProcrastinateEvent.objects.filter(job=OuterRef("pk"), type=event, at__gte=since))


class JobQuerySet(models.QuerySet["Job"]):
    def stalled(self) -> Self:
        """Begun by a worker that gives no sign of life any more, or so long ago that it can't be under way."""
        now = timezone.now()
        is_alone = Q(worker=None) | Q(worker__last_heartbeat__lt=now - SILENCE)
        return self.filter(is_alone | ~_has("started", now - LONGEST), status=Job.State.RUNNING)

    def failed_before(self, moment: datetime) -> Self:
        return self.filter(~_has("failed", moment), status=Job.State.FAILED)

    def remove(self) -> int:
        """Takes them out of the queue; how many. Unlike `delete` a schedule still knows its last time."""
        ids = sql.array(self.values_list("pk", flat=True))
        return len(sql.fetch("DELETE FROM procrastinate_jobs WHERE id = ANY(%s) RETURNING id", [ids]))


class Job(ProcrastinateJob):
    """One piece of work. A job that succeeds leaves the queue."""

    class State(models.TextChoices):
        """Those that a job of ours can be in."""

        WAITING = "todo", _("Waiting")
        RUNNING = "doing", _("Running")
        FAILED = "failed", _("Failed")

    objects = JobQuerySet.as_manager()  # type: ignore[assignment, misc]  # procrastinate has its own

    class Meta:
        proxy = True
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"

    @property
    def name(self) -> str:
        return str(self.task_name).rpartition(".")[2].replace("_", " ")


class JobFailure(models.Model):
    """What went wrong when the job was last tried; it goes with the job."""

    # The database lets it go with a job that procrastinate deletes; Django could not.
    job = models.OneToOneField(Job, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="failure")
    failed_at = models.DateTimeField(default=timezone.now)
    error = models.TextField()
    traceback = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.error
