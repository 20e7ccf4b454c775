"""A worker that is asked to stop while a command waits in the database."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from chat.models import Message, Room
from tests.factories import post
from tests.live.conftest import Connect
from tests.live.site import Person, Worker

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

SILENT_SECONDS = 0.5


@pytest.fixture
def mortal(django_db_setup: None) -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.stop()


def until_somebody_waits_for_a_lock() -> None:
    with connection.cursor() as cursor:
        is_waiting = False
        while not is_waiting:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            (is_waiting,) = cursor.fetchone()


def until_no_command_is_taken(person: Person) -> None:
    """Returns when the worker has begun to stop: until then it answers every ping."""
    try:
        while True:
            person.say("ping")
            person.receive(SILENT_SECONDS)
    except (TimeoutError, ConnectionClosed):
        return


@pytest.mark.parametrize(("kind", "fields", "body"), [("edit", {"body": "new"}, "new"), ("delete", {}, "")])
def test_what_is_being_stored_is_answered_before_the_socket_closes(
    meet: Connect, mortal: Worker, lobby: Room, alice: User, bob: User, kind: str, fields: dict[str, str], body: str
) -> None:
    post(alice, lobby, "old")
    writer, other = meet(alice, at=mortal), meet(bob, at=mortal)
    for person in (writer, other):
        person.subscribe(lobby.slug)
    with transaction.atomic():
        Room.objects.select_for_update().get(pk=lobby.pk)
        writer.say(kind, ref="last", room=lobby.slug, seq=1, **fields)
        until_somebody_waits_for_a_lock()
        mortal.process.terminate()
        until_no_command_is_taken(other)
    assert writer.wait("ack", ref="last")["rev"] == 2
    assert [person.code() for person in (writer, other)] == [1012, 1012]
    assert Message.objects.get(room=lobby, seq=1).body == body
