"""The queue in Django admin: the owner sees what waits and what failed, tries it again and deletes it."""

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.queue import enqueue
from chat.models import Job, JobFailure
from tests.chat.admin.desk import act, page, signed_in, told


@pytest.fixture
def boss(owner: User) -> Client:
    return signed_in(owner)


@pytest.fixture
def failed(db: None) -> Job:
    return failed_job("make_tea", cups=2)


def failed_job(name: str, **facts: int) -> Job:
    enqueue(name, **facts)
    job: Job = Job.objects.latest("pk")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed', attempts = 6 WHERE id = %s", [job.pk])
    JobFailure.objects.create(job=job, error="KettleError: <b>cold</b>", traceback="line 1\nline 2")
    job.refresh_from_db()
    return job


def test_what_waits_and_what_failed_is_shown(boss: Client, failed: Job) -> None:
    enqueue("remind", timestamp=0)
    text = boss.get(page(Job)).content.decode()
    assert "make tea" in text
    assert "remind" in text
    assert "KettleError: &lt;b&gt;cold&lt;/b&gt;" in text
    text = boss.get(page(Job), {"state": "failed"}).content.decode()
    assert ("make tea" in text, ">remind<" in text) == (True, False)
    text = boss.get(page(Job), {"state": "todo"}).content.decode()
    assert (">make tea<" in text, "remind" in text) == (False, True)
    text = boss.get(page(Job, "change", failed.pk)).content.decode()
    assert "line 1<br>line 2" in text
    assert "{&quot;cups&quot;: 2}" in text
    assert "deferred" in text
    assert "make tea" in boss.get(page(Job), {"q": f"#{failed.pk} make tea"}).content.decode()
    for words in ({"q": "coffee"}, {"q": "#999999"}, {"state": "nonsense\0"}, {"q": "\0%_"}):
        assert boss.get(page(Job), words).status_code == 200


def test_the_list_asks_a_fixed_number_of_times(
    boss: Client, failed: Job, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for cups in range(20):
        failed_job("make_tea", cups=cups)
    boss.get(page(Job))
    with django_assert_max_num_queries(8):
        boss.get(page(Job))


def test_a_failed_job_is_tried_again_and_deleted_from_the_desk(boss: Client, failed: Job) -> None:
    assert "make tea" in act(boss, "retry_jobs", failed).content.decode()
    assert Job.objects.get().status == Job.State.FAILED, "it asks first"
    assert told(act(boss, "retry_jobs", failed, sure="yes")) == ["Try again: 1 done."]
    assert Job.objects.get().status == Job.State.WAITING
    line = told(act(boss, "retry_jobs", failed, sure="yes"))[-1]
    assert "It waits or runs." in line
    act(boss, "delete_jobs", failed, sure="yes")
    assert (Job.objects.count(), JobFailure.objects.count()) == (0, 0)


def test_the_queue_is_shown_to_the_owner_alone(desk: Client, mallory: User, failed: Job) -> None:
    for client in (desk, signed_in(mallory), Client()):
        for url in (page(Job), page(Job, "change", failed.pk)):
            assert client.get(url).status_code in (302, 403)
        for action in ("retry_jobs", "delete_jobs"):
            act(client, action, failed, sure="yes")
    assert Job.objects.get().status == Job.State.FAILED
    assert "/job/" not in desk.get("/admin/").content.decode()


def test_nothing_is_added_or_changed_here(boss: Client, failed: Job) -> None:
    assert boss.get(page(Job, "add")).status_code == 403
    assert boss.post(page(Job, "change", failed.pk), {"attempts": 0, "_save": "1"}).status_code == 403
    assert boss.post(page(Job, "delete", failed.pk), {"post": "yes"}).status_code == 403
    boss.post(page(Job), {"action": "delete_selected", "_selected_action": [failed.pk], "post": "yes"})
    assert Job.objects.get().attempts == 6
