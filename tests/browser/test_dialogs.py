"""The dialogs of a room: settings, a new one, conversations, invitations; panels and dialogs under axe."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from chat.models import InviteLink, Membership, Room
from chat.services import messages
from tests.browser.conftest import Visit
from tests.browser.looks import assert_sound
from tests.browser.talk import live
from tests.factories import make_room, make_user, post, seat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_room_s_settings(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    at_bob, page = live(visit(bob, "/chat/lobby/")), live(visit(alice, "/chat/lobby/"))
    page.get_by_label("Room details").click()
    page.get_by_role("button", name="Room settings").click()
    dialog = page.get_by_role("dialog", name="Room settings")
    dialog.get_by_label("Topic").fill("come and go")
    dialog.get_by_label("Who writes").select_option("Moderators")
    dialog.get_by_label("Icon").click()
    page.get_by_label("Search emoji").fill("teapot")
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_have_text("Saved")
    expect(at_bob.locator("#room-topic")).to_have_text("come and go")
    expect(at_bob.locator("#closed")).to_contain_text("Only moderators write")
    expect(page.locator("#log .msg--system").last).to_have_text(re.compile("Alice set the topic: come and go"))
    lobby.refresh_from_db()
    assert (lobby.icon, lobby.posting, lobby.name) == ("🫖", "moderators", "Lobby")
    at_bob.get_by_label("Room details").click()
    expect(at_bob.get_by_role("button", name="Room settings")).to_have_count(0)


def test_a_room_is_deleted_and_brought_back(visit: Visit, lobby: Room, alice: User) -> None:
    page = live(visit(alice, "/chat/lobby/", expects="400"))
    page.get_by_label("Room details").click()
    page.get_by_role("button", name="Room settings").click()
    page.get_by_role("button", name="Delete the room").click()
    dialog = page.get_by_role("dialog", name=re.compile("Delete this room"))
    dialog.get_by_label("Type the room’s address").fill("loby")
    dialog.get_by_role("button", name="Delete the room").click()
    expect(dialog.get_by_role("alert")).to_contain_text("address")
    dialog.get_by_label("Type the room’s address").fill("lobby")
    dialog.get_by_role("button", name="Delete the room").click()
    gone = page.get_by_role("dialog", name="The room is deleted")
    expect(gone).to_be_visible()
    assert not Room.objects.filter(slug="lobby").exists()
    gone.get_by_role("button", name="Undo").click()
    expect(page.locator("#composer")).to_be_visible()
    assert Room.objects.filter(slug="lobby").exists()


def test_private_archived_and_back(visit: Visit, lobby: Room, alice: User) -> None:
    page = live(visit(alice, "/chat/lobby/"))

    def step(name: str) -> None:
        page.get_by_label("Room details").click()
        page.get_by_role("button", name="Room settings").click()
        page.get_by_role("dialog", name="Room settings").get_by_role("button", name=name).click()
        page.get_by_role("dialog", name=name).get_by_role("button", name=name).click()
        expect(page.locator(".toast")).to_have_text("Saved")
        lobby.refresh_from_db()

    step("Make private")
    assert lobby.kind == "private"
    step("Archive")
    expect(page.locator("#closed")).to_contain_text("archived")
    step("Bring back")
    expect(page.locator("#composer")).to_be_visible()


def test_a_new_room_and_a_conversation(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    page = live(visit(bob, "/chat/lobby/"))
    page.get_by_role("link", name="New room").click()
    dialog = page.get_by_role("dialog", name="New room")
    dialog.get_by_label("Name").fill("Book club")
    dialog.get_by_label("Private").check()
    dialog.get_by_role("button", name="Create the room").click()
    page.wait_for_url("**/chat/book-club/")
    assert Room.objects.get(slug="book-club").kind == "private"
    live(page).get_by_role("link", name="New message").click()
    dialog = page.get_by_role("dialog", name="New message")
    dialog.get_by_label("To").press_sequentially("ali")
    expect(dialog.get_by_role("option")).to_contain_text("Alice")
    page.keyboard.press("Enter")
    expect(dialog.locator(".chip")).to_contain_text("Alice")
    dialog.get_by_role("button", name="Write").click()
    expect(page.locator("#room-name")).to_have_text("Alice")
    assert Room.objects.filter(kind="direct").count() == 1


def test_people_come_by_name_and_by_link(visit: Visit, lobby: Room, alice: User, mallory: User) -> None:
    page = live(visit(alice, "/chat/lobby/#members"))
    page.get_by_role("complementary").get_by_role("button", name="Invite").click()
    dialog = page.get_by_role("dialog", name="Invite people")
    dialog.get_by_label("By name").press_sequentially("mall")
    dialog.locator(".choice").click()
    expect(dialog).to_contain_text("In the room")
    assert Membership.objects.filter(user=mallory, room=lobby).exists()
    dialog.get_by_label("For at most").select_option("10 people")
    dialog.get_by_role("button", name="Make a link").click()
    address = dialog.get_by_role("textbox", name="By a link")
    expect(address).to_have_value(re.compile("/invite/"))
    expect(dialog).to_contain_text("0 of 10 people came")
    assert InviteLink.objects.get().uses_most == 10
    dialog.get_by_role("button", name="Revoke").click()
    expect(dialog.get_by_role("button", name="Revoke")).to_have_count(0)
    assert not InviteLink.objects.live().exists()


OPENED = [("members", ".people li"), ("pins", ".empty")]
# By the signs of the choices that open them.
OF_A_MESSAGE = {"users": "dt", "forward": "[role=option]", "flag": "textarea"}
DIALOGS = {"settings": ".careful-acts", "invite": ".links", "create": ".option", "direct": ".people-field"}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_panels_and_dialogs_are_sound(visit: Visit, lobby: Room, alice: User, language: str) -> None:
    alice.language = language
    alice.save()
    make_user(username="dora")
    make_room(alice, "Garden")
    page = visit(alice, "/chat/lobby/", bypass_csp=True)
    live(page)
    for name, inside in OPENED:
        page.evaluate(f"location.hash = '{name}'")
        page.locator(f".panel {inside}").first.wait_for()
        assert_sound(page, name)
    for name, inside in DIALOGS.items():
        page.set_viewport_size({"width": 1280, "height": 800})
        page.locator(f"[data-open={name}]").last.dispatch_event("click")
        page.locator(f"dialog {inside}").first.wait_for()
        assert_sound(page, name)
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_opens_at_a_message_is_sound(visit: Visit, lobby: Room, alice: User, bob: User, language: str) -> None:
    make_room(alice, "Garden")
    post(bob, lobby, "See the [plan](https://example.org/) of **today**")
    messages.set_reaction(membership=seat(bob, lobby), seq=1, emoji="🎉", on=True)
    User.objects.filter(pk=alice.pk).update(language=language)
    page = live(visit(alice, "/chat/lobby/", bypass_csp=True))
    row = page.locator("li[data-seq='1']")
    for sign, inside in OF_A_MESSAGE.items():
        page.set_viewport_size({"width": 1280, "height": 800})
        row.hover()
        row.locator("[data-act=more]").click()
        page.locator(f"[role=menuitem]:has(use[href$='#{sign}'])").click()
        page.locator(f":is(dialog, [role=menu]) {inside}").first.wait_for()
        assert_sound(page, sign)
        page.keyboard.press("Escape")
        expect(page.locator("dialog, [role=menu]")).to_have_count(0)
