"""Every page of a room by every kind of outsider."""

import pytest
from django.test import Client

from accounts.models import User
from chat.models import Room
from chat.services import members, moderation, rooms
from tests.api.test_doors import OUTSIDERS as ALL
from tests.factories import post, seat

pytestmark = pytest.mark.django_db

# Method and what comes after /chat/SLUG/. `join` and `leave` come last.
PAGES = [
    ("GET", ""),
    ("GET", "?plain"),
    ("GET", "1/"),
    ("GET", "99/"),
    ("POST", "ask/"),
    ("POST", "join/"),
    ("POST", "leave/"),
]
MEMBER = [200, 200, 200, 404, 404, 302, 302]
NOTHING = [404] * len(PAGES)


def answers_to(client: Client, slug: str) -> list[int]:
    return [client.generic(method, f"/chat/{slug}/{more}").status_code for method, more in PAGES]


@pytest.mark.parametrize("outsider", ALL)
def test_a_public_room(client: Client, lobby: Room, alice: User, mallory: User, outsider: str) -> None:
    members.join_room(user=mallory, room=lobby, is_quiet=True)
    post(mallory, lobby)
    ALL[outsider][0](lobby, alice, mallory)
    client.force_login(mallory)
    # The banned are told why; to ask is for private rooms that are listed.
    expected = [403, 403, 403, 403, 404, 403, 403] if outsider == "banned from the room" else MEMBER
    assert answers_to(client, "lobby") == expected


@pytest.mark.parametrize("outsider", ["stranger", "ex-member", "banned from the room"])
def test_a_private_room_is_not_there_for_outsiders(
    client: Client, cellar: Room, alice: User, mallory: User, outsider: str
) -> None:
    post(alice, cellar)
    if outsider != "stranger":
        members.add_member(membership=seat(alice, cellar), user=mallory)
        ALL[outsider][0](cellar, alice, mallory)
    client.force_login(mallory)
    assert answers_to(client, "cellar") == NOTHING == answers_to(client, "nowhere")


def test_a_deleted_room_is_not_there(client: Client, lobby: Room, alice: User, bob: User) -> None:
    post(bob, lobby)
    rooms.delete_room(membership=seat(alice, lobby), confirmation="lobby")
    for user in (alice, bob):
        client.force_login(user)
        assert answers_to(client, "lobby") == NOTHING


def test_a_newcomer_where_history_is_hidden(client: Client, cellar: Room, alice: User, mallory: User) -> None:
    rooms.update_room(membership=seat(alice, cellar), history_for_newcomers=False)
    post(alice, cellar)
    members.add_member(membership=seat(alice, cellar), user=mallory)
    client.force_login(mallory)
    assert answers_to(client, "cellar")[:4] == [200, 200, 404, 404]


def test_nobody_and_the_banned(client: Client, lobby: Room, alice: User, bob: User, steward: User) -> None:
    post(alice, lobby)
    assert answers_to(client, "lobby") == [302] * len(PAGES), "to where one signs in"
    moderation.ban_user(actor=steward, user=bob, reason="x")
    client.force_login(bob)
    assert answers_to(client, "lobby") == [403] * len(PAGES)
