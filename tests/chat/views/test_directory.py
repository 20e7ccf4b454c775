"""The directory; joining, leaving and making rooms the classic way."""

from urllib.parse import quote

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from chat.models import Membership, Room
from tests.factories import make_room, seat

pytestmark = pytest.mark.django_db


def test_directory_shows_public_rooms_and_own(as_mallory: Client, as_bob: Client, lobby: Room, cellar: Room) -> None:
    as_bob.force_login(User.objects.get(username="mallory"))
    text = as_bob.get("/chat/").content.decode()
    assert "/chat/lobby/join/" in text
    assert "Cellar" not in text
    as_bob.force_login(User.objects.get(username="bob"))
    text = as_bob.get("/chat/").content.decode()
    assert "/chat/lobby/join/" not in text
    assert "Cellar" in text


def test_directory_finds_by_name_and_topic(as_bob: Client, bob: User, lobby: Room) -> None:
    make_room(bob, "Garden", topic="frost warnings")
    found = as_bob.get("/chat/", {"q": "FROST"}).context["found"]
    assert [room.name for room in found] == ["Garden"]
    assert b"No room has" in as_bob.get("/chat/", {"q": "zebra"}).content
    assert [room.name for room in as_bob.get("/chat/", {"tab": "joined"}).context["found"]] == ["Garden", "Lobby"]
    assert list(as_bob.get("/chat/", {"tab": "archived"}).context["found"]) == []


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\0"},
        {"q": "x" * 9000},
        {"tab": "nonsense"},
        {"tab": "\0"},
        {"page": "x"},
        {"page": "9" * 99},
        {"q": "%_\\"},
    ],
)
def test_directory_takes_any_question(as_bob: Client, lobby: Room, query: dict[str, str]) -> None:
    assert as_bob.get("/chat/", query).status_code == 200


def test_join_and_leave(as_mallory: Client, mallory: User, lobby: Room) -> None:
    answer = as_mallory.post("/chat/lobby/join/")
    assert answer["Location"] == "/chat/lobby/"
    assert Membership.objects.filter(room=lobby, user=mallory).exists()
    assert 'id="composer"' in as_mallory.get("/chat/lobby/").content.decode()
    answer = as_mallory.post("/chat/lobby/leave/", follow=True)
    assert "You left Lobby." in answer.content.decode()
    assert not Membership.objects.filter(room=lobby, user=mallory).exists()


def test_the_last_owner_stays(client: Client, alice: User, lobby: Room) -> None:
    client.force_login(alice)
    answer = client.post("/chat/lobby/leave/")
    assert answer.status_code == 409
    assert Membership.objects.filter(room=lobby, user=alice).exists()


def test_nobody_joins_a_private_room(as_mallory: Client, cellar: Room) -> None:
    assert as_mallory.post("/chat/cellar/join/").status_code == 404
    assert as_mallory.post("/chat/cellar/leave/").status_code == 404


def test_the_classic_way_opens_joins_and_makes(as_mallory: Client, mallory: User, lobby: Room) -> None:
    assert as_mallory.post("/chat/", {"name": " #LOBBY "})["Location"] == "/chat/lobby/"
    assert Membership.objects.filter(room=lobby, user=mallory).exists()
    assert as_mallory.post("/chat/", {"name": "大厅"})["Location"] == f"/chat/{quote('大厅')}/"
    assert Membership.objects.get(room__slug="大厅", user=mallory).role == Membership.Role.OWNER


def test_the_classic_way_makes_nothing_where_that_is_not_allowed(
    as_mallory: Client, lobby: Room, settings: LazySettings
) -> None:
    settings.ROOM_CREATION = False
    answer = as_mallory.post("/chat/", {"name": "new room"})
    assert answer.status_code == 400
    assert "There is no such room." in answer.content.decode()
    assert as_mallory.get("/chat/new/").status_code == 403
    assert not Room.objects.filter(slug="new-room").exists()


BAD_NAMES = ["", " ", "\0", "x" * 81, "!!!", "new", "..", "\u202e\u200b", "a\0b", "cellar"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_bad_names_are_told(as_mallory: Client, cellar: Room, name: str) -> None:
    before = Room.objects.count()
    answer = as_mallory.post("/chat/", {"name": name})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    answer = as_mallory.post("/chat/new/", {"name": name, "kind": "public"})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert Room.objects.count() == before


def test_create(as_bob: Client, bob: User) -> None:
    answer = as_bob.post("/chat/new/", {"name": "Stewards", "topic": "House rules", "kind": "private"})
    assert answer["Location"] == "/chat/stewards/"
    room = Room.objects.get(slug="stewards")
    assert (room.kind, room.topic) == ("private", "House rules")
    assert seat(bob, room).role == Membership.Role.OWNER


@pytest.mark.parametrize("fields", [{"kind": "direct"}, {"kind": "x"}, {"topic": "y" * 251}, {"topic": "\0"}])
def test_create_refuses(as_bob: Client, fields: dict[str, str]) -> None:
    answer = as_bob.post("/chat/new/", {"name": "Fine", "kind": "public"} | fields)
    assert answer.context["form"].errors
    assert not Room.objects.exists()
