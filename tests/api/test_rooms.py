"""Rooms by REST."""

from typing import Any

import pytest
from django.conf import LazySettings
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat import selectors
from chat.api.rooms import Entry, Place
from chat.models import Membership, Room
from tests.api.caller import Caller
from tests.factories import make_room, post, seat

pytestmark = pytest.mark.django_db


def test_my_rooms_are_those_of_hello(
    lobby: Room, cellar: Room, alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_room(alice, "Elsewhere")
    post(alice, lobby, "hello @bob")
    caller = Caller(bob)
    with django_assert_num_queries(3):  # the token · banned from the site? · the rooms, however many
        found = caller.get("/rooms").json["rooms"]
    assert found == selectors.sidebar(bob)
    assert [(entry["slug"], entry["mentions"]) for entry in found] == [("cellar", 0), ("lobby", 1)]
    assert found[0].keys() == Entry.model_fields.keys()


@pytest.mark.parametrize(("name", "slug"), [("Café del Mar", "café-del-mar"), ("大厅", "大厅")])
def test_make_a_room(bob: User, name: str, slug: str) -> None:
    caller = Caller(bob)
    answer = caller.post("/rooms", {"name": name, "topic": "sea", "kind": "private"})
    assert answer.status == 201
    assert (answer.json["slug"], answer.json["me"]["role"]) == (slug, "owner")
    state = answer.json["state"]
    assert (state["name"], state["topic"], state["kind"]) == (name, "sea", "private")
    assert answer.response["Location"].isascii()
    assert caller.get(answer.response["Location"]).json == answer.json
    again = caller.post("/rooms", {"name": name.upper()})
    assert (again.code, again.json["field"]) == ("conflict", "name")


@pytest.mark.parametrize("name", ["Directory", "Direct", "x" * 81, " ", "…"])
def test_names_that_no_room_may_have(bob: User, name: str) -> None:
    assert Caller(bob).post("/rooms", {"name": name}).code in {"bad_request", "too_long"}
    assert not Room.objects.exists()


def test_where_only_staff_makes_rooms(settings: LazySettings, bob: User, steward: User) -> None:
    settings.ROOM_CREATION = False
    assert Caller(bob).post("/rooms", {"name": "x"}).code == "forbidden"
    assert Caller(steward).post("/rooms", {"name": "x"}).status == 201


def test_a_room_as_its_readers_see_it(lobby: Room, bob: User, mallory: User) -> None:
    found = Caller(bob).get("/rooms/lobby").json
    snapshot = selectors.snapshot(seat(bob, lobby))
    assert found == {"slug": "lobby"} | {name: snapshot[name] for name in ("epoch", "seq", "rev", "state", "me")}
    assert Caller(mallory).get("/rooms/lobby").json["me"] == {"role": None, "can": [], "read_seq": 0}


def test_change_a_room(lobby: Room, alice: User) -> None:
    caller = Caller(alice)
    changed = caller.patch("/rooms/lobby", {"topic": "news", "slow_mode": 30, "posting": "moderators"}).json
    assert (changed["rev"], changed["state"]["topic"], changed["state"]["slow_mode"]) == (2, "news", 30)
    assert caller.patch("/rooms/lobby", {"name": None}).json["rev"] == changed["rev"], "nothing was said"
    assert caller.patch("/rooms/lobby", {"topic": ""}).json["state"]["topic"] == ""
    more = {"description": "two\nlines", "icon": "🌊", "inviting": "everyone", "mention_all": "moderators"}
    state = caller.patch("/rooms/lobby", more).json["state"]
    assert {name: state[name] for name in more} == more
    wrong: list[dict[str, Any]] = [{"slow_mode": 21_601}, {"slow_mode": -1}, {"posting": "nobody"}, {"name": "\u200b"}]
    assert {caller.patch("/rooms/lobby", change).code for change in wrong} == {"bad_request"}
    assert caller.patch("/rooms/lobby", {"topic": "x" * 251}).code == "too_long"


def test_join_and_leave(lobby: Room, mallory: User, alice: User) -> None:
    caller = Caller(mallory)
    joined = caller.post("/rooms/lobby/join")
    assert joined.json["me"]["role"] == "member"
    assert caller.post("/rooms/lobby/join").json == joined.json
    assert caller.post("/rooms/lobby/leave").status == 204
    assert caller.post("/rooms/lobby/leave").status == 204
    assert not Membership.objects.filter(user=mallory).exists()
    assert Caller(alice).post("/rooms/lobby/leave").code == "conflict"


def test_archive_and_lock(lobby: Room, alice: User, bob: User) -> None:
    caller = Caller(alice)
    assert caller.post("/rooms/lobby/archive", {"reason": "done"}).json["state"]["archived"] is True
    assert caller.post("/rooms/lobby/restore").json["state"]["archived"] is False
    locked = caller.post("/rooms/lobby/lock", {"reason": "calm down", "until": "2999-01-01T00:00:00+01:00"})
    assert locked.json["state"]["locked"] == {"reason": "calm down", "until": "2998-12-31T23:00:00.000Z"}
    body = {"body": "x", "client_id": "0b0e6c1e-5b0c-4f0e-9c53-5f8f0f1d2a3b"}
    assert Caller(bob).post("/rooms/lobby/messages", body).json["until"] == "2998-12-31T23:00:00.000Z"
    assert caller.post("/rooms/lobby/unlock").json["state"]["locked"] is None
    assert caller.post("/rooms/lobby/archive", {"reason": "x" * 201}).code == "too_long"


@pytest.mark.parametrize(
    "until",
    [
        "tomorrow",
        "2999-01-01T00:00:00",
        "2020-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "9999-12-31T23:59:59Z",
        99,
        "",
    ],
)
def test_ends_that_a_lock_can_not_have(lobby: Room, alice: User, until: Any) -> None:
    answer = Caller(alice).post("/rooms/lobby/lock", {"reason": "x", "until": until})
    assert (answer.code, answer.json["field"]) == ("bad_request", "until")


def test_direct_rooms(bob: User, carol: User, mallory: User) -> None:
    room = Caller(bob).post("/rooms/direct", {"people": [carol.pk]}).json
    assert room["state"]["people"] == [{"id": carol.pk, "username": "carol", "name": "Carol"}]
    assert Caller(carol).post("/rooms/direct", {"people": [bob.pk]}).json["slug"] == room["slug"]
    assert Caller(mallory).get(f"/rooms/{room['slug']}").code == "not_found"
    answers = [Caller(bob).post("/rooms/direct", {"people": people}) for people in ([2**53 - 1], [], [bob.pk], ["x"])]
    assert [answer.code for answer in answers] == ["not_found", "bad_request", "bad_request", "bad_request"]
    assert {answer.json["field"] for answer in answers} == {"people"}


# ---------- the directory


@pytest.fixture
def many(alice: User) -> list[Room]:
    return [make_room(alice, f"Room {number:03}", topic="even" if number % 2 == 0 else "") for number in range(120)]


def walk(caller: Caller, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    at: str | None = path
    while at:
        page = caller.get(at).json
        found += page["rooms"]
        at = page["next"]
    return found


def test_the_directory_in_pages(many: list[Room], alice: User, bob: User) -> None:
    found = walk(Caller(bob), "/rooms/directory")
    assert [place["slug"] for place in found] == [room.slug for room in many]
    assert found[0].keys() == Place.model_fields.keys()
    assert (found[0]["members"], found[0]["joined"]) == (1, False)
    assert len(walk(Caller(bob), "/rooms/directory?query=even")) == 60
    assert walk(Caller(bob), "/rooms/directory?tab=joined") == []
    assert len(walk(Caller(alice), "/rooms/directory?tab=joined&query=ROOM%2001")) == 10


def test_rooms_that_are_made_meanwhile_move_nobody(many: list[Room], alice: User, bob: User) -> None:
    caller = Caller(bob)
    page = caller.get("/rooms/directory").json
    make_room(alice, "A newcomer before all")
    post(alice, many[80])
    rest = walk(caller, page["next"])
    assert [place["slug"] for place in page["rooms"] + rest] == [room.slug for room in many]


def test_what_the_directory_costs(
    many: list[Room], bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    caller = Caller(bob)
    with django_assert_num_queries(3):  # the token · banned from the site? · the page
        assert len(caller.get("/rooms/directory?query=room").json["rooms"]) == 50


def test_private_rooms_are_in_no_directory_but_their_members(
    lobby: Room, cellar: Room, bob: User, mallory: User
) -> None:
    assert [place["slug"] for place in walk(Caller(mallory), "/rooms/directory")] == ["lobby"]
    assert [place["slug"] for place in walk(Caller(bob), "/rooms/directory")] == ["cellar", "lobby"]


@pytest.mark.parametrize("query", ["tab=x", f"query={'x' * 81}", "cursor=%00", "query=%00"])
def test_wrong_questions(bob: User, query: str) -> None:
    assert Caller(bob).get(f"/rooms/directory?{query}").json["field"] == query.partition("=")[0]
