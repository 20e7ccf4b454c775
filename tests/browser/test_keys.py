"""The room page by keyboard, and what rises over it: the switcher, menus, suggestions, lists of help."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from chat.models import Membership, Message, Room, SavedMessage
from chat.services import members, messages
from tests.browser.conftest import Visit
from tests.factories import make_room, post, quietly_muted, seat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def talk(lobby: Room, alice: User, bob: User) -> None:
    """Three messages that bob has read; the second is his own."""
    post(alice, lobby, "first https://example.org/")
    post(bob, lobby, "second")
    post(alice, lobby, "third")
    members.mark_read(membership=seat(bob, lobby), seq=3)


@pytest.fixture
def page(visit: Visit, talk: None, bob: User) -> Page:
    """The room as bob has it before him, live."""
    page = visit(bob, "/chat/lobby/")
    live(page)
    return page


def live(page: Page) -> None:
    expect(page.locator(".me .av.on")).to_be_attached()


def row(page: Page, seq: int) -> str:
    return f"#log li[data-seq='{seq}']"


def test_the_log_is_one_tab_stop_with_roving_focus(page: Page) -> None:
    expect(page.locator("#box")).to_be_focused()
    page.locator("#log").focus()
    for key, seq in (("ArrowUp", 3), ("ArrowUp", 2), ("Home", 1), ("ArrowUp", 1), ("ArrowDown", 2), ("End", 3)):
        page.keyboard.press(key)
        expect(page.locator(row(page, seq))).to_be_focused()
    assert page.locator("#log li[tabindex='0']").count() == 0
    page.keyboard.press("Home")
    expect(page.locator(f"{row(page, 1)} .content .author")).to_have_attribute("tabindex", "0")
    expect(page.locator(row(page, 1))).to_be_focused()
    for inside in (".author", "a"):
        page.keyboard.press("Tab")
        expect(page.locator(f"{row(page, 1)} .content {inside}")).to_be_focused()
    page.locator("#log").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#log")).to_be_focused()
    reachable = ":is(a, button, pre):not([tabindex='-1'])"
    assert page.locator(f"{row(page, 1)} {reachable}").count() == page.locator(f"#log {reachable}").count() > 0


def test_a_resting_mouse_takes_nothing_from_the_focused_row(page: Page) -> None:
    page.locator("#log").focus()
    page.keyboard.press("Home")
    first, third = (page.locator(f"{row(page, seq)} .content .author") for seq in (1, 3))
    expect(first).to_have_attribute("tabindex", "0")
    # As when the rows pass below a mouse that does not move; headless Chromium does not send it by itself.
    third.evaluate("row => row.dispatchEvent(new PointerEvent('pointerover', {bubbles: true, pointerType: 'mouse'}))")
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    third.hover()
    expect(third).to_have_attribute("tabindex", "0")


def test_keys_act_on_the_focused_row(page: Page, lobby: Room) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#log").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(row(page, 3))).to_be_focused()
    page.keyboard.press("r")
    expect(page.locator(".quoting")).to_contain_text("Alice")
    expect(page.locator("#box")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".quoting")).to_be_hidden()
    page.locator(row(page, 3)).focus()
    page.keyboard.press("e")
    expect(page.locator(".editor")).to_have_count(0)  # somebody else's
    page.locator(row(page, 2)).focus()
    page.keyboard.press("e")
    expect(page.locator(".editor textarea")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator(row(page, 2)).focus()
    page.keyboard.press("l")
    expect(page.locator("#reader")).to_have_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()").endswith("/chat/lobby/2/")
    page.keyboard.press("Delete")
    expect(page.locator(f"{row(page, 2)} .gone")).to_be_visible()
    expect(page.locator(row(page, 2))).to_be_focused()


def test_reactions_by_key_and_by_press(visit: Visit, page: Page, lobby: Room, alice: User) -> None:
    at_alice = visit(alice, "/chat/lobby/")
    page.locator(row(page, 3)).focus()
    page.keyboard.press("+")
    expect(page.get_by_label("Search emoji")).to_be_focused()
    page.keyboard.type("tears of joy")
    page.keyboard.press("Enter")
    chip = at_alice.locator(f"{row(page, 3)} .react").first
    expect(chip).to_have_attribute("aria-label", "Bob: 😂")
    expect(chip).to_have_attribute("aria-pressed", "false")
    expect(page.locator(row(page, 3))).to_be_focused()
    chip.click()
    mine = page.locator(f"{row(page, 3)} .react").first
    expect(mine).to_have_attribute("aria-label", "You and Alice: 😂")
    expect(mine).to_have_attribute("aria-pressed", "true")
    page.locator(row(page, 3)).get_by_label("More").click()
    page.get_by_role("menuitem", name="Who reacted").click()
    expect(page.get_by_role("dialog", name="Reactions").locator("dd")).to_have_text("You, Alice")
    page.keyboard.press("Escape")
    mine.click()
    expect(at_alice.locator(f"{row(page, 3)} .react").first).to_have_attribute("aria-label", "You: 😂")


def test_more_pins_and_marks_unread(page: Page, lobby: Room, bob: User, visit: Visit, carol: User) -> None:
    page.locator(row(page, 3)).hover()
    page.locator(row(page, 3)).get_by_label("More").click()
    expect(page.get_by_role("menuitem").first).to_be_focused()
    page.get_by_role("menuitem", name="Mark unread from here").click()
    expect(page.locator(".newline")).to_be_visible()
    expect(page.locator("#rooms a[aria-current] .dot")).to_be_visible()
    assert Membership.objects.get(room=lobby, user=bob).read_seq == 2
    page.keyboard.press("Escape")
    expect(page.locator("#rooms a[aria-current] .dot")).to_have_count(0)
    expect(page.locator(f".newline + {row(page, 3).removeprefix('#log ')}")).to_be_visible()  # stays where it was
    at_carol = visit(carol, "/chat/lobby/")
    at_carol.locator(row(page, 1)).hover()
    at_carol.locator(row(page, 1)).get_by_label("More").click()
    at_carol.get_by_role("menuitem", name="Pin", exact=True).click()
    expect(page.locator(f"{row(page, 1)} .pinned")).to_be_visible()
    at_carol.locator(row(page, 2)).hover()
    at_carol.locator(row(page, 2)).get_by_label("More").click()
    at_carol.get_by_role("menuitem", name="Moderate").click()
    acts = at_carol.get_by_role("menuitem", name="Mute").bounding_box()
    assert acts
    assert acts["x"] > 700, "at the button"
    at_carol.get_by_role("menuitem", name="Mute").click()
    expect(at_carol.get_by_role("dialog", name="Mute Bob?")).to_be_visible()


def test_the_switcher_finds_rooms(page: Page, alice: User, bob: User) -> None:
    make_room(alice, "Garden", bob)
    page.reload()
    live(page)
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Jump to a room or a person")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(page.locator("#box")).to_be_focused()
    page.locator("#jump").click()
    expect(field).to_be_focused()
    page.keyboard.type("gard")
    expect(page.get_by_role("option").first).to_have_text("Garden")
    page.keyboard.press("Enter")
    page.wait_for_url("**/chat/garden/")
    live(page)
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.type("alic")
    page.get_by_role("option").filter(has_text="@alice").click()
    expect(page.locator("#room-name")).to_have_text("Alice")


def test_a_message_is_kept_passed_on_and_found_by_its_day(page: Page, lobby: Room, alice: User, bob: User) -> None:
    make_room(alice, "Garden", bob)
    page.reload()
    live(page)

    def choose(name: str) -> None:
        page.locator(row(page, 1)).hover()
        page.locator(row(page, 1)).get_by_label("More").click()
        page.get_by_role("menuitem", name=name).click()

    choose("Save for later")
    expect(page.locator(".toast")).to_contain_text("Saved for later")
    assert SavedMessage.objects.get().message.seq == 1
    page.reload()
    live(page)
    choose("Take off my saved list")
    expect(page.locator(".toast")).to_contain_text("Off your saved list")
    assert not SavedMessage.objects.exists()
    page.locator("#log .day button").click()
    page.get_by_label("Day").press("Enter")
    expect(page.locator(row(page, 1))).to_have_class(re.compile("is-target"))
    choose("Forward")
    expect(page.get_by_role("combobox", name="Forward to")).to_be_focused()
    page.keyboard.type("gard")
    page.keyboard.press("Enter")
    page.locator(".toast").get_by_role("button", name="Show in the room").click()
    page.wait_for_url("**/chat/garden/1/")
    expect(page.locator(f"{row(page, 1)} blockquote")).to_contain_text("first")


def test_alt_and_arrows_walk_the_rooms(page: Page, alice: User, bob: User) -> None:
    for name in ("Attic", "Middle", "Zoo"):
        make_room(alice, name, bob)
    for slug in ("middle", "zoo"):
        post(alice, Room.objects.get(slug=slug), "roar")
    page.reload()
    live(page)
    for keys, slug in (
        ("Alt+ArrowUp", "attic"),
        ("Alt+Shift+ArrowUp", "zoo"),
        ("Alt+ArrowDown", "attic"),
        ("Alt+Shift+ArrowDown", "middle"),
    ):
        page.keyboard.press(keys)
        page.wait_for_url(f"**/chat/{slug}/")
        live(page)


def test_lists_of_help(page: Page) -> None:
    page.locator("#log").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("Ctrl K")
    page.keyboard.press("Escape")
    expect(page.locator("#log")).to_be_focused()
    page.get_by_label("Formatting help").click()
    expect(page.get_by_role("dialog", name="Formatting")).to_contain_text("**bold**")
    page.get_by_label("Close").click()
    page.fill("#box", "")
    page.locator("#box").press_sequentially("really?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_suggestions_while_writing(page: Page, lobby: Room) -> None:
    page.locator("#box").press_sequentially("hi @al")
    option = page.get_by_role("option")
    expect(option).to_contain_text("Alice")
    expect(page.locator("#box")).to_have_attribute("aria-activedescendant", "box-choices-0")
    page.keyboard.press("Tab")
    expect(page.locator("#box")).to_have_value("hi @alice ")
    page.keyboard.press("Shift+Enter")
    page.locator("#box").press_sequentially("in #lo")
    expect(option).to_contain_text("Lobby")
    page.keyboard.press("Escape")
    expect(option).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(row(page, 4))).to_contain_text("in #lo")
    assert Message.objects.get(seq=4).body == "hi @alice \nin #lo"


def test_a_refused_act_says_why(page: Page, lobby: Room, alice: User, bob: User) -> None:
    page.locator(row(page, 3)).focus()
    quietly_muted(bob, alice, lobby)
    page.keyboard.press("+")
    expect(page.get_by_label("Search emoji")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#refusal")).to_contain_text("cool down")


def test_escape_goes_to_the_newest(page: Page, lobby: Room, alice: User, bob: User) -> None:
    for n in range(60):
        post(alice, lobby, f"line {n}")
    expect(page.locator(row(page, 63))).to_be_attached()
    page.evaluate("document.getElementById('log').scrollTop = -900")
    expect(page.locator("#latest")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#latest")).to_be_hidden()
    expect(page.locator(row(page, 63))).to_be_in_viewport()


def test_a_removed_message_keeps_the_focus(page: Page, lobby: Room, carol: User) -> None:
    page.locator(row(page, 2)).focus()
    messages.delete_message(membership=seat(carol, lobby), seq=2, reason="off topic")
    expect(page.locator(f"{row(page, 2)} .gone")).to_be_visible()
    expect(page.locator(row(page, 2))).to_be_focused()


def test_reading_on_one_device_clears_the_other(visit: Visit, page: Page, lobby: Room, alice: User, bob: User) -> None:
    elsewhere = visit(bob, "/chat/")
    room = elsewhere.locator("#rooms a", has_text="Lobby")
    page.evaluate("document.hasFocus = () => false")
    elsewhere.evaluate("navigator.setAppBadge = count => { window.badge = count; return Promise.resolve() }")
    elsewhere.evaluate("navigator.clearAppBadge = () => { window.badge = 0; return Promise.resolve() }")
    post(alice, lobby, "@bob are you there?")
    expect(room.locator(".badge")).to_have_text("1")
    expect(elsewhere).to_have_title(re.compile(r"^\(1\)"))
    elsewhere.wait_for_function("() => window.badge === 1")
    assert "icon-mention" in str(elsewhere.locator("link[rel=icon]").get_attribute("href"))
    page.evaluate("document.hasFocus = () => true")
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(room.locator(".badge, .dot")).to_have_count(0)
    expect(elsewhere).not_to_have_title(re.compile(r"^\("))
    elsewhere.wait_for_function("() => window.badge === 0")
    assert "icon-" not in str(elsewhere.locator("link[rel=icon]").get_attribute("href"))
