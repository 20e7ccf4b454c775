"""Reports from the room, and the desk where they are decided."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from chat.models import Complaint, Room
from tests.browser.conftest import Visit
from tests.factories import post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def live(page: Page) -> Page:
    page.locator("#box").focus()
    expect(page.locator("#box")).to_have_attribute("aria-controls", "box-choices")
    return page


def test_a_message_and_a_person_are_reported(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    post(alice, lobby, "buy now")
    post(bob, lobby, "no")
    page = live(visit(bob, "/chat/lobby/", expects="422"))
    for row, is_others in ((0, True), (1, False)):
        page.locator("#log li[data-seq]").nth(row).hover()
        page.locator("#log li[data-seq]").nth(row).get_by_label("More").click()
        expect(page.get_by_role("menuitem", name="Copy link")).to_be_visible()
        expect(page.get_by_role("menuitem", name="Report…")).to_have_count(1 if is_others else 0)
        page.keyboard.press("Escape")
    page.locator("#log li[data-seq]").first.hover()
    page.locator("#log li[data-seq]").first.get_by_label("More").click()
    page.get_by_role("menuitem", name="Report…").click()
    dialog = page.get_by_role("dialog", name="Report this message?")
    expect(dialog.locator("blockquote")).to_have_text("buy now")
    dialog.get_by_label("What is it?").select_option("Something else")
    dialog.get_by_role("button", name="Report").click()
    expect(dialog.get_by_role("alert")).to_have_text("Say what is wrong.")
    dialog.get_by_label("In your words").fill("Every day")
    dialog.get_by_role("button", name="Report").click()
    expect(page.locator(".toast")).to_contain_text("The moderators know")
    page.locator("#log .author").first.click()
    page.get_by_label("Actions for Alice").click()
    page.get_by_role("menuitem", name="Report…").click()
    dialog = page.get_by_role("dialog", name="Report Alice?")
    dialog.get_by_label("In your words").fill("And so on")
    dialog.get_by_role("button", name="Report").click()
    expect(dialog).to_have_count(0)
    said = Complaint.objects.values_list("kind", "words", "report__message__seq", "report__room", "report__user")
    assert list(said) == [
        ("other", "Every day", 1, lobby.pk, alice.pk),
        ("spam", "And so on", None, lobby.pk, alice.pk),
    ]
