"""Who is let in: tokens, sessions with their CSRF token, and who is not."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import ApiToken, User
from chat.models import Room
from chat.services import moderation
from tests.api.caller import Caller

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    return browser


def test_a_token_opens_the_door(bob: User) -> None:
    answer = Caller(bob).get("/me")
    assert (answer.status, answer.json["username"]) == (200, "bob")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer tt_wrong", "Basic Ym9iOmJvYg==", "Token x", "é"])
def test_a_wrong_token_is_not_signed_in(bob: User, header: str) -> None:
    """Whatever session comes along."""
    answer = Caller(browser=signed_in(bob)).get("/me", Authorization=header)
    assert answer.code == "unauthorized"
    assert answer.response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("change", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now()}])
def test_a_token_that_has_ended(bob: User, change: dict[str, Any]) -> None:
    caller = Caller(bob)
    ApiToken.objects.update(**change)
    assert caller.get("/me").code == "unauthorized"


def test_a_token_alone_counts(alice: User, bob: User) -> None:
    _, secret = tokens.create_token(user=bob, name="bot")
    caller = Caller(browser=signed_in(alice))
    assert caller.get("/me").json["username"] == "alice"
    assert caller.get("/me", Authorization=f"bearer {secret}").json["username"] == "bob"
    assert caller.call("PATCH", "/me", {}, Authorization=f"Bearer {secret}").status == 200, "it needs no CSRF token"


def test_nobody(lobby: Room) -> None:
    caller = Caller()
    assert caller.get("/me").code == "unauthorized"
    assert caller.get("/rooms/lobby/messages").code == "unauthorized"
    assert caller.post("/rooms", {"name": "x"}).code == "unauthorized"


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_a_session_writes_with_a_csrf_token_only(bob: User, content_type: str) -> None:
    browser = signed_in(bob)
    assert Caller(browser=browser).get("/me").status == 200

    def change(**headers: str) -> int:
        return browser.post("/api/v1/rooms", '{"name": "Mine"}', content_type=content_type, headers=headers).status_code

    assert change() == 403
    browser.get("/profile/")
    token = browser.cookies["csrftoken"].value
    assert change(**{"X-CSRFToken": token[::-1]}) == 403
    assert change(**{"X-CSRFToken": token, "Origin": "https://evil.example"}) == 403
    assert not Room.objects.exists()
    assert change(**{"X-CSRFToken": token}) == 201


@pytest.mark.parametrize("by", ["token", "session"])
def test_somebody_who_is_banned_from_the_site(bob: User, steward: User, by: str) -> None:
    caller = Caller(bob) if by == "token" else Caller(browser=signed_in(bob))
    until = timezone.now() + timedelta(hours=1)
    moderation.ban_user(actor=steward, user=bob, reason="spam", until=until)
    answer = caller.get("/me")
    assert (answer.code, answer.status) == ("banned", 403)
    assert "spam" in answer.json["detail"]
    assert answer.json["until"].endswith("Z")


def test_a_closed_account(bob: User) -> None:
    caller, browser = Caller(bob), Caller(browser=signed_in(bob))
    bob.is_active = False
    bob.save()
    assert caller.get("/me").code == "unauthorized"
    assert browser.get("/me").code == "unauthorized"


# ---------- how often


def test_the_rate_is_told_and_kept(settings: LazySettings, bob: User, carol: User) -> None:
    settings.API_RATE = 3
    caller = Caller(bob)
    left = [caller.get("/me").response["RateLimit"] for _ in range(3)]
    assert [text.split(";")[:2] for text in left] == [['"person"', f"r={count}"] for count in (2, 1, 0)]
    answer = caller.get("/me")
    assert (answer.code, answer.status) == ("rate_limited", 429)
    seconds = int(answer.response["RateLimit"].partition("t=")[2])
    assert 1 <= seconds <= 60
    assert int(answer.response["Retry-After"]) == seconds == answer.json["retry_after"]
    assert answer.response["RateLimit-Policy"] == '"person";q=3;w=60'
    assert Caller(carol).get("/me").status == 200, "each person has their own"
    assert Caller().get("/me").response["RateLimit-Policy"]


def test_everyone_passes_while_the_cache_is_away(
    settings: LazySettings, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from redis.exceptions import ConnectionError as Away

    from site_config.cache import Client as CacheClient
    from site_config.cache import Outage

    def away(*args: Any, **kwargs: Any) -> None:
        raise Away("nobody answers")

    monkeypatch.setattr(CacheClient, "outage", Outage())
    monkeypatch.setattr(CacheClient, "get_client", away)
    settings.API_RATE = 1
    caller = Caller(bob)
    assert [caller.get("/me").status for _ in range(3)] == [200] * 3


def test_no_rate(settings: LazySettings, bob: User) -> None:
    settings.API_RATE = 0
    answer = Caller(bob).get("/me")
    assert not answer.response.has_header("RateLimit")
    assert not answer.response.has_header("RateLimit-Policy")
