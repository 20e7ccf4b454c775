"""The queue's own keeping: what failed, what was left behind, and what a site owner does about it."""

import traceback
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.jobs import Job as Work

from accounts import queue
from accounts.models import Rank, User
from chat.errors import Conflict, Forbidden, NotFound
from chat.models import AuditEntry, Job, JobFailure

TRIES_MOST = 6
KEPT = timedelta(days=30)


@transaction.atomic
def retry_job(*, actor: User, job: Job) -> None:
    """Has a failed job tried once more, now. Raises Forbidden, NotFound, Conflict (it has not failed)."""
    found = _hold(actor, job)
    if found.status != Job.State.FAILED:
        raise Conflict("It waits or runs.")
    _try_again(found)
    _audit("job.retry", actor, found)


@transaction.atomic
def delete_job(*, actor: User, job: Job) -> None:
    """Takes a job out of the queue for good. Raises Forbidden, NotFound, Conflict (it runs)."""
    found = _hold(actor, job)
    if found.status == Job.State.RUNNING:
        raise Conflict("It runs.")
    Job.objects.filter(pk=found.pk).remove()
    _audit("job.delete", actor, found)


@transaction.atomic
def keep_failure(*, work: Work, error: Exception) -> None:
    """Keeps why a job failed. Of work that comes by itself again and again only the newest failure is kept."""
    facts = {
        "failed_at": timezone.now(),
        "error": f"{type(error).__name__}: {error}",
        "traceback": "".join(traceback.format_exception(error)),
    }
    JobFailure.objects.update_or_create(job_id=work.id or 0, defaults=facts)
    if "timestamp" in work.task_kwargs:
        Job.objects.filter(status=Job.State.FAILED, task_name=work.task_name).remove()


@transaction.atomic
def take_up_stalled_jobs() -> int:
    """Has those tried again whose worker has gone; how many. One that was tried too often has failed."""
    left = list(Job.objects.stalled().select_for_update(of=("self",), skip_locked=True))
    for job in left:
        if job.attempts + 1 < TRIES_MOST:
            _try_again(job)
        else:
            _fail(job, "The process that ran it ended.")
    return len(left)


def forget_failed_jobs() -> int:
    """Removes those that failed longer ago than KEPT; how many."""
    count: int = Job.objects.failed_before(timezone.now() - KEPT).remove()
    return count


def _hold(actor: User, job: Job) -> Job:
    if actor.rank < Rank.SITE_OWNER:
        raise Forbidden("The queue is the site owner's.")
    found: Job | None = Job.objects.select_for_update(of=("self",)).filter(pk=job.pk).first()
    if found is None:
        raise NotFound("It is done.")
    return found


def _try_again(job: Job) -> None:
    queue.manager.retry_job_by_id(job_id=job.pk, retry_at=timezone.now())


def _fail(job: Job, error: str) -> None:
    JobFailure.objects.update_or_create(job_id=job.pk, defaults={"failed_at": timezone.now(), "error": error})
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [job.pk])


def _audit(action: str, actor: User, job: Job) -> None:
    facts: dict[str, Any] = {"job": job.pk, "task": job.task_name, "facts": job.args}
    AuditEntry.objects.create(action=action, actor=actor, before=facts)
