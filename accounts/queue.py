"""Work for later, kept in PostgreSQL: the jobs of `chat/jobs.py`, by their names."""

from typing import Any

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

PICTURES = "pictures"

# On the connection of the thread that asks, inside its transaction: what is rolled back was never enqueued.
manager = JobManager(DjangoConnector())


def enqueue(job: str, queue: str | None = None, /, **facts: Any) -> None:
    """Has a job done soon; `facts` are what JSON can hold. What others must not wait for has a `queue` of its own."""
    configure_task(name=f"chat.{job}", job_manager=manager, queue=queue).defer(**facts)
