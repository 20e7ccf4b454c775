"""Codes of an app, recovery codes and what is said of passkeys, over the pages."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import LazySettings
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from accounts.models import User
from accounts.second_factor import second_factor_of
from tests.accounts.conftest import PASSWORD


def code_of(secret: str) -> str:
    """What the app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def confirm(browser: Client) -> None:
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})


def set_up_app(browser: Client) -> str:
    """The key that the app has from now on."""
    confirm(browser)
    secret = browser.get("/accounts/2fa/totp/activate/").context["form"].secret
    answer = browser.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.url == "/accounts/2fa/recovery-codes/"  # type: ignore[attr-defined]
    cache.clear()  # the same code is good for a second use
    return str(secret)


def sign_in(browser: Client) -> str:
    """Where the password leads to."""
    answer = browser.post("/accounts/login/", {"login": "Inés", "password": PASSWORD, "remember": "on"})
    return str(answer.url)  # type: ignore[attr-defined]


def test_an_app_is_set_up_used_and_turned_off(as_ines: Client, ines: User) -> None:
    assert "your password alone lets in" in as_ines.get("/profile/").content.decode()
    secret = set_up_app(as_ines)
    assert second_factor_of(ines) == (True, 0, 10)
    assert "10 recovery codes left" in as_ines.get("/profile/").content.decode()
    phone = Client()
    assert sign_in(phone) == "/accounts/2fa/authenticate/"
    assert phone.get("/profile/").status_code == 302
    refused = phone.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "That did not fit." in refused.content.decode()
    assert phone.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302
    assert phone.get("/profile/").status_code == 200
    confirm(phone)
    phone.post("/accounts/2fa/totp/deactivate/")
    assert not second_factor_of(ines).is_on
    assert Authenticator.objects.count() == 0
    assert sign_in(Client()) == "/"


def test_a_recovery_code_lets_in_once(as_ines: Client, ines: User) -> None:
    set_up_app(as_ines)
    page = as_ines.get("/accounts/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"^(?:<pre[^>]*>)?(\d{8})$", page, re.MULTILINE)
    assert len(codes) == 10
    assert as_ines.get("/accounts/2fa/recovery-codes/download/").content.decode().split() == codes
    for is_good in (True, False):
        phone = Client()
        sign_in(phone)
        phone.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert (phone.get("/profile/").status_code == 200) is is_good
    as_ines.post("/accounts/2fa/recovery-codes/generate/")
    assert second_factor_of(ines).codes_left == 10
    assert codes[1] not in as_ines.get("/accounts/2fa/recovery-codes/").content.decode()


def test_nothing_is_changed_without_a_fresh_password(as_ines: Client, ines: User) -> None:
    for path in ("totp/activate/", "webauthn/add/"):
        assert as_ines.get(f"/accounts/2fa/{path}").url.startswith("/accounts/reauthenticate/")  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_its_owner_gets_a_letter(
    as_ines: Client, ines: User, settings: LazySettings, django_capture_on_commit_callbacks: object, language: str
) -> None:
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    User.objects.update(language=language)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        set_up_app(as_ines)
    assert [letter.to for letter in mail.outbox] == [["ines@example.org"]]
    assert ("codes of an app are asked for" in mail.outbox[0].body) is (language == "en")


def test_passkeys_can_be_shut_out(client: Client, ines: User, settings: LazySettings) -> None:
    assert "Sign in with a passkey" in client.get("/accounts/login/").content.decode()
    settings.MFA_PASSKEY_LOGIN_ENABLED = False
    assert "Sign in with a passkey" not in client.get("/accounts/login/").content.decode()


GARBAGE = ["", "\0", "null", "[]", "7", '"x"', "{}", "{", '{"id":"\\u0000"}', '{"id":"AA","rawId":"AA","response":[]}',
           '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA",'
           '"authenticatorData":"AA","signature":"AA","userHandle":"__8"}}', "[" * 5000]  # fmt: skip


@pytest.mark.parametrize("garbage", GARBAGE)
def test_no_answer_of_a_browser_breaks_a_page(as_ines: Client, garbage: str) -> None:
    confirm(as_ines)
    as_ines.get("/accounts/2fa/webauthn/add/")
    assert as_ines.post("/accounts/2fa/webauthn/add/", {"name": "key", "credential": garbage}).status_code == 200
    as_ines.get("/accounts/2fa/webauthn/reauthenticate/")
    assert as_ines.post("/accounts/2fa/webauthn/reauthenticate/", {"credential": garbage}).status_code == 302
    stranger = Client()
    stranger.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})
    assert stranger.post("/accounts/2fa/webauthn/login/", {"credential": garbage}).status_code == 302
    assert stranger.get("/profile/").status_code == 302
    assert Authenticator.objects.count() == 0


def test_who_runs_the_site_takes_a_lost_factor_away(as_ines: Client, ines: User) -> None:
    set_up_app(as_ines)
    waiting = Client()
    assert sign_in(waiting) == "/accounts/2fa/authenticate/"
    assert waiting.get("/accounts/login/").url == "/accounts/2fa/authenticate/"  # type: ignore[attr-defined]
    call_command("remove_second_factor", "inés", verbosity=0)
    assert waiting.get("/accounts/2fa/authenticate/").url == "/accounts/login/"  # type: ignore[attr-defined]
    assert waiting.get("/accounts/login/").status_code == 200, "and not back to the question"
    assert sign_in(waiting) == "/"
    assert sign_in(Client()) == "/"
    with pytest.raises(CommandError, match="nobody of that name"):
        call_command("remove_second_factor", "nobody")
