"""Every refusal is a problem, whoever refuses."""

import math
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError
from django.test import Client

from accounts.models import User
from chat import errors, selectors
from chat.api import problems
from chat.errors import ChatError
from chat.models import Room
from tests.api.caller import Answer, Caller

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ChatError.__subclasses__())
def test_every_error_of_the_domain_has_a_status(kind: type[ChatError]) -> None:
    until = datetime(2026, 11, 22, 9, tzinfo=UTC)
    response = problems.of_error(kind("Not now.", field="body", retry_after=2.5, until=until))
    answer = Answer(_kept(response))
    assert 400 <= answer.status < 600
    assert response["Retry-After"] == "3"
    assert answer.json == {
        "type": f"/api/v1/docs#{kind.code}",
        "title": problems.KINDS[kind.code].title,
        "status": answer.status,
        "detail": "Not now.",
        "code": kind.code,
        "field": "body",
        "retry_after": 2.5,
        "until": "2026-11-22T09:00:00.000Z",
    }


def test_what_does_not_apply_is_absent() -> None:
    response = problems.of_error(errors.NotFound("There is no such room."))
    assert Answer(_kept(response)).json.keys() == {"type", "title", "status", "detail", "code"}
    assert not response.has_header("Retry-After")


def _kept(response: Any) -> Any:
    response["Cache-Control"] = "private, no-store"
    return response


@pytest.mark.parametrize("path", ["/", "/nothing", "/rooms/", "/rooms/a/b/c/d", "/rooms/lobby/messages/1/x"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_there_is_nothing_at_unknown_paths(path: str, method: str) -> None:
    assert Caller().call(method, path).code == "not_found"
    assert Answer(Client().get("/api/v2/rooms")).code == "not_found"


def test_a_wrong_method(bob: User) -> None:
    answer = Caller(bob).delete("/rooms")
    assert (answer.code, answer.status) == ("method_not_allowed", 405)
    assert {word.strip() for word in answer.response["Allow"].split(",")} == {"GET", "POST"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("", None),
        ("{", None),
        ("[]", None),
        ("null", None),
        ('"x"', None),
        (b"\xff", None),
        ("[" * 100_000, None),
        ('{"name": ' + "9" * 5000 + "}", None),
        ("{}", "name"),
        ('{"name": 1}', "name"),
        ('{"name": null}', "name"),
        ('{"name": ["x"]}', "name"),
        (r'{"name": "\ud800"}', "name"),
        (r'{"name": "x\u0000"}', "name"),
        ('{"name": NaN}', "name"),
        ('{"name": "ok", "kind": "direct"}', "kind"),
        ('{"name": "ok", "topic": 1e400}', "topic"),
        ('{"name": "!!"}', "name"),
    ],
)
def test_wrong_bodies(bob: User, body: str | bytes, field: str | None) -> None:
    answer = Caller(bob).post("/rooms", body)
    assert (answer.code, answer.status) == ("bad_request", 400)
    assert answer.json.get("field") == field
    assert not Room.objects.exists()


def test_a_body_beyond_all_bounds(bob: User) -> None:
    answer = Caller(bob).post("/rooms", "x" * 3_000_000)
    assert answer.status in {400, 413}


def test_another_encoding(bob: User) -> None:
    response = Client().post("/api/v1/rooms", "{}", content_type="application/json; charset=utf-7")
    assert Answer(response).code == "bad_request"


@pytest.mark.parametrize("slug", ["%00", "%ED%A0%80", "x" * 81, "nowhere", "..%2f", "大厅"])
def test_any_address_may_be_asked_for(bob: User, slug: str) -> None:
    assert Caller(bob).get(f"/rooms/{slug}").code == "not_found"


@pytest.mark.parametrize("seq", ["x", "-1", "1.0", "9" * 40, str(2**53), str(2**53 - 1), "0", "1"])
def test_any_seq_may_be_asked_for(lobby: Room, bob: User, seq: str) -> None:
    assert Caller(bob).get(f"/rooms/lobby/messages/{seq}").code == "not_found"


@pytest.mark.parametrize("query", ["before=x", "before=", "before=-1", "limit=0", "limit=201", "before=1&after=1"])
def test_wrong_places(lobby: Room, bob: User, query: str) -> None:
    answer = Caller(bob).get(f"/rooms/lobby/messages?{query}")
    assert (answer.code, answer.json["field"]) == ("bad_request", query.partition("=")[0])


def test_the_database_does_not_answer(bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any) -> None:
        raise OperationalError("gone")

    caller = Caller(bob)
    monkeypatch.setattr(selectors, "sidebar", away)
    answer = caller.get("/rooms")
    assert (answer.code, answer.status) == ("unavailable", 503)
    assert int(answer.response["Retry-After"]) == math.ceil(answer.json["retry_after"])


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_of_ours_tells_nothing(
    settings: LazySettings, bob: User, monkeypatch: pytest.MonkeyPatch, debug: bool
) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError("secret")

    settings.DEBUG = debug
    caller = Caller(bob)
    caller.client.raise_request_exception = False
    monkeypatch.setattr(selectors, "sidebar", fail)
    answer = caller.get("/rooms")
    assert (answer.code, answer.status) == ("failed", 500)
    assert "secret" not in answer.response.content.decode()
