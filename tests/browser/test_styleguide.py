"""The style guide: everything in it passes axe, on every width."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from accounts.models import User
from chat.models import Room
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_style_guide(visit: Visit, lobby: Room, steward: User, width: int) -> None:
    page = visit(steward, "/styleguide/", viewport={"width": width, "height": 800}, bypass_csp=True)
    expect(page.locator("[data-rows] .msg")).to_have_count(44)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_style_guide_is_for_staff(visit: Visit, lobby: Room, bob: User) -> None:
    page = visit(bob, "/styleguide/", expects="404")
    expect(page.locator("[data-rows]")).to_have_count(0)
