"""The style guide: whole, and for staff. How it is held to what all pages are: `test_every_door.py`."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from chat.models import Room
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_style_guide(visit: Visit, lobby: Room, steward: User) -> None:
    page = visit(steward, "/styleguide/")
    expect(page.locator("[data-rows] .msg")).to_have_count(44)


def test_the_style_guide_is_for_staff(visit: Visit, lobby: Room, bob: User) -> None:
    page = visit(bob, "/styleguide/", expects="404")
    expect(page.locator("[data-rows]")).to_have_count(0)
