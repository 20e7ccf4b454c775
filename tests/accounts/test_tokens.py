"""API tokens."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import ApiToken, User
from accounts.signals import access_revoked
from tests.accounts.conftest import PASSWORD


def test_a_secret_finds_its_person(ines: User) -> None:
    token, secret = tokens.create_token(user=ines, name=" Build  bot ")
    assert token.name == "Build bot"
    assert tokens.find_user(secret) == ines
    assert secret not in str(ApiToken.objects.values().get())


@pytest.mark.parametrize("secret", ["", "tt_", "tt_x", "x" * 10**6, "tt_\ud800", "tt_\x00", "tt_é"])
def test_any_other_secret_finds_nobody(ines: User, secret: str) -> None:
    tokens.create_token(user=ines, name="bot")
    assert tokens.find_user(secret) is None


def test_a_token_ends(ines: User) -> None:
    _, secret = tokens.create_token(user=ines, name="bot", expires_at=timezone.now() + timedelta(minutes=1))
    assert tokens.find_user(secret) == ines
    ApiToken.objects.update(expires_at=timezone.now())
    assert tokens.find_user(secret) is None
    with pytest.raises(tokens.TokenError):
        tokens.create_token(user=ines, name="bot", expires_at=timezone.now() - timedelta(minutes=1))


def test_a_closed_account_has_no_tokens(ines: User) -> None:
    _, secret = tokens.create_token(user=ines, name="bot")
    User.objects.update(is_active=False)
    assert tokens.find_user(secret) is None


def test_revoking_ends_a_token_and_says_so_once(ines: User, django_capture_on_commit_callbacks: Any) -> None:
    token, secret = tokens.create_token(user=ines, name="bot")
    seen: list[int] = []

    def note(user: User, **kwargs: object) -> None:
        seen.append(user.pk)

    access_revoked.connect(note)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            tokens.revoke_token(token=token)
            tokens.revoke_token(token=token)
    finally:
        access_revoked.disconnect(note)
    assert seen == [ines.pk]
    assert tokens.find_user(secret) is None


@pytest.mark.parametrize("name", ["", "a\u202eb", "x" * 81, "\ud800"])
def test_a_token_has_a_plain_name(ines: User, name: str) -> None:
    with pytest.raises(tokens.TokenError):
        tokens.create_token(user=ines, name=name)


def test_there_is_an_end_to_tokens(ines: User) -> None:
    for _ in range(tokens.TOKENS_AT_ONCE):
        token, _secret = tokens.create_token(user=ines, name="bot")
    with pytest.raises(tokens.TokenError):
        tokens.create_token(user=ines, name="bot")
    tokens.revoke_token(token=token)
    tokens.create_token(user=ines, name="bot")


def test_the_page_shows_a_secret_once_after_the_password(as_ines: Client, ines: User) -> None:
    form = {"name": "bot", "days": "30"}
    assert as_ines.post("/profile/tokens/", form)["Location"].startswith("/accounts/reauthenticate/")
    assert not ApiToken.objects.exists()
    next_path = {"password": PASSWORD, "next": "/profile/tokens/"}
    page = as_ines.post("/accounts/reauthenticate/", next_path)  # goes on with what was asked
    secret = page.context["secret"]
    assert tokens.find_user(secret) == ines
    assert secret.encode() in page.content
    page = as_ines.get("/profile/")
    assert secret.encode() not in page.content
    assert b"bot" in page.content
    token = ApiToken.objects.get()
    as_ines.post(f"/profile/tokens/{token.pk}/revoke/")
    assert tokens.find_user(secret) is None
    assert as_ines.get("/profile/").context["tokens"] == []


def test_nobody_revokes_what_is_not_theirs(as_ines: Client, mallory: User) -> None:
    token, secret = tokens.create_token(user=mallory, name="bot")
    assert as_ines.post(f"/profile/tokens/{token.pk}/revoke/").status_code == 404
    assert as_ines.post(f"/profile/tokens/{10**30}/revoke/").status_code == 404
    assert tokens.find_user(secret) == mallory
