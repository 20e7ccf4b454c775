"""The settings: what they do to the room, without scripts too."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from chat.models import Message, Room
from tests.browser.conftest import Visit
from tests.factories import post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def choose(page: Page, *labels: str) -> None:
    """Sets this device."""
    page.goto("/profile/")
    form = page.locator("#device")
    for label in labels:
        form.get_by_text(label, exact=True).click()
    form.get_by_role("button", name="Save for this device").click()
    expect(page.get_by_text("Saved for this device.")).to_be_visible()


def test_enter_breaks_the_line_where_one_likes_it_so(visit: Visit, lobby: Room, bob: User) -> None:
    page = visit(bob, "/profile/")
    choose(page, "Ctrl Enter")
    page.goto("/chat/lobby/")
    expect(page.locator(".composer .hint")).to_have_text("Ctrl Enter sends")
    page.locator("#box").press_sequentially("one")
    page.keyboard.press("Enter")
    page.keyboard.type("two")
    expect(page.locator("#box")).to_have_value("one\ntwo")
    page.keyboard.press("Control+Enter")
    expect(page.locator("li[data-seq='1']")).to_be_visible()
    assert Message.objects.get().body == "one\ntwo"


@pytest.mark.parametrize("sends", [False, True])
def test_enter_on_a_touch_screen(visit: Visit, lobby: Room, bob: User, sends: bool) -> None:
    page = visit(bob, "/profile/", **PHONE)
    choose(page, *["Enter"] * sends)
    page.goto("/chat/lobby/")
    expect(page.locator("#title")).to_be_focused()  # not the box, for the keyboard would rise
    page.locator("#box").press_sequentially("hello")
    page.keyboard.press("Enter")
    if sends:
        expect(page.locator("li[data-seq='1']")).to_be_visible()
    else:
        expect(page.locator("#box")).to_have_value("hello\n")


def test_the_clock_is_the_one_that_one_likes(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    post(alice, lobby, "what time is it?")
    page = visit(bob, "/chat/lobby/")
    time = page.locator("li[data-seq='1'] .by time")
    expect(time).to_have_text(re.compile(r"^\d\d:\d\d$"))
    choose(page, "12 hours")
    page.goto("/chat/lobby/")
    expect(time).to_have_text(re.compile(r"^\d?\d:\d\d\s[ap]m$"))


def test_the_browser_is_asked_by_a_press(visit: Visit, bob: User) -> None:
    page = visit(bob, "/profile/")
    page.context.grant_permissions(["notifications"])
    page.reload()
    expect(page.locator("#permission")).to_contain_text("This browser shows them.")


def test_all_of_it_without_scripts(visit: Visit, bob: User) -> None:
    page = visit(bob, "/profile/", java_script_enabled=False)
    expect(page.locator("#permission")).to_be_hidden()
    choose(page, "Ctrl Enter", "24 hours")
    expect(page.get_by_role("radio", name="Ctrl Enter")).to_be_checked()
    page.get_by_label("Display name").fill("Robert")
    page.get_by_text("Dark", exact=True).click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("radio", name="24 hours")).to_be_checked()
    assert User.objects.get(pk=bob.pk).name == "Robert"
