"""The search page in a real browser."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from chat.models import Room
from tests.browser.conftest import Visit
from tests.factories import make_room, post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def talk(lobby: Room, alice: User, bob: User) -> None:
    post(alice, lobby, "the kettle sings, see https://example.org/" + "tea/" * 40)
    post(bob, lobby, "**my** kettle is older")
    post(alice, lobby, "水壶在唱歌")


@pytest.mark.usefixtures("talk")
def test_from_the_room_list_to_the_message(visit: Visit, bob: User) -> None:
    page = visit(bob, "/chat/lobby/", timezone_id="Asia/Tokyo", locale="en-US")
    said_at = page.locator("li[data-seq='2'] time").inner_text()
    assert said_at.endswith("M")
    page.locator("#nav").get_by_role("link", name="Search", exact=True).click()
    expect(page.get_by_role("searchbox", name="Search messages")).to_be_focused()
    page.keyboard.type("kettle")
    page.keyboard.press("Enter")
    expect(page.locator(".found mark")).to_have_text(["kettle", "kettle"])
    page.get_by_role("link", name="From me").click()
    expect(page.locator(".found mark")).to_have_text(["kettle"])
    expect(page.locator(".hit time")).to_contain_text(said_at)
    page.locator(".hit .snippet").click()
    page.wait_for_url("**/chat/lobby/2/")
    expect(page.locator("li[data-seq='2']")).to_be_in_viewport()


@pytest.mark.usefixtures("talk")
def test_it_works_without_scripts(visit: Visit, bob: User) -> None:
    page = visit(bob, "/search/", java_script_enabled=False)
    page.get_by_role("searchbox").fill("水壶")
    page.keyboard.press("Enter")
    expect(page.locator(".found mark")).to_have_text(["水壶"])


@pytest.mark.usefixtures("talk")
def test_a_tap_on_a_choice_presses_nothing_below_it(visit: Visit, alice: User, bob: User) -> None:
    for n in range(12):
        make_room(alice, f"room {n}", bob)
    page = visit(bob, "/chat/lobby/#nav", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    expect(page.locator(".me .av.on")).to_be_visible()
    page.locator("#jump").tap()
    page.get_by_role("combobox", name="Jump to a room or a person").press_sequentially("kettle")
    page.get_by_role("option", name="Search messages").tap()
    page.wait_for_url("**/search/?q=kettle")
    expect(page.locator(".found mark")).to_have_text(["kettle", "kettle"])
