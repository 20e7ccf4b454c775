"""The queue: each job once, tried again, kept when it fails, taken up when its worker was killed."""

import signal
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.models import User
from accounts.queue import enqueue
from chat import jobs as declared
from chat.errors import Conflict, Forbidden, NotFound
from chat.models import AuditEntry, Job, JobFailure, Room, SavedMessage
from chat.services import jobs, messages
from tests.chat.working import LOCK, enqueue_all, noted, process, until, work_off
from tests.factories import make_user, post, seat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_queue(db: None) -> Iterator[None]:
    """Its tables are not Django's to empty."""
    yield
    _change("DELETE FROM procrastinate_jobs; DELETE FROM procrastinate_workers")


@pytest.fixture
def owner(db: None) -> User:
    return make_user(username="root1", is_staff=True, is_superuser=True)


def _change(statement: str, *values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def states() -> list[tuple[str, str, int]]:
    return [(job.name, job.status, job.attempts) for job in Job.objects.order_by("pk")]


def bring_forward() -> None:
    """What waits for a later time is due now."""
    _change("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")


# ---------- doing


def test_each_job_is_done_once_by_two_workers() -> None:
    words = [f"word {number}" for number in range(40)]
    enqueue_all("note", *words)
    work_off(workers=2)
    assert sorted(noted()) == sorted(words)
    assert states() == [], "what succeeds leaves the queue"


def test_what_is_rolled_back_was_never_enqueued() -> None:
    with transaction.atomic():
        enqueue("note", word="never")
        assert len(states()) == 1
        transaction.set_rollback(True)
    assert states() == []


def test_every_scheduled_job_is_enqueued_once_for_each_time() -> None:
    """As by the workers of two machines whose schedules come to the same minute."""
    scheduled = app.periodic_registry.periodic_tasks.values()
    assert {task.task.name for task in scheduled} == {
        "chat.clear_sessions",
        "chat.expire_uploads",
        "chat.forget_failed_jobs",
        "chat.index_messages",
        "chat.purge_deleted_rooms",
        "chat.purge_removed_texts",
        "chat.remind",
        "chat.sweep_files",
        "chat.sweep_presence",
        "chat.take_up_stalled_jobs",
    }
    assert {name for name, task in vars(declared).items() if getattr(task, "name", "") in app.tasks} >= {"remind"}
    for task in scheduled:
        enqueue(task.task.name.removeprefix("chat."), timestamp=0)
    assert len(states()) == len(scheduled)
    work_off()
    assert states() == [], "each of them works"


def test_a_reminder_is_told_to_the_persons_sockets(lobby: Room, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr("chat.broadcast.carrier.carry", told.append)
    post(bob, lobby)
    messages.save_message(membership=seat(bob, lobby), seq=1, remind_at=timezone.now() + timedelta(hours=1))
    told.clear()
    enqueue("remind", timestamp=0)
    work_off()
    assert told == [], "it is not due"
    SavedMessage.objects.update(remind_at=timezone.now())
    for _ in range(2):
        enqueue("remind", timestamp=0)
        work_off()
    (event,) = told
    assert (event["user"], '"reason":"reminder"' in event["text"]) == (bob.pk, True)


# ---------- failing


def test_a_job_that_fails_is_tried_again_ever_later_and_then_kept() -> None:
    enqueue("stumble", word="stone")
    pauses = []
    for attempts in range(1, jobs.TRIES_MOST):
        before = timezone.now()
        work_off()
        assert states() == [("stumble", "todo", attempts)]
        due: Any = Job.objects.get().scheduled_at
        pauses.append(round((due - before).total_seconds()))
        work_off()
        assert states() == [("stumble", "todo", attempts)], "not before its time"
        bring_forward()
    assert pauses == sorted(pauses)
    assert pauses[0] >= 5
    assert pauses[-1] >= 600
    work_off()
    bring_forward()
    work_off()
    assert states() == [("stumble", "failed", jobs.TRIES_MOST)]
    failure = JobFailure.objects.get()
    assert failure.error == "ValueError: stone"
    assert "raise ValueError(word)" in failure.traceback
    assert len(noted()) == jobs.TRIES_MOST


def test_a_job_that_nobody_knows_fails() -> None:
    enqueue("of_a_newer_version")
    work_off()
    assert states() == [("of a newer version", "failed", 1)]


def test_of_a_schedule_only_the_newest_failure_is_kept() -> None:
    for facts in ({"timestamp": 60}, {"timestamp": 120}, {}, {}):
        enqueue("stumble", word="x", **facts)
        _change("UPDATE procrastinate_jobs SET attempts = %s", jobs.TRIES_MOST)
        work_off()
    assert [job.args.get("timestamp") for job in Job.objects.order_by("pk")] == [120, None, None]


def test_old_failures_are_forgotten() -> None:
    enqueue_all("stumble", "old", "new")
    _change("UPDATE procrastinate_jobs SET attempts = %s", jobs.TRIES_MOST)
    work_off()
    old = JobFailure.objects.get(error="ValueError: old")
    _change("UPDATE procrastinate_events SET at = at - interval '30 days' WHERE job_id = %s", old.pk)
    enqueue("note", word="waiting")
    assert jobs.forget_failed_jobs() == 1
    assert [failure.error for failure in JobFailure.objects.all()] == ["ValueError: new"]
    assert len(states()) == 2


# ---------- workers that end


@pytest.fixture
def held() -> Iterator[None]:
    """Jobs that wait for the lock wait for the end of the test."""
    _change("SELECT pg_advisory_lock(%s)", LOCK)
    yield
    _change("SELECT pg_advisory_unlock_all()")


@pytest.fixture
def worker() -> Iterator[subprocess.Popen[bytes]]:
    started = process()
    yield started
    started.kill()
    started.wait()


@pytest.mark.processes
def test_the_job_of_a_killed_worker_is_taken_up_again(held: None, worker: subprocess.Popen[bytes]) -> None:
    enqueue("wait_and_note", word="heavy")
    until(lambda: ("wait and note", "doing", 0) in states())
    assert jobs.take_up_stalled_jobs() == 0, "it is under way"
    worker.kill()
    worker.wait()
    _change("SELECT pg_advisory_unlock_all()")
    _change("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")
    assert jobs.take_up_stalled_jobs() > 0
    assert jobs.take_up_stalled_jobs() == 0
    assert ("wait and note", "todo", 1) in states()
    work_off()
    assert "wait and note" not in {name for name, *_ in states()}
    assert set(noted()) == {"heavy"}


@pytest.mark.processes
def test_a_worker_that_is_asked_to_stop_finishes_what_it_has_begun(held: None, worker: subprocess.Popen[bytes]) -> None:
    enqueue("wait_and_note", word="begun")
    until(lambda: ("wait and note", "doing", 0) in states())
    worker.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        worker.wait(0.5)
    _change("SELECT pg_advisory_unlock_all()")
    assert worker.wait(30) == 0
    assert noted() == ["begun"]


def test_a_job_that_kills_its_worker_each_time_has_failed() -> None:
    enqueue("note", word="poison")
    for attempts in range(jobs.TRIES_MOST):
        assert states() == [("note", "todo", attempts)]
        _change("UPDATE procrastinate_jobs SET status = 'doing'")
        assert jobs.take_up_stalled_jobs() == 1
    assert states() == [("note", "failed", jobs.TRIES_MOST)]
    assert "ended" in JobFailure.objects.get().error


# ---------- what a site owner does


def failed_job() -> Job:
    enqueue("stumble", word="x")
    _change("UPDATE procrastinate_jobs SET attempts = %s", jobs.TRIES_MOST)
    work_off()
    job: Job = Job.objects.get()
    return job


def test_a_failed_job_is_tried_once_more(owner: User) -> None:
    job = failed_job()
    jobs.retry_job(actor=owner, job=job)
    assert states()[0][1] == "todo"
    with pytest.raises(Conflict):
        jobs.retry_job(actor=owner, job=job)
    work_off()
    assert states()[0][1] == "failed"
    entry = AuditEntry.objects.get(action="job.retry")
    assert (entry.actor, entry.before["task"]) == (owner, "chat.stumble")


def test_a_job_is_deleted_unless_it_runs(owner: User) -> None:
    job = failed_job()
    _change("UPDATE procrastinate_jobs SET status = 'doing'")
    with pytest.raises(Conflict):
        jobs.delete_job(actor=owner, job=job)
    _change("UPDATE procrastinate_jobs SET status = 'failed'")
    jobs.delete_job(actor=owner, job=job)
    assert (states(), JobFailure.objects.count()) == ([], 0)
    with pytest.raises(NotFound):
        jobs.delete_job(actor=owner, job=job)
    enqueue("note", word="waiting")
    jobs.delete_job(actor=owner, job=Job.objects.get())
    assert (states(), AuditEntry.objects.filter(action="job.delete").count()) == ([], 2)


def test_the_queue_is_the_owners_alone(steward: User, bob: User) -> None:
    job = failed_job()
    for user in (steward, bob):
        for act in (jobs.retry_job, jobs.delete_job):
            with pytest.raises(Forbidden):
                act(actor=user, job=job)
    assert states()[0][1] == "failed"
