"""The pages of people and of one's own rooms with scripts: cards rise, and other pages of mine follow."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from chat.models import Room
from chat.services import rooms
from tests.browser.conftest import Visit
from tests.factories import make_room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_person_s_card_rises_over_the_list_and_ignores_them(visit: Visit, alice: User, bob: User) -> None:
    page = visit(bob, "/people/")
    expect(page.locator(".me .av.on")).to_be_visible()  # the scripts are there
    page.locator(".dir--people").get_by_role("link", name="Alice").click()
    card = page.get_by_role("dialog", name="Alice")
    expect(card).to_contain_text("@alice")
    card.get_by_label("Actions for Alice").click()
    with page.expect_response("**/api/v1/me/ignored/alice"):
        page.get_by_role("menuitem", name="Ignore").click()
    page.goto("/people/?tab=ignored")
    page.get_by_role("button", name="Ignore Alice no longer").click()
    expect(page.get_by_text("You ignore nobody.")).to_be_visible()


def test_my_other_pages_follow_the_order_of_my_rooms(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    make_room(alice, "Attic", bob)
    talk = rooms.open_direct_room(user=bob, people=[alice]).room
    watching, page = visit(bob, "/chat/lobby/"), visit(bob, "/my-rooms/")
    expect(watching.locator(".me .av.on")).to_be_visible()
    names = watching.locator("#rooms .name")
    expect(names).to_have_text(["Attic", "Lobby"])
    page.get_by_label("Move Lobby up").click()
    expect(names).to_have_text(["Lobby", "Attic"])
    expect(page.get_by_label("Move Lobby down")).to_be_visible()
    page.get_by_label("Favourite: Attic").click()
    expect(names).to_have_text(["Attic", "Lobby"])
    watching.goto(talk.get_absolute_url())
    watching.get_by_label("Notifications of this room").click()
    watching.get_by_role("menuitemcheckbox", name="Out of my list").click()
    expect(page.locator("#directs a")).to_have_count(0)
