"""People by REST, and oneself."""

from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.people import search_people
from chat.api.me import Me
from chat.api.people import Card, Profile
from chat.models import Room
from chat.services import people, rooms
from tests.api.caller import Caller
from tests.factories import make_room, make_user, seat

pytestmark = pytest.mark.django_db


PARTS = ["user_username_folded", "user_display_name_folded"]


def names(caller: Caller, path: str) -> list[str]:
    found: list[str] = []
    at: str | None = path
    while at:
        page = caller.get(at).json
        found += [person["username"] for person in page["people"]]
        at = page["next"]
    return found


def test_a_person(bob: User, steward: User) -> None:
    found = Caller(bob).get("/people/STEWARD")
    assert found.json.keys() == Card.model_fields.keys() - {"avatar"}
    (listed,) = Caller(bob).get("/people?query=steward").json["people"]
    assert listed.keys() == Profile.model_fields.keys() - {"avatar"}
    assert (found.json["id"], found.json["name"], found.json["site_role"]) == (steward.pk, "Steward", "moderator")
    assert Caller(bob).get("/people/bob").json["site_role"] is None


def test_the_rooms_we_share(
    lobby: Room, cellar: Room, alice: User, bob: User, mallory: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Not those that only one of us is in, nor direct ones; a room in which the other is alone is nobody's business."""
    make_room(alice, "Attic")
    make_room(bob, "Den", kind="private")
    rooms.delete_room(membership=seat(alice, make_room(alice, "Gone", bob)), confirmation="gone")
    rooms.open_direct_room(user=bob, people=[alice])
    caller = Caller(bob)
    with django_assert_num_queries(5):  # the token · banned from the site? · the person · the rooms · our conversation
        card = caller.get("/people/alice").json
    assert [(room["slug"], room["kind"]) for room in card["rooms"]] == [("cellar", "private"), ("lobby", "public")]
    assert [room["slug"] for room in caller.get("/people/bob").json["rooms"]] == ["cellar", "den", "lobby"]
    assert Caller(mallory).get("/people/alice").json["rooms"] == []
    people.set_ignored(user=bob, person=mallory, on=True)
    assert [caller.get(f"/people/{name}").json["ignored"] for name in ("alice", "mallory")] == [False, True]
    assert Caller(mallory).get("/people/bob").json["ignored"] is False


def test_email_addresses_are_shown_nowhere(bob: User) -> None:
    make_user(username="ines", email="ines@example.org")
    caller = Caller(bob)
    for path in ("/people/ines", "/people", "/people?query=ines"):
        text = caller.get(path).response.content
        assert b"ines" in text
        assert b"example.org" not in text
    assert names(caller, "/people?query=example") == []


def test_people_who_are_not_there(bob: User) -> None:
    make_user(username="gone", is_active=False)
    caller = Caller(bob)
    for username in ("gone", "nobody", "%00", "x" * 129):
        assert caller.get(f"/people/{username}").code == "not_found"
    assert names(caller, "/people") == ["bob"]


def test_nobody(bob: User) -> None:
    assert Caller().get("/people").code == Caller().get("/people/bob").code == "unauthorized"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Zoë", "ana", "bob", "王小明"]),
        ("AN", ["ana", "王小明"]),
        ("小", ["王小明"]),
        ("ZOË", ["Zoë"]),
        ("zoe", ["Zoë"]),
        ("maria", ["ana"]),
        ("ＭARÍA", ["ana"]),
        ("z oe", []),
        ("100%", []),
        ("_", []),
        ("\\", []),
    ],
)
def test_any_part_of_a_name(bob: User, query: str, found: list[str]) -> None:
    for username, name in (("ana", "Ana María"), ("Zoë", ""), ("王小明", "Xiao Wan")):
        make_user(username=username, display_name=name)
    page = Caller(bob).client.get("/api/v1/people", {"query": query}, headers=Caller(bob).headers).json()
    assert sorted(person["username"] for person in page["people"]) == found


def test_people_who_come_meanwhile_move_nobody(bob: User) -> None:
    people = [make_user(username=f"p{number:03}") for number in range(120)]
    caller = Caller(bob)
    page = caller.get("/people").json
    make_user(username="aaa")
    rest = names(caller, page["next"])
    assert [person["username"] for person in page["people"]] + rest == ["bob"] + [person.username for person in people]


def test_among_20_000_people(bob: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    User.objects.bulk_create(User(username=f"user{n}", display_name=f"Name {n * 7919}") for n in range(20_000))
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list(i) FROM unnest(%s::regclass[]) AS i", [PARTS])
        cursor.execute("ANALYZE accounts_user")
    plan = search_people("ser19999")[:51].explain()
    assert all(index in plan for index in PARTS)
    assert "Seq Scan" not in search_people()[:51].explain()
    caller = Caller(bob)
    for query in ("ser19999", "a", "", "Name 7919"):
        with django_assert_num_queries(3):  # the token · banned from the site? · the page
            caller.get(f"/people?query={query}")
    assert names(caller, "/people?query=user1999") == ["user1999", *(f"user1999{n}" for n in range(10))]


# ---------- oneself


def test_me(bob: User) -> None:
    caller = Caller(bob)
    before = caller.get("/me").json
    assert before.keys() == Me.model_fields.keys() - {"avatar"}
    changes = {"display_name": "Bobby", "language": "zh-hans", "theme": "dark", "time_zone": "Europe/Madrid"}
    after = caller.patch("/me", changes).json
    assert after == before | changes | {"name": "Bobby"} == caller.get("/me").json
    assert caller.patch("/me", {"theme": None}).json == after
    assert caller.patch("/me", {"display_name": ""}).json["name"] == "bob"
    assert caller.patch("/me", {"is_staff": True, "username": "root", "email": "x@example.org"}).status == 200
    bob.refresh_from_db()
    assert (bob.is_staff, bob.username, bob.email, bob.theme) == (False, "bob", "", "dark")


@pytest.mark.parametrize(
    "change",
    [{"display_name": "x" * 81}, {"display_name": "a\u202eb"}, {"theme": "pink"}, {"language": "xx"},
     {"time_zone": "Mars/Base"}, {"time_zone": 1}],
)  # fmt: skip
def test_what_i_can_not_be(bob: User, change: dict[str, Any]) -> None:
    answer = Caller(bob).patch("/me", change)
    assert (answer.code, answer.json["field"]) == ("bad_request", next(iter(change)))
