"""Calling everyone in a large room: it is offered to those who may, and says whom it reaches before it is sent."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tests.browser.conftest import Visit
from tests.factories import make_room, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_who_calls_many_is_told_how_many(visit: Visit, alice: User, bob: User) -> None:
    make_room(alice, "Square", bob, *(make_user() for _ in range(20)))
    page = visit(alice, "/chat/square/")
    box, calls = page.locator("#box"), page.locator("#calls")
    box.focus()
    expect(page.locator(".me .av.on")).to_be_attached()
    box.press_sequentially("look @roo")
    page.get_by_role("option", name="Everyone in the room").click()
    expect(box).to_have_value("look @room ")
    expect(calls).to_have_text("@room calls all 22 people in this room.")
    box.fill("look @roommate")
    expect(calls).to_be_hidden()

    other = visit(bob, "/chat/square/").locator("#box")
    other.focus()
    expect(other.page.locator(".me .av.on")).to_be_attached()
    other.press_sequentially("@ro")
    expect(other.page.get_by_role("option")).to_have_count(0)
    other.fill("@room look")
    expect(other.page.locator("#calls")).to_be_hidden()
