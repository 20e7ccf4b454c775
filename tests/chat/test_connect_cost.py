"""What it costs the database when somebody connects. docs/performance.md tells of these numbers."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat import access
from chat.consumers.commands import _subscribed_to
from chat.consumers.socket import _rooms_of
from chat.hub import LiveRoom
from chat.models import Room
from chat.selectors import newest_changes
from tests.factories import make_room, post

ROOMS = 12


@pytest.fixture
def many_rooms(alice: User, bob: User) -> list[Room]:
    rooms = [make_room(alice, f"Room {n}", bob) for n in range(ROOMS)]
    for room in rooms:
        post(alice, room, "hello @bob")
    return rooms


def test_hello_takes_two_queries_however_many_rooms(
    many_rooms: list[Room], bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):  # banned from the site? · rooms with unread mentions
        assert len(_rooms_of(bob)) == ROOMS


def test_a_warm_room_takes_one_query(
    many_rooms: list[Room], bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    found = newest_changes(many_rooms[0].pk, 200)
    assert found is not None
    room = LiveRoom(found)
    with django_assert_num_queries(1):  # the membership with its room
        membership = access.read_room(bob, room.slug)
        fields = room.subscribed_fields(membership, backlog=50, since=None, epoch=None)
        assert fields is not None
        assert room.subscribed_fields(membership, backlog=0, since=room.ring.rev, epoch=room.epoch) is not None
    cold = _subscribed_to(bob, room.slug, {"backlog": 50})[1]
    assert fields == cold


def test_a_cold_room_takes_two_queries(
    many_rooms: list[Room], bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):  # the membership with its room · the page (and opening the snapshot)
        _subscribed_to(bob, many_rooms[0].slug, {"backlog": 50})
