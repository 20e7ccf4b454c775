"""What owners do with a whole room, by REST."""

import pytest

from accounts.models import User
from chat.models import Membership, Room
from tests.api.caller import Caller
from tests.factories import post

pytestmark = pytest.mark.django_db


def test_public_and_private(lobby: Room, alice: User, mallory: User) -> None:
    caller = Caller(alice)
    private = caller.post("/rooms/lobby/convert", {"kind": "private", "reason": "ours"})
    assert private.json["state"]["kind"] == "private"
    assert Caller(mallory).get("/rooms/lobby").code == "not_found"
    assert caller.post("/rooms/lobby/convert", {"kind": "public"}).json["state"]["kind"] == "public"
    assert Caller(mallory).get("/rooms/lobby").status == 200
    assert caller.post("/rooms/lobby/convert", {"kind": "direct"}).json["field"] == "kind"


def test_hand_over(lobby: Room, alice: User, bob: User) -> None:
    answer = Caller(alice).post("/rooms/lobby/hand-over", {"username": "bob"})
    assert (answer.json["username"], answer.json["role"]) == ("bob", "owner")
    assert Membership.objects.get(room=lobby, user=alice).role == "moderator"
    assert Caller(alice).post("/rooms/lobby/hand-over", {"username": "bob"}).code == "forbidden"
    assert Caller(bob).post("/rooms/lobby/hand-over", {"username": "bob"}).code == "conflict"
    assert Caller(bob).post("/rooms/lobby/hand-over", {"username": "nobody"}).json["field"] == "username"


def test_delete_and_bring_back(lobby: Room, alice: User, bob: User) -> None:
    post(bob, lobby)
    caller = Caller(alice)
    for typed in ("", "?confirmation=Lobby"):
        assert caller.delete(f"/rooms/lobby{typed}").json["field"] == "confirmation"
    assert caller.delete("/rooms/lobby?confirmation=lobby&reason=over").status == 204
    for path in ("/rooms/lobby", "/rooms/lobby/messages", "/rooms/lobby/members"):
        assert Caller(bob).get(path).code == caller.get(path).code == "not_found"
    assert Caller(bob).post("/rooms/lobby/undelete").code == "not_found"
    assert caller.post("/rooms/lobby/undelete", {"reason": "not over"}).status == 204
    assert Caller(bob).get("/rooms/lobby/messages/1").status == 200
    assert caller.post("/rooms/lobby/undelete").code == "not_found", "nothing to bring back"
