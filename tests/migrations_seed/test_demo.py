"""The demo community, made once for this file."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import User
from chat.models import AuditEntry, Membership, Mention, Message, Revision, Room, Upload
from migrations_seed import content
from tests.factories import seat
from tests.migrations_seed.test_seed import seed

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """What the command said. Each test works in a savepoint of this transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed("--demo")
        transaction.set_rollback(True)


def test_the_demo_is_a_living_site(demo: str) -> None:
    assert Message.objects.count() >= 250
    assert {"大厅", "launch", "lobby"} <= set(Room.objects.values_list("slug", flat=True))
    assert Room.objects.filter(kind="private").count() == 1
    assert User.objects.filter(is_bot=False).count() >= 12
    assert Message.objects.filter(body__contains="```").count() >= 5
    assert Message.objects.filter(reply_to_seq__isnull=False).count() >= 20
    assert Mention.objects.count() >= 5
    assert Message.objects.filter(mentions_all="room").exists()
    assert Revision.objects.exists()
    (shown,) = Upload.objects.values_list("name", "message__body", "width")
    assert shown == ("p95-history.png", "p95 before and after, same box, same data.", 1440)
    removed = Message.objects.get(deleted_at__isnull=False)
    assert removed.deleted_by is not None
    assert (removed.deleted_by.username, removed.delete_reason) == ("lena", "harassment")
    assert AuditEntry.objects.filter(action="message.delete", reason="harassment").exists()


def test_the_demo_lies_in_the_past_in_order(demo: str) -> None:
    now = timezone.now()
    for room in Room.objects.all():
        said = list(Message.objects.filter(room=room).order_by("seq"))
        moments = [message.created_at for message in said]
        assert moments == sorted(moments)
        assert moments[-1] < now
        assert now - moments[-1] < timedelta(days=3)
        assert moments[-1] - moments[0] > timedelta(hours=20)
        seqs = list(Message.objects.filter(room=room).order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, room.seq + 1))
        assert room.active_at == moments[-1]


def test_people_have_read_differently_far(demo: str) -> None:
    unread = {
        m.user_id: m.room.seq - m.read_seq for m in Membership.objects.select_related("room").filter(room__slug="lobby")
    }
    assert len(set(unread.values())) >= 3
    assert min(unread.values()) == 0


def test_the_demo_password_opens_every_account(demo: str, settings: LazySettings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    match = re.search(r"password (\S+)", demo)
    assert match is not None
    people = User.objects.filter(username__in=[person.username for person in content.people()])
    assert len({person.password for person in people}) == 1
    assert people[0].check_password(match[1])
    for person in people:
        person.full_clean()


def test_an_interrupted_demo_is_finished(demo: str) -> None:
    """Each room is made whole or not at all."""
    Room.objects.get(slug="大厅").delete()
    assert "大厅" in seed("--demo")
    assert Room.objects.get(slug="大厅").seq > 20


def test_what_people_did_since_stays(demo: str) -> None:
    room = Room.objects.get(slug="sobremesa")
    room.archived_at = timezone.now()
    room.save()
    lena = User.objects.get(username="lena")
    seat(lena, Room.objects.get(slug="lobby")).delete()
    seed("--demo")
    room.refresh_from_db()
    assert room.is_archived
    assert not Membership.objects.filter(user=lena, room__slug="lobby").exists()
