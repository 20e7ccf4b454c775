"""Django admin in a real Chromium, under its content security policy: its scripts run, and readers see the acts."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from chat.models import Membership, Message, Room, Sanction
from tests.browser.conftest import Visit
from tests.factories import post, posted_row

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ("message", "room", "membership", "sanction", "auditentry")


def test_every_list_runs_its_scripts(visit: Visit, lobby: Room, bob: User, steward: User) -> None:
    post(bob, lobby, "hello")
    page = visit(steward, "/admin/")
    expect(page.locator("#site-name")).to_have_text("Tertulia")
    for name in PAGES:
        page.goto(reverse(f"admin:chat_{name}_changelist"))
        expect(page.locator("#changelist")).to_be_visible()
    page.goto(reverse("admin:chat_message_changelist"))
    page.check("#action-toggle")
    expect(page.locator(".action-counter")).to_contain_text("1 of 1")
    expect(page.locator("tr.selected")).to_have_count(1)


def test_a_deletion_in_the_admin_reaches_an_open_room(visit: Visit, lobby: Room, bob: User, steward: User) -> None:
    message = posted_row(bob, lobby, "buy my boat")
    reader = visit(bob, "/chat/lobby/")
    expect(reader.locator("#log li[data-seq]", has_text="buy my boat")).to_be_visible()
    page = visit(steward, reverse("admin:chat_message_change", args=[message.pk]))
    page.select_option("select[name='CHANGE_FORM-action']", "delete_messages")
    page.locator(".actions button, .actions input[type=submit]").first.click()
    page.fill("input[name=reason]", "advertising")
    page.click("input[type=submit].default")
    expect(page.locator(".messagelist")).to_contain_text("1 done")
    expect(reader.locator("#log li[data-seq='1'] .gone")).to_be_visible()
    assert Message.objects.get(pk=message.pk).delete_reason == "advertising"


def test_a_ban_from_a_room_ends_it_for_the_reader(visit: Visit, lobby: Room, bob: User, steward: User) -> None:
    reader = visit(bob, "/chat/lobby/")
    expect(reader.locator("#box")).to_be_visible()
    page = visit(steward, reverse("admin:accounts_user_change", args=[bob.pk]))
    page.select_option("select[name='CHANGE_FORM-action']", "ban_users")
    page.locator(".actions button, .actions input[type=submit]").first.click()
    page.fill("input[name=reason]", "spam")
    page.fill("input[name=room]", "lobby")
    page.click("input[type=submit].default")
    expect(page.locator(".messagelist")).to_contain_text("1 done")
    expect(reader.get_by_text("You are banned from this room.")).to_be_visible()
    expect(reader.locator("#box")).to_be_hidden()
    assert not Membership.objects.filter(user=bob, room=lobby).exists()
    assert Sanction.objects.standing().get().room == lobby
