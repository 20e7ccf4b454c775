"""A passkey is made, lets in without a password, and confirms who one is, with a virtual authenticator of Chromium."""

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.conftest import Visit
from tests.live.site import Worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a chair by the window"


def give_authenticator(page: Page) -> Callable[[], object]:
    """From now on the browser has a phone's own passkeys, and somebody who always shows a finger.

    What it gives takes all passkeys away.
    """
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return lambda: devtools.send("WebAuthn.clearCredentials", made)


def test_a_passkey(visit: Visit, site: Worker, bob: User) -> None:
    bob.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1)  # which the worker knows
    bob.save()
    # A passkey belongs to a name, and an address of numbers is none.
    page = visit(bob, "/offline/", base_url=f"http://localhost:{site.port}")
    forget_passkeys = give_authenticator(page)
    page.goto("/accounts/login/?next=/profile/%23security")
    page.get_by_label("Email or username").fill("bob")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Set up Second factor and passkeys").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name of the passkey").fill("Bob’s phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("10 recovery codes left")).to_be_visible()
    page.get_by_role("link", name="I have them").click()
    expect(page.get_by_role("link", name="Rename Bob’s phone")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/accounts/2fa/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("last used")).to_be_visible()
    page.goto("/accounts/2fa/webauthn/reauthenticate/?next=/profile/sessions/")
    page.get_by_role("button", name="Show a passkey").click()
    expect(page.get_by_text("This one, now")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/profile/")
    page.get_by_label("Email or username").fill("bob")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    forget_passkeys()
    page.get_by_role("button", name="With a passkey instead").click()
    expect(page.get_by_text("The browser has shown no passkey.")).to_be_visible()
