"""Search reads along: whatever changes a message, it finds what stands there now."""

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat.models import UNDO_TIME, Message, Room, SearchCursor, SearchEntry
from chat.services import indexing, members, messages, rooms
from chat.services.indexing import index_messages
from tests.factories import make_room, post, seat
from tests.uploads import picture, upload

pytestmark = pytest.mark.django_db


def entries(room: Room) -> dict[int, str]:
    """The vectors of a room, by seq, after search caught up."""
    while index_messages():
        pass
    return dict(SearchEntry.objects.filter(room=room).order_by("seq").values_list("seq", "vector"))


def facts(room: Room, seq: int) -> set[str]:
    return {word.strip("'") for word in entries(room)[seq].split() if "=" in word}


def test_it_catches_up_once(lobby: Room, alice: User) -> None:
    posted = post(alice, lobby, "hello there")
    assert list(entries(lobby)) == [posted.seq]
    assert "'hello'" in entries(lobby)[posted.seq]
    assert SearchCursor.objects.get(room=lobby).rev == Room.objects.get(pk=lobby.pk).rev
    assert not index_messages()


def test_facts(lobby: Room, alice: User, bob: User, carol: User) -> None:
    seq = post(alice, lobby, "see https://example.org, @bob and @room").seq
    messages.set_reaction(membership=seat(bob, lobby), seq=seq, emoji="👍", on=True)
    messages.set_pin(membership=seat(alice, lobby), seq=seq, on=True)
    expected = {f"from={alice.pk}", f"to={bob.pk}", "to=all", "has=link", "has=reaction", "is=pinned"}
    assert facts(lobby, seq) == expected
    messages.set_reaction(membership=seat(bob, lobby), seq=seq, emoji="👍", on=False)
    messages.set_pin(membership=seat(alice, lobby), seq=seq, on=False)
    messages.edit_message(membership=seat(alice, lobby), seq=seq, body="see #lobby, @carol")
    assert facts(lobby, seq) == {f"from={alice.pk}", f"to={carol.pk}"}


def test_files(files: Path, lobby: Room, bob: User) -> None:
    for sent in (upload(bob, name="Report.pdf"), upload(bob, picture(), name="sketch.png")):
        post(bob, lobby, uploads=[sent.pk])
    assert facts(lobby, 1) == {f"from={bob.pk}", "has=file"}
    assert facts(lobby, 2) == {f"from={bob.pk}", "has=file", "has=image"}
    assert "'report':2A" in entries(lobby)[1]


def test_what_is_deleted_is_forgotten_and_comes_back(lobby: Room, alice: User) -> None:
    seq = post(alice, lobby, "a secret").seq
    assert seq in entries(lobby)
    messages.delete_message(membership=seat(alice, lobby), seq=seq)
    assert seq not in entries(lobby)
    messages.restore_message(membership=seat(alice, lobby), seq=seq)
    assert "'secret'" in entries(lobby)[seq]


def test_system_lines_are_not_found(lobby: Room, mallory: User) -> None:
    members.join_room(user=mallory, room=lobby)
    assert Message.objects.filter(room=lobby, kind="system").exists()
    assert not entries(lobby)
    assert not index_messages()


def test_step_by_step(lobby: Room, cellar: Room, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "MESSAGES_AT_ONCE", 4)
    monkeypatch.setattr(indexing, "ROOMS_AT_ONCE", 2)
    third = make_room(alice, "Third")
    for number in range(5):
        for room in (lobby, cellar, third):
            post(alice, room, f"number {number}")
    steps = 0
    while index_messages():
        steps += 1
    assert steps > 3
    for room in (lobby, cellar, third):
        assert len(entries(room)) == 5


def test_only_the_rooms_that_are_named(lobby: Room, cellar: Room, alice: User) -> None:
    post(alice, lobby)
    post(alice, cellar)
    assert index_messages([lobby.pk])
    assert not index_messages([lobby.pk])
    assert not index_messages([])
    assert set(SearchEntry.objects.values_list("room", flat=True)) == {lobby.pk}


def test_a_change_meanwhile_is_read_the_next_time(lobby: Room, alice: User) -> None:
    seq = post(alice, lobby, "before").seq
    cursors = SearchCursor.objects.hold([lobby.pk])
    messages.edit_message(membership=seat(alice, lobby), seq=seq, body="after")
    (changed,) = SearchEntry.objects.changed(cursors, 10)
    assert (changed.seq, changed.body) == (seq, "after")
    assert "'after'" in entries(lobby)[seq]


def test_a_step_costs_a_fixed_number_of_statements(
    lobby: Room, cellar: Room, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # The savepoint (2) · rooms behind · cursors made, locked · messages · entries out, in · cursors moved.
    for count in (1, 30):
        for _ in range(count):
            post(alice, lobby, "@bob hello")
            post(alice, cellar, "https://example.org")
        with django_assert_num_queries(9):
            assert index_messages()
    with django_assert_num_queries(3):
        assert not index_messages()


def test_a_purged_room_leaves_nothing(lobby: Room, alice: User) -> None:
    post(alice, lobby)
    assert entries(lobby)
    room = rooms.delete_room(membership=seat(alice, lobby), confirmation="lobby")
    room.deleted_at = timezone.now() - UNDO_TIME
    room.save(update_fields=["deleted_at"])
    assert rooms.purge_deleted_rooms() == 1
    assert not SearchEntry.objects.exists()
    assert not SearchCursor.objects.exists()
