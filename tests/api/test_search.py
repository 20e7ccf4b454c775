"""Search by REST, and the way to a day."""

from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from django.core.cache import cache

from accounts.models import User
from chat.models import Room
from chat.selectors import finding
from tests.api.caller import Caller
from tests.factories import post

pytestmark = pytest.mark.django_db


def test_a_message_is_the_message(lobby: Room, alice: User) -> None:
    post(alice, lobby, "**Bold** <words> here")
    caller = Caller(alice)
    answer = caller.get("/search?q=word")
    (one,) = answer.json["results"]
    assert one["room"] == "lobby"
    assert one["message"] == caller.get("/rooms/lobby/messages/1").json
    assert one["snippet"] == {"text": "**Bold** <words> here", "marks": [[10, 15]]}
    assert answer.json["next"] is None


@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_pages(lobby: Room, alice: User, sort: str) -> None:
    for number in range(5):
        post(alice, lobby, f"word {number}")
    caller = Caller(alice)
    first = caller.get(f"/search?q=w%6Frd+from:me&sort={sort}&limit=3").json
    second = caller.get(first["next"]).json
    assert [one["message"]["seq"] for one in first["results"] + second["results"]] == [5, 4, 3, 2, 1]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "q"),
        ("q=", "q"),
        ("q=has:cat", "q"),
        ("q=in:nowhere", "q"),
        ("q=%00", "q"),
        (f"q={'x' * 401}", "q"),
        ("q=x&sort=best", "sort"),
        ("q=x&limit=0", "limit"),
        ("q=x&limit=51", "limit"),
        ("q=x&cursor=1", "cursor"),
    ],
)
def test_garbage_is_refused_with_its_field(lobby: Room, alice: User, query: str, field: str) -> None:
    answer = Caller(alice).get(f"/search?{query}")
    assert (answer.code, answer.json["field"]) == ("bad_request", field)


def test_too_slow(lobby: Room, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "SEARCH_SECONDS", 0.001)
    monkeypatch.setattr(finding, "_newest", lambda *rest: ("SELECT 1, 1, 1, 1, 1 FROM pg_sleep(20)", []))
    answer = Caller(alice).get("/search?q=word&sort=newest")
    assert (answer.code, answer.status) == ("search_too_slow", 422)


def test_its_own_rate(lobby: Room, alice: User, bob: User, settings: LazySettings) -> None:
    cache.clear()
    settings.SEARCH_RATE = 2
    caller = Caller(alice)
    assert [caller.get("/search?q=word").status for _ in range(3)] == [200, 200, 429]
    refused = caller.get("/search?q=word")
    assert refused.code == "rate_limited"
    assert 0 < refused.json["retry_after"] <= 61
    assert caller.get("/rooms").status == 200
    assert Caller(bob).get("/search?q=word").status == 200
    cache.clear()


def test_the_way_to_a_day(lobby: Room, alice: User) -> None:
    for day in (1, 3):
        post(alice, lobby, created_at=datetime(2026, 5, day, 20, tzinfo=UTC))
    caller = Caller(alice)
    assert caller.get("/rooms/lobby/days/2026-05-01").json == {"seq": 1, "created_at": "2026-05-01T20:00:00.000Z"}
    assert caller.get("/rooms/lobby/days/2026-05-02").json["seq"] == 2
    assert caller.get("/rooms/lobby/days/2026").json["seq"] == 1
    assert caller.get("/rooms/lobby/days/2026-05-04").code == "not_found"
    assert caller.get("/rooms/lobby/days/soon").code == "bad_request"
    caller.client.cookies["zone"] = "Asia/Shanghai"
    assert caller.get("/rooms/lobby/days/2026-05-04").json["seq"] == 2
    User.objects.filter(pk=alice.pk).update(time_zone="Europe/Madrid")
    assert caller.get("/rooms/lobby/days/2026-05-04").code == "not_found"
