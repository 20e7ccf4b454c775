"""The room page and its transcript: what they carry, and for whom."""

import json
import math
import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat.models import Room
from chat.services import members, messages, moderation, rooms
from tests.factories import make_room, post, seat

pytestmark = pytest.mark.django_db


def page_of(client: Client, path: str) -> dict[str, Any]:
    """The data that a page carries for its browser modules."""
    text = client.get(path).content.decode()
    found = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', text, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


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
    as_bob: Client,
    alice: User,
    bob: User,
    lobby: Room,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("accounts.site._kept", ("Tertulia", math.inf))  # else it is asked for every few seconds
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


def test_archived_room_is_read_only(as_mallory: Client, alice: User, lobby: Room) -> None:
    rooms.archive_room(membership=seat(alice, lobby), reason="done")
    text = as_mallory.get("/chat/lobby/").content.decode()
    assert 'action="/chat/lobby/join/"' in text
    assert '<button class="btn btn--primary">Join' not in text
    assert as_mallory.post("/chat/", {"name": "lobby"})["Location"] == "/chat/lobby/"


def test_the_list_of_rooms_tells_the_current_and_the_unread_ones(
    as_bob: Client, lobby: Room, alice: User, bob: User
) -> None:
    make_room(alice, "Garden", bob)
    read = '<a class="room" href="/chat/garden/">'
    unread = '<a class="room room--unread" href="/chat/garden/">'
    current = '<a class="room" href="/chat/lobby/" aria-current="page">'
    text = as_bob.get("/chat/lobby/").content.decode()
    assert read in text
    assert current in text
    post(alice, Room.objects.get(slug="garden"))
    text = as_bob.get("/chat/").content.decode()
    assert unread in text
    assert current not in text


def test_the_page_is_packed_for_browsers_that_can_unpack(as_bob: Client, lobby: Room) -> None:
    packed = as_bob.get("/chat/lobby/", headers={"accept-encoding": "gzip"})
    plain = as_bob.get("/chat/lobby/")
    assert packed["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain
    assert len(packed.content) < len(plain.content) / 2
