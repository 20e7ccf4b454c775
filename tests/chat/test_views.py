"""The chat pages by HTTP: who sees what, the classic way in, other spellings, hostile input."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import LazySettings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat.models import Membership, Room
from chat.services import members, messages, moderation, rooms
from tests.factories import make_room, make_user, post, seat

pytestmark = pytest.mark.django_db


def page_of(client: Client, path: str) -> dict[str, Any]:
    """The data that a page carries for its browser modules."""
    text = client.get(path).content.decode()
    found = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', text, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.fixture
def as_bob(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


@pytest.fixture
def as_mallory(client: Client, mallory: User) -> Client:
    client.force_login(mallory)
    return client


@pytest.mark.parametrize("path", ["/", "/chat/", "/chat/new/", "/chat/lobby/", "/chat/lobby/1/", "/chat/lobby/?plain"])
def test_pages_are_for_signed_in_people(client: Client, lobby: Room, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")


def test_home_leads_to_the_last_room(as_bob: Client, bob: User, lobby: Room, cellar: Room) -> None:
    post(bob, lobby)
    assert as_bob.get("/")["Location"] == "/chat/lobby/"


def test_home_of_a_newcomer_is_the_directory(as_mallory: Client) -> None:
    assert as_mallory.get("/")["Location"] == "/chat/"


# ---------- the room page


def test_room_page_carries_its_snapshot(as_bob: Client, alice: User, lobby: Room) -> None:
    for n in range(3):
        post(alice, lobby, f"line {n} </script><!--")
    data = page_of(as_bob, "/chat/lobby/")
    assert [message["body"] for message in data["page"]["messages"]] == [f"line {n} </script><!--" for n in range(3)]
    assert data["page"]["type"] == "subscribed"
    assert (data["page"]["seq"], data["page"]["rev"]) == (3, 3)
    assert data["page"]["me"]["role"] == "member"
    assert [room["slug"] for room in data["rooms"]] == ["lobby"]
    assert data["window"] is None


def test_room_page_asks_the_database_a_fixed_number_of_times(
    as_bob: Client, alice: User, bob: User, lobby: Room, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(30):
        post(alice, lobby, f"line {n} @bob")
        make_room(alice, f"Room {n}", bob)
    as_bob.get("/chat/lobby/")
    with django_assert_max_num_queries(6):
        as_bob.get("/chat/lobby/")
    for n in range(30, 50):
        post(alice, lobby, f"line {n}")
        make_room(alice, f"Room {n}", bob)
    members.mark_read(membership=seat(bob, lobby), seq=40)
    with django_assert_max_num_queries(6):
        as_bob.get("/chat/lobby/")


def test_many_unread_open_round_the_first(as_bob: Client, alice: User, bob: User, lobby: Room) -> None:
    for n in range(100):
        post(alice, lobby, f"line {n}")
    members.mark_read(membership=seat(bob, lobby), seq=20)
    data = page_of(as_bob, "/chat/lobby/")
    assert data["page"]["messages"] == []
    assert data["page"]["rev"] == 100
    assert 21 in [message["seq"] for message in data["window"]["messages"]]
    assert data["target"] is None


def test_permalink_opens_round_its_message(as_bob: Client, alice: User, lobby: Room) -> None:
    for n in range(200):
        post(alice, lobby, f"line {n}")
    data = page_of(as_bob, "/chat/lobby/42/")
    assert data["target"] == 42
    seqs = [message["seq"] for message in data["window"]["messages"]]
    assert seqs == list(range(2, 82))
    assert data["window"]["has_after"]


@pytest.mark.parametrize("seq", ["0", "4", "9" * 30, "9" * 5000, "-1", "1.5", "x"])
def test_permalink_to_nothing(as_bob: Client, alice: User, lobby: Room, seq: str) -> None:
    for _ in range(3):
        post(alice, lobby)
    assert as_bob.get(f"/chat/lobby/{seq}/").status_code == 404


def test_preview_has_a_join_bar_instead_of_the_composer(as_mallory: Client, alice: User, lobby: Room) -> None:
    post(alice, lobby, "for all to see")
    text = as_mallory.get("/chat/lobby/").content.decode()
    assert 'action="/chat/lobby/join/"' in text
    assert 'id="composer"' not in text
    assert page_of(as_mallory, "/chat/lobby/")["page"]["me"] == {"role": None, "can": [], "read_seq": 0}


@pytest.mark.parametrize("path", ["/chat/cellar/", "/chat/cellar/1/", "/chat/cellar/?plain", "/chat/CELLAR/"])
def test_private_room_is_not_there_for_others(as_mallory: Client, alice: User, cellar: Room, path: str) -> None:
    post(alice, cellar)
    hidden = as_mallory.get(path)
    missing = as_mallory.get(path.replace("cellar", "nowhere").replace("CELLAR", "NOWHERE"))
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content


def test_banned_from_the_room_sees_why(as_mallory: Client, carol: User, mallory: User, lobby: Room) -> None:
    moderation.ban_user(actor=carol, user=mallory, reason="spam all day", room=lobby)
    answer = as_mallory.get("/chat/lobby/")
    assert answer.status_code == 403
    assert "spam all day" in answer.content.decode()


def test_transcript_needs_no_script(as_bob: Client, bob: User, carol: User, lobby: Room) -> None:
    for n in range(60):
        post(bob, lobby, f"line **{n}**.")
    messages.delete_message(membership=seat(carol, lobby), seq=59, reason="off topic")
    text = as_bob.get("/chat/lobby/?plain").content.decode()
    assert "<script" not in text
    assert "line <strong>59</strong>." in text
    assert "off topic" in text
    assert "line <strong>58</strong>." not in text
    assert "line <strong>9</strong>." not in text
    older = as_bob.get("/chat/lobby/?plain&before=11").content.decode()
    assert "line <strong>9</strong>." in older
    assert 'url=?plain"' in as_bob.get("/chat/lobby/").content.decode()


@pytest.mark.parametrize("before", ["0", "-5", "x", "9" * 40, "1.5", "\0"])
def test_transcript_of_no_place(as_bob: Client, lobby: Room, before: str) -> None:
    assert as_bob.get("/chat/lobby/", {"plain": "", "before": before}).status_code == 404


# ---------- addresses


@pytest.mark.parametrize(
    ("name", "other", "true"),
    [
        ("大厅", "大厅", "大厅"),
        ("Café del Mar", "cafe\u0301-del-mar", "café-del-mar"),
        ("Café", "CAFÉ", "café"),
        ("Long Talk", "Long Talk", "long-talk"),
    ],
)
def test_other_spellings_lead_to_the_true_address(as_bob: Client, bob: User, name: str, other: str, true: str) -> None:
    room = make_room(bob, name)
    assert room.slug == true
    post(bob, room)
    answer = as_bob.get(f"/chat/{quote(other)}/")
    if other == true:
        assert answer.status_code == 200
        return
    assert (answer.status_code, answer["Location"]) == (302, f"/chat/{quote(true)}/")
    assert as_bob.get(f"/chat/{quote(other)}/1/")["Location"] == f"/chat/{quote(true)}/1/"


HOSTILE = [
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF%FE",
    "%C0%AF",
    "a" * 5000,
    "%E2%80%AE",
    "..%2f..",
    "%20",
    "%0A",
    "'--",
    "\U0001f600",
]


@pytest.mark.parametrize("slug", HOSTILE)
def test_hostile_addresses(as_bob: Client, slug: str) -> None:
    for path in (f"/chat/{slug}/", f"/chat/{slug}/1/", f"/chat/{slug}/?plain"):
        assert as_bob.get(path).status_code == 404
    for path in (f"/chat/{slug}/join/", f"/chat/{slug}/leave/"):
        assert as_bob.post(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/chat/lobby/", "/chat/lobby/1/"])
def test_pages_that_only_show_take_no_post(as_bob: Client, lobby: Room, path: str) -> None:
    assert as_bob.post(path).status_code == 405


@pytest.mark.parametrize("path", ["/chat/lobby/join/", "/chat/lobby/leave/"])
def test_acts_take_no_get(as_bob: Client, lobby: Room, path: str) -> None:
    assert as_bob.get(path).status_code == 405


# ---------- directory, join, leave, create


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


def test_archived_room_is_read_only(as_mallory: Client, alice: User, lobby: Room) -> None:
    rooms.archive_room(membership=seat(alice, lobby), reason="done")
    text = as_mallory.get("/chat/lobby/").content.decode()
    assert 'action="/chat/lobby/join/"' in text
    assert '<button class="btn btn--primary">Join' not in text
    assert as_mallory.post("/chat/", {"name": "lobby"})["Location"] == "/chat/lobby/"


# ---------- the policy


def test_pages_are_strict(as_bob: Client, lobby: Room) -> None:
    make_user(username="x")
    for path in ("/chat/", "/chat/new/", "/chat/lobby/", "/chat/lobby/?plain"):
        answer = as_bob.get(path)
        text = answer.content.decode()
        assert "require-trusted-types-for 'script'" in answer["Content-Security-Policy"]
        assert not re.search(r"""<[^>]*\s(style|on\w+)=""", text), path
        nonces = set(re.findall(r"<script type=\"importmap\" nonce=\"([^\"]+)\"", text))
        assert all(f"'nonce-{nonce}'" in answer["Content-Security-Policy"] for nonce in nonces)
        assert len(nonces) == (0 if "plain" in path else 1)
        assert "no-store" in answer["Cache-Control"]
