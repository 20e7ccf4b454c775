"""Who comes to which page by which address, and under which policy."""

import re
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import User
from chat.models import Room
from tests.factories import make_room, make_user, post

pytestmark = pytest.mark.django_db


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
