"""Requests to join and invite links, by REST."""

from typing import Any

import pytest

from accounts.models import User
from chat.models import JoinRequest, Membership, Room
from chat.services import rooms
from tests.api.caller import Caller
from tests.factories import make_user, seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(cellar: Room, alice: User) -> Room:
    """The cellar, in the directory."""
    return rooms.update_room(membership=seat(alice, cellar), is_listed=True)


def test_ask_and_be_let_in(listed: Room, mallory: User, carol: User, bob: User) -> None:
    caller = Caller(mallory)
    asked = caller.post("/rooms/cellar/requests", {"words": "I bring wine"})
    assert (asked.status, asked.json["user"]["username"], asked.json["words"]) == (201, "mallory", "I bring wine")
    assert caller.post("/rooms/cellar/requests").json == asked.json
    assert caller.get("/rooms/directory").json["rooms"][0]["asked"] is True
    assert Caller(carol).get("/rooms/cellar/requests").json == {"requests": [asked.json], "next": None}
    accept = f"/rooms/cellar/requests/{asked.json['id']}/accept"
    assert Caller(bob).post(accept).code == "forbidden"
    assert caller.post(accept).code == "not_found"
    assert Caller(carol).post(accept, {"reason": "welcome"}).status == 204
    assert caller.get("/rooms/cellar").json["me"]["role"] == "member"
    assert Caller(carol).post(accept.replace("accept", "decline")).code == "conflict"
    assert Caller(carol).get("/rooms/cellar/requests").json["requests"] == []


def test_decline_and_withdraw(listed: Room, mallory: User, carol: User) -> None:
    caller = Caller(mallory)
    caller.post("/rooms/cellar/requests")
    assert caller.delete("/rooms/cellar/requests").status == 204
    number = caller.post("/rooms/cellar/requests").json["id"]
    assert Caller(carol).post(f"/rooms/cellar/requests/{number}/decline").status == 204
    again = caller.post("/rooms/cellar/requests")
    assert (again.code, again.response.has_header("Retry-After")) == ("rate_limited", True)
    assert caller.post("/rooms/cellar/requests", {"words": "x" * 201}).code == "too_long"


def test_requests_that_are_not_there(listed: Room, lobby: Room, alice: User, mallory: User) -> None:
    number = Caller(mallory).post("/rooms/cellar/requests").json["id"]
    caller = Caller(alice)
    for wrong in (
        f"/rooms/lobby/requests/{number}",
        f"/rooms/cellar/requests/{number + 1}",
        "/rooms/cellar/requests/x",
    ):
        assert caller.post(f"{wrong}/accept").code == "not_found"
    for slug in ("lobby", "nowhere"):
        assert Caller(mallory).post(f"/rooms/{slug}/requests").code == "not_found"
    assert JoinRequest.objects.get().answer == "waiting"


def test_the_requests_in_pages(listed: Room, alice: User) -> None:
    people = [make_user() for _ in range(60)]
    JoinRequest.objects.bulk_create(JoinRequest(room=listed, user=person) for person in people)
    page = Caller(alice).get("/rooms/cellar/requests").json
    rest = Caller(alice).get(page["next"]).json
    found = [entry["user"]["id"] for entry in page["requests"] + rest["requests"]]
    assert (found, rest["next"]) == ([person.pk for person in people], None)


# ---------- links


def test_a_link_into_a_room(cellar: Room, alice: User, bob: User, mallory: User) -> None:
    caller = Caller(alice)
    made = caller.post("/rooms/cellar/invites", {"uses_most": 1, "expires_at": "2026-12-31T00:00:00Z"})
    assert made.status == 201
    address = made.json.pop("address")
    secret = address.rstrip("/").rpartition("/")[2]
    assert address == f"http://testserver/invite/{secret}/"
    assert caller.get("/rooms/cellar/invites").json == {"invites": [made.json]}
    assert secret not in caller.get("/rooms/cellar/invites").response.content.decode()
    assert (
        Caller(bob).get("/rooms/cellar/invites").code == Caller(bob).post("/rooms/cellar/invites").code == "forbidden"
    )
    came = Caller(mallory).post("/invites/use", {"secret": secret})
    assert (came.status, came.json["slug"], came.json["me"]["role"]) == (200, "cellar", "member")
    uses = f"/rooms/cellar/invites/{made.json['id']}/uses"
    assert [use["user"]["username"] for use in caller.get(uses).json["uses"]] == ["mallory"]
    assert Caller(bob).get(uses).code == "forbidden"
    assert Caller(make_user()).post("/invites/use", {"secret": secret}).code == "not_found", "used up"


def test_a_link_is_revoked(cellar: Room, alice: User, bob: User, mallory: User) -> None:
    made = Caller(alice).post("/rooms/cellar/invites").json
    at = f"/rooms/cellar/invites/{made['id']}"
    assert [Caller(user).delete(at).code for user in (mallory, bob)] == ["not_found", "forbidden"]
    assert Caller(alice).delete(at).status == Caller(alice).delete(at).status == 204
    secret = made["address"].rstrip("/").rpartition("/")[2]
    assert Caller(mallory).post("/invites/use", {"secret": secret}).code == "not_found"
    assert not Membership.objects.filter(user=mallory).exists()


@pytest.mark.parametrize(
    ("bound", "field"),
    [({"uses_most": 0}, "uses_most"), ({"uses_most": 1001}, "uses_most"), ({"uses_most": "1"}, "uses_most"),
     ({"expires_at": "2999-01-01T00:00:00Z"}, "expires_at"), ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at")],
)  # fmt: skip
def test_bounds_that_can_not_be(cellar: Room, alice: User, bound: dict[str, Any], field: str) -> None:
    answer = Caller(alice).post("/rooms/cellar/invites", bound)
    assert (answer.code, answer.json["field"]) == ("bad_request", field)


def test_links_to_the_site(steward: User, bob: User, cellar: Room, alice: User) -> None:
    caller = Caller(steward)
    made = caller.post("/invites").json
    secret = made.pop("address").rstrip("/").rpartition("/")[2]
    assert caller.get("/invites").json == {"invites": [made]}
    assert caller.get(f"/invites/{made['id']}/uses").json == {"uses": []}
    assert Caller(bob).post("/invites/use", {"secret": secret}).status == 204
    theirs = Caller(alice).post("/rooms/cellar/invites").json["id"]
    assert caller.delete(f"/invites/{theirs}").code == "not_found", "it is a room's"
    answers = [
        Caller(bob).get("/invites"), Caller(bob).post("/invites"), Caller(bob).delete(f"/invites/{made['id']}"),
        Caller(bob).get(f"/invites/{made['id']}/uses"),
    ]  # fmt: skip
    assert [answer.code for answer in answers] == ["forbidden"] * 4
    assert caller.delete(f"/invites/{made['id']}").status == 204
    assert Caller(bob).post("/invites/use", {"secret": secret}).code == "not_found"
