"""What I say of myself, and who is here, by REST."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from chat.hub.presence import presence
from chat.hub.presence.roster import Roster
from chat.models import Room
from chat.protocol import STATUS_LENGTH
from tests.api.caller import Caller

pytestmark = pytest.mark.django_db

NOTHING = {"status": None, "dnd_until": None, "invisible": False}
LATER = "2099-01-01T00:00:00Z"


def soon() -> str:
    return (timezone.now() + timedelta(hours=1)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_my_status(lobby: Room, bob: User, alice: User) -> None:
    caller, until = Caller(bob), soon()
    assert caller.get("/me/status").json == NOTHING
    said = {"emoji": "🌴", "text": "On the beach", "until": until}
    assert caller.put("/me/status", said).json == caller.get("/me/status").json == NOTHING | {"status": said}
    members = Caller(alice).get("/rooms/lobby/members").json["members"]
    assert [member["status"] for member in members] == [None, said, None]
    assert Caller(alice).get("/people/bob").json["status"] == said
    assert caller.put("/me/status", {"text": "x"}).json["status"] == {"emoji": "", "text": "x", "until": None}
    assert caller.delete("/me/status").json == caller.delete("/me/status").json == NOTHING


def test_do_not_disturb(bob: User) -> None:
    caller, until = Caller(bob), soon()
    assert caller.put("/me/do-not-disturb", {"until": until}).json == NOTHING | {"dnd_until": until}
    assert caller.delete("/me/do-not-disturb").json == caller.get("/me/status").json == NOTHING


def test_invisible(bob: User) -> None:
    caller = Caller(bob)
    assert caller.put("/me/visibility", {"invisible": True}).json == NOTHING | {"invisible": True}
    assert caller.get("/me/status").json["invisible"] is True
    assert caller.put("/me/visibility", {"invisible": False}).json == NOTHING


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("status", {"emoji": "no"}, "emoji"),
        ("status", {"text": "x" * (STATUS_LENGTH + 1)}, "text"),
        ("status", {"text": 5}, "text"),
        ("status", {"text": "x", "until": "2020-01-01T00:00:00Z"}, "until"),
        ("status", {"text": "x", "until": LATER}, "until"),
        ("status", {"text": "x", "until": "soon"}, "until"),
        ("do-not-disturb", {}, "until"),
        ("do-not-disturb", {"until": LATER}, "until"),
        ("visibility", {"invisible": "yes"}, "invisible"),
        ("visibility", {}, "invisible"),
    ],
)
def test_what_is_refused(bob: User, path: str, body: Any, field: str) -> None:
    caller = Caller(bob)
    answer = caller.put(f"/me/{path}", body)
    assert answer.status in {400, 422}
    assert answer.json["field"] == field
    assert caller.get("/me/status").json == NOTHING


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "status"), ("PUT", "status"), ("DELETE", "status"), ("PUT", "do-not-disturb"),
        ("DELETE", "do-not-disturb"), ("PUT", "visibility"),
    ],
)  # fmt: skip
def test_nobody_has_none(db: None, method: str, path: str) -> None:
    assert Caller().call(method, f"/me/{path}", {}).code == "unauthorized"


def test_who_is_here(
    lobby: Room, cellar: Room, alice: User, bob: User, mallory: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster = Roster()
    roster.hear("one", {alice.pk: False, bob.pk: True, mallory.pk: False}, is_whole=True)
    monkeypatch.setattr(presence, "_roster", roster)
    here = {"online": [alice.pk, bob.pk], "away": [bob.pk], "count": 2}
    assert Caller(bob).get("/rooms/lobby/presence").json == here
    assert Caller(mallory).get("/rooms/lobby/presence").json == here
    assert Caller(mallory).get("/rooms/cellar/presence").code == "not_found"
