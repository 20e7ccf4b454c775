"""What owners do with a whole room, by REST."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from chat.api import owning
from chat.models import UNDO_TIME, Membership, Room
from chat.services import members, rooms
from tests.api.caller import Caller
from tests.factories import make_room, post, seat

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


def test_deleted_rooms(lobby: Room, alice: User, bob: User, steward: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mine, for site moderators everybody's, until their time is over."""
    monkeypatch.setattr(owning, "PAGE", 2)
    for owner, name in ((alice, "One"), (bob, "Two"), (alice, "Three"), (alice, "Four")):
        rooms.delete_room(membership=seat(owner, make_room(owner, name)), confirmation=name.lower())
    Room.every.filter(slug="two").update(deleted_at=timezone.now() - UNDO_TIME + timedelta(minutes=1))

    def slugs(user: User) -> list[str]:
        found: list[str] = []
        at: str | None = "/me/rooms/deleted"
        while at:
            page = Caller(user).get(at).json
            found += [room["slug"] for room in page["rooms"]]
            at = page["next"]
        return found

    assert (slugs(alice), slugs(bob)) == (["four", "three", "one"], ["two"])
    assert slugs(steward) == ["four", "three", "two", "one"]
    (room,) = Caller(bob).get("/me/rooms/deleted").json["rooms"]
    assert room["deleted_at"] < room["until"]
    assert Caller(bob).post("/rooms/two/undelete").status == 204
    assert slugs(bob) == []
    Room.every.filter(slug="four").update(deleted_at=timezone.now() - UNDO_TIME)
    assert slugs(alice) == ["three", "one"]


def test_default_rooms(lobby: Room, cellar: Room, alice: User, steward: User) -> None:
    caller = Caller(steward)
    assert caller.put("/rooms/lobby/default", None).status == 204
    assert caller.put("/rooms/lobby/default", None).status == 204
    assert [room["default"] for room in caller.get("/rooms/directory").json["rooms"]] == [True]
    assert caller.put("/rooms/cellar/default", None).code == "not_found"
    assert Caller(alice).put("/rooms/lobby/default", None).code == "forbidden"
    members.add_member(membership=seat(alice, cellar), user=steward)
    assert caller.put("/rooms/cellar/default", None).code == "conflict"
    assert caller.delete("/rooms/lobby/default").status == 204
    assert not Room.objects.filter(is_default=True).exists()
