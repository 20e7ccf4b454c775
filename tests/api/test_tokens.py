"""One's tokens: by a browser's session, the secret once."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts import tokens
from accounts.models import ApiToken, User
from tests.api.caller import Caller
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough secret"


@pytest.fixture
def browser(settings: LazySettings, bob: User) -> Client:
    """Bob's, who has just confirmed his password."""
    settings.ACCOUNT_RATE_LIMITS = False
    client = Client()
    client.post("/accounts/login/", {"login": "bob", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_a_token_from_beginning_to_end(browser: Client, bob: User) -> None:
    caller = Caller(browser=browser)
    made = caller.post("/me/tokens", {"name": "build bot", "expires_at": "2999-01-01T00:00:00Z"})
    assert made.status == 201
    secret = made.json.pop("secret")
    assert tokens.find_user(secret) == bob
    listed = caller.get("/me/tokens")
    assert listed.json == {"tokens": [made.json]}
    assert secret not in listed.response.content.decode()
    assert made.json["expires_at"] == "2999-01-01T00:00:00.000Z"
    assert caller.delete(f"/me/tokens/{made.json['id']}").status == 204
    assert tokens.find_user(secret) is None
    assert caller.get("/me/tokens").json == {"tokens": []}
    assert caller.delete(f"/me/tokens/{made.json['id']}").status == 204, "it has ended already"


def test_the_password_comes_first(bob: User) -> None:
    client = Client()
    client.force_login(bob)
    answer = Caller(browser=client).post("/me/tokens", {"name": "bot"})
    assert (answer.code, ApiToken.objects.count()) == ("forbidden", 0)
    assert "/accounts/reauthenticate/" in answer.json["detail"]


def test_tokens_make_and_end_no_tokens(bob: User) -> None:
    caller = Caller(bob)
    token = ApiToken.objects.get()
    answers = [
        caller.get("/me/tokens"),
        caller.post("/me/tokens", {"name": "x"}),
        caller.delete(f"/me/tokens/{token.pk}"),
    ]
    assert [answer.code for answer in answers] == ["forbidden"] * 3
    assert Caller().get("/me/tokens").code == "unauthorized"
    assert ApiToken.objects.get().is_live


@pytest.mark.parametrize("number", ["0", "x", str(2**53 - 1), "9" * 30])
def test_nobody_ends_what_is_not_theirs(browser: Client, number: str) -> None:
    theirs, secret = tokens.create_token(user=make_user(), name="bot")
    caller = Caller(browser=browser)
    assert caller.delete(f"/me/tokens/{theirs.pk}").code == "not_found"
    assert caller.delete(f"/me/tokens/{number}").code == "not_found"
    assert tokens.find_user(secret) is not None


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "x" * 81}, {"name": "x", "expires_at": "2020-01-01T00:00:00Z"},
             {"name": "x", "expires_at": "2999-01-01T00:00:00"}],
)  # fmt: skip
def test_tokens_that_can_not_be(browser: Client, body: dict[str, Any]) -> None:
    assert Caller(browser=browser).post("/me/tokens", body).code == "bad_request"
    assert not ApiToken.objects.exists()
