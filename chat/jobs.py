"""Work outside of requests: every job of the queue, and when it comes by itself. A job only calls a service.

Times are cron's (minute, hour, day, month, weekday), in UTC. A job of a schedule that was missed while nothing ran is
made up for once, if it is not older than a day.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.db import DatabaseError
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

from accounts import avatars, darkroom, queue
from accounts.sessions import SessionStore
from chat.services import indexing, jobs, messages, people, rooms, uploads

type Work = Callable[..., object]

INDEX_STEPS = 50  # of 2,000 messages: what is left waits for the next minute, so that reminders need not
# After 5, 25, 125, 625 and 3,125 seconds: for somewhat more than an hour.
AGAIN = RetryStrategy(max_attempts=jobs.TRIES_MOST - 1, exponential_wait=5)


def job(work: Work, *, retry: RetryStrategy | None = AGAIN, place: str = "default") -> Task[..., None, ...]:
    """A job to be enqueued, in the queue `place`. Why it fails is kept.

    A day's schedule adds a `timestamp`, which is nobody's business.
    """

    @wraps(work)
    def run(context: JobContext, timestamp: int = 0, **facts: Any) -> None:
        try:
            work(**facts)
        except Exception as error:
            with suppress(DatabaseError):
                jobs.keep_failure(work=context.job, error=error)
            raise

    return app.task(name=f"chat.{work.__name__}", queue=place, pass_context=True, retry=retry or False)(run)


def every(cron: str, *, retry: RetryStrategy | None = AGAIN) -> Callable[[Work], Task[..., None, ...]]:
    """A job that comes by itself at these times, once however many workers there are."""
    return lambda work: app.periodic(cron=cron)(job(work, retry=retry))


# Whoever ordered it waits, and would not hear of another try.
make_picture = job(darkroom.make_picture, retry=None, place=queue.PICTURES)


@every("* * * * *", retry=None)
def remind() -> None:
    """Reminders of saved messages."""
    messages.remind()


@every("* * * * *", retry=None)
def index_messages() -> None:
    """What was said, for search; whoever searches need not wait for it then."""
    for _ in range(INDEX_STEPS):
        if not indexing.index_messages():
            return


@every("* * * * *", retry=None)
def take_up_stalled_jobs() -> None:
    """What a worker had begun that was killed."""
    jobs.take_up_stalled_jobs()


@every("7 * * * *")
def expire_uploads() -> None:
    """Files that were never sent, a day after they came, and pictures for which nobody waits any more."""
    uploads.expire()
    darkroom.expire()


@every("37 * * * *")
def sweep_presence() -> None:
    """What people said of themselves for a time that is over."""
    people.sweep_presence()


@every("7 3 * * *")
def sweep_files() -> None:
    """Files that belong to nothing."""
    uploads.sweep()
    avatars.sweep()
    darkroom.sweep()


@every("17 3 * * *")
def purge_removed_texts() -> None:
    """Texts of deleted messages, TERTULIA_REMOVED_TEXT_DAYS after that."""
    messages.purge_removed_texts()


@every("27 3 * * *")
def purge_deleted_rooms() -> None:
    """Rooms with all they hold, 7 days after they were deleted."""
    rooms.purge_deleted_rooms()


@every("37 3 * * *")
def clear_sessions() -> None:
    """Sessions that have ended."""
    SessionStore.clear_expired()


@every("47 3 * * *")
def forget_failed_jobs() -> None:
    """Jobs that failed 30 days ago."""
    jobs.forget_failed_jobs()
