"""What a post costs the database: a fixed number of statements, however many messages go together."""

from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from chat.models import Membership, Mention, Message, Room
from chat.services import messages
from chat.services.messages import Draft, Posted
from tests.factories import post, seat

# Rooms locked · client_ids · memberships and people · sanctions · rooms numbered · messages · memberships marked.
STATEMENTS = 7


def draft(user: User, room: Room, body: str = "hello") -> Draft:
    return Draft(membership=seat(user, room), body=body, client_id=uuid4())


def statements(drafts: list[Draft]) -> list[str]:
    """What the database is told, without the savepoint that stands for the transaction in a test."""
    with CaptureQueriesContext(connection) as queries:
        assert all(isinstance(outcome, Posted) for outcome in messages.post_messages(drafts))
    said = [query["sql"] for query in queries]
    assert "SAVEPOINT" in said[0]
    assert "SAVEPOINT" in said[-1]
    return said[1:-1]


@pytest.fixture(autouse=True)
def no_rate(settings: LazySettings) -> None:
    settings.SEND_RATE = None


def test_a_lone_message(lobby: Room, alice: User) -> None:
    assert len(statements([draft(alice, lobby)])) == STATEMENTS


def test_a_batch_costs_no_more(lobby: Room, cellar: Room, alice: User, bob: User, carol: User) -> None:
    drafts = [draft(person, room) for _ in range(20) for person in (alice, bob, carol) for room in (lobby, cellar)]
    assert len(statements(drafts)) == STATEMENTS


def test_the_rate_takes_two_more(lobby: Room, alice: User, bob: User, settings: LazySettings) -> None:
    settings.SEND_RATE = (10, 1.0)
    assert len(statements([draft(alice, lobby), draft(bob, lobby)])) == STATEMENTS + 2  # allowances: locked, written


def test_who_hears_everything_is_asked_for_once(
    lobby: Room,
    cellar: Room,
    alice: User,
    bob: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    Membership.objects.filter(user=bob).update(notify="all")
    drafts = [draft(alice, room) for _ in range(20) for room in (lobby, cellar)]
    with CaptureQueriesContext(connection) as queries, django_capture_on_commit_callbacks(execute=True):
        messages.post_messages(drafts)
    savepoints = 2
    assert len(queries) == STATEMENTS + savepoints + 1


def test_rooms_are_locked_first(lobby: Room, alice: User) -> None:
    first, *rest = statements([draft(alice, lobby)])
    assert "chat_room" in first
    assert first.endswith("FOR UPDATE")
    assert not any("FOR UPDATE" in statement for statement in rest)


def test_a_statement_has_one_text_whatever_its_values(lobby: Room, cellar: Room, alice: User, bob: User) -> None:
    """So that a connection prepares each once."""
    lone = [draft(alice, lobby)]
    several = [draft(bob, cellar), draft(alice, cellar, "a line"), draft(bob, lobby)]
    said: list[list[str]] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        said[-1].append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        for drafts in (lone, several):
            said.append([])
            messages.post_messages(drafts)
    first, second = ([text for text in texts if "SAVEPOINT" not in text] for texts in said)
    assert first == second
    assert len(first) == STATEMENTS - 1, "all but COPY, which has no values"


def test_what_is_copied_in_is_what_stands(lobby: Room, alice: User, bob: User) -> None:
    """Each column of a posted message, with what is special to COPY in the text."""
    post(alice, lobby)
    body = "\\N \\. \t'\"{},\\\n\r\nNULL \\x41 é🙂\u2028"
    posted = post(bob, lobby, body, reply_to=1).message
    stored = Message.objects.get(room=lobby, seq=2)
    names = [field.attname for field in Message._meta.concrete_fields if not field.primary_key]
    assert {name: getattr(stored, name) for name in names} == {name: getattr(posted, name) for name in names}
    assert stored.body == body


def test_mentions_find_their_messages(lobby: Room, cellar: Room, alice: User, bob: User) -> None:
    post(alice, lobby)
    messages.post_messages(
        [draft(alice, cellar, "@bob"), draft(alice, lobby, "hello"), draft(alice, lobby, "@bob @alice")]
    )
    found = Mention.objects.values_list("message__room", "message__seq", "room", "seq", "user").order_by("room", "user")
    assert set(found) == {
        (cellar.pk, 1, cellar.pk, 1, bob.pk),
        (lobby.pk, 3, lobby.pk, 3, alice.pk),
        (lobby.pk, 3, lobby.pk, 3, bob.pk),
    }


def test_a_key_taken_meanwhile_is_an_error_of_django(lobby: Room, alice: User) -> None:
    """COPY goes round Django's own wrapping; the writer and the doors know Django's errors."""
    posted = post(alice, lobby).message
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.store([posted])
    assert Message.objects.count() == 1


def test_a_new_message_is_what_its_constructor_makes(lobby: Room, alice: User) -> None:
    """All but what the model works out anew each time."""
    now = timezone.now()
    quick = Message.new(lobby, alice, seq=1, rev=2, body="hello", created_at=now)
    usual = Message(room=lobby, author=alice, seq=1, rev=2, body="hello", created_at=now)
    assert {**vars(quick), "_state": None} == {**vars(usual), "_state": None}
    assert (quick._state.adding, quick._state.fields_cache) == (True, usual._state.fields_cache)
    quick.save()
    assert Message.objects.get() == quick


def test_a_person_read_in_plain_sql_is_known_to_have_been_active(alice: User, lobby: Room) -> None:
    membership = seat(alice, lobby)
    (found,) = Membership.objects.with_users([membership.pk]).values()
    assert (found.user.was_active, User().was_active) == (True, False)
