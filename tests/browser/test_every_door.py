"""The pages around an account in both languages: letters that lead back, the second factor, what is shut; all sound."""

import time

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.sessions.backends.cached_db import SessionStore
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.setup import new_setup_path
from chat.models import Room
from chat.services import messages, moderation
from tests.browser.conftest import Visit, session_of
from tests.browser.looks import answer_with, assert_sound
from tests.factories import make_user, post, seat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LANGUAGES = ["en", "zh-hans"]
PASSWORD = "a chair by the window"
VISITORS = [
    "/accounts/password/reset/done/", "/accounts/password/reset/key/1-a/", "/accounts/confirm-email/",
    "/accounts/confirm-email/made:up/", "/accounts/inactive/", "/setup/nothing/", "/invite/nothing/",
]  # fmt: skip
FACTORS = [
    "/accounts/2fa/", "/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/", "/accounts/2fa/webauthn/add/",
]  # fmt: skip


def confirmed(user: User) -> str:
    """The cookie of somebody who has just shown the password."""
    session = SessionStore(session_of(user))
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    return str(session.session_key)


def become(page: Page, cookie: str | None) -> None:
    page.context.clear_cookies()
    if cookie:
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": page.evaluate("location.origin")}])


def look(page: Page, path: str, language: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(path)
    assert page.locator("html").get_attribute("lang") == language, path
    assert_sound(page, path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_doors_are_sound(visit: Visit, bob: User, language: str) -> None:
    address = EmailAddress.objects.create(user=bob, email="bob@example.org", primary=True)
    key = default_token_generator.make_token(bob)
    letters = [
        f"/accounts/password/reset/key/{user_pk_to_url_str(bob)}-{key}/",
        f"/accounts/confirm-email/{EmailConfirmationHMAC(address).key}/",
        new_setup_path(),
    ]
    page = visit(bob, "/offline/", bypass_csp=True, locale=language, expects="status of 4")
    become(page, None)
    for path in [*VISITORS, *letters]:
        look(page, path, language)
    page.goto("/accounts/login/")
    page.fill("[name=login]", "bob")
    page.fill("[name=password]", "wrong")
    page.locator("main form button:not([type=button])").first.click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert_sound(page, "a wrong password")
    for name in ("403", "429", "account/signup_closed"):
        with override(language):
            text = render_to_string(f"{name}.html", {"site_name": "Tertulia"}, RequestFactory().get("/"))
        answer_with(page, text)
        look(page, "/broken/", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_the_second_factor_are_sound(visit: Visit, bob: User, language: str) -> None:
    bob.language, bob.password = language, PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1)
    bob.save()
    page = visit(bob, "/offline/", bypass_csp=True, locale=language)
    become(page, confirmed(bob))
    look(page, "/accounts/2fa/totp/activate/", language)
    page.goto("/profile/")
    page.fill("#tokens [name=name]", "a bot")
    page.locator("#tokens button").last.click()
    expect(page.locator("main code, main input[readonly]").first).to_be_visible()
    assert_sound(page, "a new token")
    TOTP.activate(bob, generate_totp_secret())
    RecoveryCodes.activate(bob)
    key = Authenticator.objects.create(user=bob, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone"})
    for path in [*FACTORS, *(f"/accounts/2fa/webauthn/keys/{key.pk}/{act}/" for act in ("edit", "remove"))]:
        look(page, path, language)
    key.delete()
    become(page, None)
    page.goto("/accounts/login/?next=/profile/")
    page.fill("[name=login]", "bob")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button:not([type=button])").first.click()
    page.wait_for_url("**/2fa/authenticate/**")
    assert_sound(page, "the second factor")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_what_was_taken_away_are_sound(
    visit: Visit, lobby: Room, carol: User, steward: User, language: str
) -> None:
    banned = make_user(username="banned", language=language)
    User.objects.update(language=language)
    post(carol, lobby, "gone soon")
    messages.delete_message(membership=seat(carol, lobby), seq=1, reason="off topic")
    moderation.ban_user(actor=steward, user=banned, reason="Three warnings are enough.")
    page = visit(carol, "/offline/", bypass_csp=True, locale=language, expects="status of 4")
    look(page, "/chat/lobby/1/removed/", language)
    become(page, session_of(banned))
    look(page, "/chat/", language)
    become(page, session_of(steward))
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/styleguide/")
    expect(page.locator("[data-rows] .msg")).to_have_count(44)
    assert page.locator("html").get_attribute("lang") == language
    assert_sound(page, "/styleguide/")
