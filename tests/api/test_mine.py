"""What one keeps for oneself, by REST."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat.models import Room
from chat.protocol import ROOMS_MOST
from tests.api.caller import Caller
from tests.factories import make_room, make_user, post

pytestmark = pytest.mark.django_db


def test_how_i_have_a_room(lobby: Room, bob: User, alice: User) -> None:
    caller = Caller(bob)
    plain = caller.get("/rooms").json["rooms"][0]["settings"]
    changed = caller.patch("/rooms/lobby/settings", {"notify": "mentions", "muted": True, "favourite": True}).json
    assert changed == plain | {"notify": "mentions", "own_level": True, "muted": True, "favourite": True}
    assert caller.get("/rooms").json["rooms"][0]["settings"] == changed
    assert caller.patch("/rooms/lobby/settings", {"muted": None}).json == changed
    assert Caller(alice).get("/rooms").json["rooms"][0]["settings"] == plain, "it is one's own"
    assert caller.patch("/rooms/lobby/settings", {"notify": "some"}).json["field"] == "notify"
    assert caller.patch("/rooms/lobby/settings", {"hidden": True}).code == "conflict"


def test_my_level(lobby: Room, cellar: Room, bob: User) -> None:
    caller = Caller(bob)

    def levels() -> dict[str, tuple[str, bool]]:
        entries = caller.get("/rooms").json["rooms"]
        return {one["slug"]: (one["settings"]["notify"], one["settings"]["own_level"]) for one in entries}

    assert caller.get("/me").json["notify"] == "mentions"
    assert caller.patch("/rooms/cellar/settings", {"notify": "mentions"}).json["own_level"] is True
    assert caller.put("/me/level", {"notify": "all"}).json["notify"] == caller.get("/me").json["notify"] == "all"
    assert levels() == {"cellar": ("mentions", True), "lobby": ("all", False)}
    changed = caller.patch("/rooms/cellar/settings", {"notify": "default"}).json
    assert (changed["notify"], changed["own_level"]) == ("all", False)
    for wrong in ({"notify": "default"}, {"notify": None}, {}):
        assert caller.put("/me/level", wrong).json["field"] == "notify"
    assert caller.patch("/me", {"display_name": "Bob"}).json["notify"] == "all"


def test_a_direct_room_hides(bob: User, carol: User) -> None:
    caller = Caller(bob)
    slug = caller.post("/rooms/direct", {"people": [carol.pk]}).json["slug"]
    assert caller.patch(f"/rooms/{slug}/settings", {"hidden": True}).json["hidden_seq"] == 0
    assert caller.patch(f"/rooms/{slug}/settings", {"hidden": False}).json["hidden_seq"] is None
    assert caller.patch(f"/rooms/{slug}/settings", {"notify": "default"}).code == "conflict"


def test_my_order(bob: User, alice: User, lobby: Room) -> None:
    for name in ("One", "Two"):
        make_room(alice, name, bob)
    make_room(alice, "Hers")
    caller = Caller(bob)

    def places() -> dict[str, int | None]:
        return {entry["slug"]: entry["settings"]["place"] for entry in caller.get("/rooms").json["rooms"]}

    assert caller.put("/me/rooms/order", {"rooms": ["two", "lobby"]}).status == 204
    assert places() == {"lobby": 1, "one": None, "two": 0}
    for wrong in (["two", "two"], ["hers"], ["nowhere"], [1], ["x"] * (ROOMS_MOST + 1)):
        assert caller.put("/me/rooms/order", {"rooms": wrong}).json["field"] == "rooms"
    assert places() == {"lobby": 1, "one": None, "two": 0}
    assert caller.put("/me/rooms/order", {"rooms": []}).status == 204
    assert set(places().values()) == {None}


def test_saved_for_later(
    lobby: Room, bob: User, carol: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        post(carol, lobby, f"message {number + 1}")
    caller = Caller(bob)
    for seq in range(1, 61):
        assert caller.put(f"/rooms/lobby/messages/{seq}/saved", None).status == 204
    with django_assert_num_queries(4):  # the token · banned from the site? · the list · its messages
        page = caller.get("/me/saved").json
    saved = page["saved"] + caller.get(page["next"]).json["saved"]
    assert [entry["message"]["seq"] for entry in saved] == list(range(60, 0, -1))
    assert saved[0]["message"] == caller.get("/rooms/lobby/messages/60").json
    assert (saved[0]["room"], saved[0]["remind_at"]) == ("lobby", None)
    assert Caller(carol).get("/me/saved").json == {"saved": [], "next": None}
    caller.put("/rooms/lobby/messages/60/saved", {"remind_at": "2999-01-01T00:00:00Z"})
    assert caller.get("/me/saved").json["saved"][0]["remind_at"] == "2999-01-01T00:00:00.000Z"
    assert caller.delete("/rooms/lobby/messages/60/saved").status == 204
    assert caller.delete("/rooms/lobby/messages/60/saved").status == 204
    assert caller.get("/me/saved").json["saved"][0]["message"]["seq"] == 59


@pytest.mark.parametrize("remind_at", ["2020-01-01T00:00:00Z", "soon", 5])
def test_reminders_that_can_not_be(lobby: Room, bob: User, remind_at: Any) -> None:
    post(bob, lobby)
    answer = Caller(bob).put("/rooms/lobby/messages/1/saved", {"remind_at": remind_at})
    assert (answer.code, answer.json["field"]) == ("bad_request", "remind_at")


def test_forward(lobby: Room, cellar: Room, alice: User, bob: User, mallory: User) -> None:
    post(alice, cellar, "a **secret**")
    body = {"to": "lobby", "client_id": "0b0e6c1e-5b0c-4f0e-9c53-5f8f0f1d2a3b"}
    answers = [Caller(bob).post("/rooms/cellar/messages/1/forward", body) for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 200]
    assert answers[0].json == answers[1].json
    assert "a **secret**" in answers[0].json["body"]
    assert answers[0].response["Location"] == "/api/v1/rooms/lobby/messages/1"
    assert Caller(mallory).post("/rooms/cellar/messages/1/forward", body).code == "not_found"
    assert Caller(bob).post("/rooms/cellar/messages/1/forward", body | {"to": "nowhere"}).code == "not_found"
    make_room(make_user(), "Open")
    assert Caller(bob).post("/rooms/cellar/messages/1/forward", body | {"to": "open"}).code == "forbidden"


def test_what_a_message_said_before(lobby: Room, alice: User, bob: User) -> None:
    post(bob, lobby, "one")
    caller = Caller(bob)
    caller.patch("/rooms/lobby/messages/1", {"body": "two"})
    found = Caller(alice).get("/rooms/lobby/messages/1/revisions").json["revisions"]
    assert [entry["body"] for entry in found] == ["one"]
    caller.delete("/rooms/lobby/messages/1")
    assert caller.get("/rooms/lobby/messages/1/revisions").code == "forbidden"
    assert caller.get("/rooms/lobby/messages/9/revisions").code == "not_found"
