"""What one says of oneself, from the foot of the list of rooms, and what another sees of it."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from chat.models import Room
from chat.services import rooms
from tests.browser.conftest import Visit
from tests.browser.looks import assert_sound

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_status_is_said_seen_and_taken_back(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    rooms.open_direct_room(user=alice, people=[bob])
    watching = visit(alice, "/chat/lobby/")
    page = visit(bob, "/chat/lobby/", bypass_csp=True)
    expect(page.locator(".me .av.on")).to_be_visible()  # the scripts are there
    page.locator(".myself").click()
    page.get_by_role("menuitem", name="Say what you are doing…").click()
    page.get_by_label("What are you doing?").fill("On the beach")
    page.locator("#f-emoji").click()
    page.locator(".picker-grid button").first.click()
    assert_sound(page, "status")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".me .sub")).to_have_text(re.compile("On the beach$"))
    expect(watching.locator("#directs [role=img][title='On the beach']")).to_be_visible()
    page.locator(".myself").click()
    page.get_by_role("menuitem", name="Say nothing any more").click()
    expect(page.locator(".me .sub")).to_have_text("@bob")
    expect(watching.locator("#directs [role=img]")).to_have_count(0)


def test_being_left_in_peace_and_invisible(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    rooms.open_direct_room(user=alice, people=[bob])
    watching = visit(alice, "/chat/lobby/")
    page = visit(bob, "/chat/lobby/")
    expect(watching.locator("#directs .av.on")).to_be_visible()
    page.locator(".myself").click()
    page.get_by_role("menuitem", name="Leave me in peace for an hour").click()
    expect(page.locator(".me .sub")).to_have_text(re.compile("^Not disturbed until"))
    page.locator(".myself").click()
    page.get_by_role("menuitem", name="Disturb me again").click()
    expect(page.locator(".me .sub")).to_have_text("@bob")
    page.locator(".myself").click()
    page.get_by_role("menuitemcheckbox", name="Be invisible").click()
    expect(page.locator(".me .sub")).to_have_text("Invisible")
    expect(page.locator(".me .av.on")).to_have_count(0)
    expect(watching.locator("#directs .av.on")).to_have_count(0)
