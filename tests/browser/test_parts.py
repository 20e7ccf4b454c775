"""What the page fetches when it is asked for may fail to come: the page says so, and asking again fetches it anew."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from chat.models import Message, Room
from tests.browser.conftest import Visit
from tests.factories import post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MISSING = "This could not be fetched. Try again, or reload the page."


def test_a_part_that_does_not_come_is_fetched_with_the_next_press(
    visit: Visit, lobby: Room, alice: User, bob: User
) -> None:
    post(alice, lobby, "hello")
    page = visit(bob, "/chat/lobby/")
    expect(page.locator(".me .av.on")).to_be_attached()
    told = page.get_by_role("alert").filter(has_text=MISSING)
    # One that is asked for itself, and one that another needs.
    for name, button, shown in [
        ("help", "Formatting help", page.get_by_role("dialog", name="Formatting")),
        ("emoji", "Emoji", page.locator(".picker")),
    ]:
        page.route(f"**/chat/js/{name}.*.js", lambda route: route.abort())
        page.get_by_role("button", name=button, exact=True).click()
        expect(told).to_be_visible()
        expect(shown).to_have_count(0)
        expect(told.get_by_role("link", name="Reload")).to_be_visible()  # older browsers keep what failed
        page.unroute_all()
        page.evaluate("document.querySelector('.toast').remove()")
        page.get_by_role("button", name=button, exact=True).click()
        expect(shown).to_be_visible()
        expect(told).to_have_count(0)
        page.keyboard.press("Escape")


def test_a_page_that_does_not_come_alive_says_so_and_loses_nothing(
    visit: Visit, lobby: Room, alice: User, bob: User
) -> None:
    post(alice, lobby, "hello")
    page = visit(bob, "/profile/")
    page.route("**/live.bundle.*.js", lambda route: route.abort())
    page.goto("/chat/lobby/")
    still = page.get_by_role("alert").filter(has_text="A part of this page did not come")
    expect(page.get_by_text("hello")).to_be_visible()
    for words in ("said too early", "and more"):
        expect(still).to_be_visible()
        page.fill("#box", words)
        page.get_by_role("button", name="Send").click()
        page.reload()
    page.unroute_all()
    still.get_by_role("link", name="Reload").click()
    expect(page.locator("#box")).to_have_value("said too early\nand more")
    expect(still).to_be_hidden()
    page.locator("#box").press("Enter")
    expect(page.locator("li[data-seq]", has_text="said too early")).to_be_visible()
    assert Message.objects.filter(body="said too early\nand more").count() == 1
