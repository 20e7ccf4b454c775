"""Members, pins, the bell and the card of a person, in a real Chromium."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from chat.models import JoinRequest, Membership, Room, Sanction
from chat.services import members, messages
from tests.browser.conftest import Visit
from tests.browser.talk import live
from tests.factories import post, seat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def act_on(page: Page, name: str, act: str) -> None:
    page.get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("menuitem", name=act).click()


def test_members_by_role_and_by_name(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    page = live(visit(bob, "/chat/lobby/"))
    head = page.locator(".members")
    expect(head).to_contain_text("3")
    head.click()
    panel = page.get_by_role("complementary", name="Members")
    expect(panel.locator(".person")).to_have_count(3)
    expect(panel.locator("section").first).to_contain_text("Alice")
    expect(panel.locator(".person", has_text="Bob")).to_contain_text("You · Online")
    expect(panel.get_by_role("button", name=re.compile("Actions"))).to_have_count(0)
    panel.get_by_label("Search members").fill("car")
    expect(panel.locator(".person")).to_have_count(1)
    expect(panel.get_by_role("status")).to_have_text("1 person")
    panel.get_by_label("Search members").fill("zz")
    expect(panel).to_contain_text("Nobody of that name is here.")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(head).to_be_focused()
    assert page.url.endswith("/chat/lobby/")


def test_an_owner_gives_roles_and_hands_over(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    page = live(visit(alice, "/chat/lobby/#members"))
    act_on(page, "Bob", "Make moderator")
    expect(page.locator("#panel-moderator")).to_contain_text("2")
    assert seat(bob, lobby).role == "moderator"
    act_on(page, "Bob", "Hand the room over")
    page.get_by_role("dialog").get_by_role("button", name="Hand the room over").click()
    expect(page.locator("section", has=page.locator("#panel-owner"))).to_contain_text("Bob")
    assert seat(alice, lobby).role == "moderator"
    expect(page.get_by_role("button", name="Actions for Bob")).to_have_count(0)


def test_a_moderator_mutes_and_takes_it_back(visit: Visit, lobby: Room, bob: User, carol: User) -> None:
    page = live(visit(carol, "/chat/lobby/#members"))
    expect(page.get_by_role("button", name="Actions for Alice")).to_have_count(0)
    act_on(page, "Bob", "Mute")
    dialog = page.get_by_role("dialog", name="Mute Bob?")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    dialog.get_by_label("Reason").fill("calm down")
    dialog.get_by_label("For how long").select_option("1 hour")
    dialog.get_by_role("button", name="Mute").click()
    expect(page.locator(".toast")).to_contain_text("Bob is muted")
    sanction = Sanction.objects.get()
    assert (sanction.kind, sanction.reason, sanction.ends_at is None) == ("mute", "calm down", False)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_have_count(0)
    act_on(page, "Bob", "Ban")
    page.get_by_label("Reason").fill("spam")
    page.get_by_label("For how long").select_option("For good")
    page.get_by_role("dialog").get_by_role("button", name="Ban").click()
    expect(page.locator(".person")).to_have_count(2)
    assert [row.kind for row in Sanction.objects.standing()] == ["ban"]


def test_a_member_is_removed_with_a_reason(visit: Visit, lobby: Room, bob: User, carol: User) -> None:
    page = live(visit(carol, "/chat/lobby/#members"))
    act_on(page, "Bob", "Remove from the room")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator(".person")).to_have_count(2)
    assert not Membership.objects.filter(user=bob, room=lobby).exists()


def test_who_asks_is_let_in(visit: Visit, cellar: Room, alice: User, mallory: User) -> None:
    cellar.is_listed = True
    cellar.save()
    members.ask_to_join(user=mallory, room=cellar, words="please")
    page = live(visit(alice, "/chat/cellar/#members"))
    expect(page.locator("#asking")).to_have_text("1")
    expect(page.locator(".asking")).to_contain_text("please")
    page.get_by_role("button", name="Let in").click()
    expect(page.locator(".asking")).to_have_count(0)
    expect(page.locator("#asking")).to_be_hidden()
    expect(page.locator(".person", has_text="Mallory")).to_be_visible()
    assert JoinRequest.objects.get().answer == "accepted"


def test_pins(visit: Visit, lobby: Room, alice: User, bob: User, carol: User) -> None:
    for n in range(80):
        post(bob, lobby, f"line **{n}**")
    messages.set_pin(membership=seat(carol, lobby), seq=3, on=True)
    page = live(visit(carol, "/chat/lobby/"))
    page.get_by_label("Pinned messages").first.click()
    panel = page.get_by_role("complementary", name="Pinned messages")
    expect(panel.locator(".pin strong")).to_have_text("2")
    panel.get_by_role("link", name="Show in the room").click()
    expect(page.locator("#log li[data-seq='3']")).to_be_in_viewport()
    panel.get_by_role("button", name="Unpin").click()
    expect(panel).to_contain_text("Nothing is pinned yet.")


def test_the_bell(visit: Visit, lobby: Room, bob: User) -> None:
    settings, page = visit(bob, "/profile/#rooms"), live(visit(bob, "/chat/lobby/"))
    settings.get_by_role("radiogroup", name="What you are told of").get_by_text("Nothing").click()
    settings.get_by_role("button", name="Save What you are told of").click()
    expect(page.locator("#bell use")).to_have_attribute("href", re.compile("#belloff$"))
    page.locator("#bell").click()
    as_in_settings = page.get_by_role("menuitemradio", name="As in my settings: nothing")
    expect(as_in_settings).to_have_attribute("aria-checked", "true")
    with page.expect_response("**/settings"):
        page.get_by_role("menuitemradio", name="Only of mentions").click()
    expect(page.locator("#bell use")).to_have_attribute("href", re.compile("#bell$"))
    page.locator("#bell").click()
    expect(as_in_settings).to_have_attribute("aria-checked", "false")
    expect(page.get_by_role("menuitemradio", name="Only of mentions")).to_have_attribute("aria-checked", "true")
    page.get_by_role("menuitemcheckbox", name="Mute the room").click()
    expect(page.locator("#rooms a[aria-current] .trail")).to_be_visible()
    expect(page.locator("#bell use")).to_have_attribute("href", re.compile("#belloff$"))
    assert seat(bob, lobby).is_muted
    page.locator("#bell").click()
    with page.expect_response("**/settings"):
        page.get_by_role("menuitemradio", name="Notify me of all messages").click()
    page.locator("#bell").click()
    expect(page.get_by_role("menuitemradio", name="Notify me of all messages")).to_have_attribute(
        "aria-checked", "true"
    )


def test_the_card_of_a_person(visit: Visit, lobby: Room, alice: User, bob: User, carol: User) -> None:
    post(carol, lobby, "hello")
    page = live(visit(bob, "/chat/lobby/"))
    expect(page.locator("#log .by .role")).to_have_text("Moderator")
    page.locator("#log .author", has_text="Carol").click()
    card = page.get_by_role("dialog", name="Carol")
    expect(card).to_contain_text("@carol")
    expect(card.locator(".role")).to_have_text("Moderator")
    card.get_by_role("button", name="Mention").click()
    expect(page.locator("#box")).to_have_value("@carol ")
    page.locator("#log li[data-seq='1']").focus()
    page.locator("#log li[data-seq='1']").get_by_label("More").click()
    page.get_by_role("menuitem", name="Profile").click()
    expect(card.get_by_role("button", name="Write")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/chat/[0-9a-f]{16}/"))


def test_a_moderator_acts_from_the_card(visit: Visit, lobby: Room, bob: User, carol: User) -> None:
    post(bob, lobby, "buy my boat")
    page = live(visit(carol, "/chat/lobby/"))
    page.locator("#log .msg > .av").click()
    card = page.get_by_role("dialog", name="Bob", exact=True)
    act_on(page, "Bob", "Mute")
    expect(card).to_have_count(0)
    expect(page.get_by_role("dialog", name="Mute Bob?")).to_be_visible()


def test_holding_a_message_opens_its_actions(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    post(alice, lobby, "hold me")
    messages.set_reaction(membership=seat(alice, lobby), seq=1, emoji="🎉", on=True)
    phone = {"width": 390, "height": 844}
    page = live(visit(bob, "/chat/lobby/", viewport=phone, is_mobile=True, has_touch=True))
    row = page.locator("#log li[data-seq='1'] .content")
    row.dispatch_event("pointerdown", {"pointerType": "touch", "clientX": 100, "clientY": 400})
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="Reply")).to_be_visible()
    row.dispatch_event("pointerup", {"pointerType": "touch"})
    menu.get_by_role("menuitem", name="Reply").click()
    expect(page.locator(".quoting")).to_contain_text("Alice")
    assert_wide(page, ".head :is(a, summary), .composer button, .acts button, .react")


def assert_wide(page: Page, controls: str) -> None:
    """Whether 44 pixels, from top to bottom, hit each of these in its middle."""
    small = page.evaluate(
        """controls => {
        const isHit = (one, x, y) => one.contains(document.elementFromPoint(x, y));
        const reach = (one, x, y, step) => isHit(one, x, y) ? 1 + reach(one, x, y + step, step) : 0;
        return [...document.querySelectorAll(controls)].filter(one => one.checkVisibility()).map(one => {
            const { left, right, top, bottom } = one.getBoundingClientRect();
            const [x, y] = [(left + right) / 2, (top + bottom) / 2];
            return [one.ariaLabel ?? one.className, reach(one, x, y, 1) + reach(one, x, y - 1, -1)];
        }).filter(([name, pixels]) => pixels < 43);
    }""",
        controls,
    )
    assert small == [], "a finger is 44 pixels wide"


def test_names_faces_and_quotes_are_wide_enough_for_a_finger(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    for author, text, reply_to in ((alice, "one", None), (bob, "two", None), (alice, "three", 1), (bob, "four", None)):
        post(author, lobby, text, reply_to=reply_to)
    for seq in (1, 2, 3):
        messages.set_reaction(membership=seat(alice, lobby), seq=seq, emoji="🎉", on=True)
    phone = {"width": 390, "height": 844}
    page = live(visit(bob, "/chat/lobby/", viewport=phone, is_mobile=True, has_touch=True))
    expect(page.locator("#log .react[data-act=pick]")).to_have_count(3)
    assert_wide(page, "#log .msg:not(.msg--reply) .author, #log .msg > .av, #log .reply, #log .react")


def test_back_closes_a_panel_on_a_phone(visit: Visit, lobby: Room, bob: User) -> None:
    page = live(visit(bob, "/chat/lobby/", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True))
    page.locator(".members").click()
    expect(page.locator(".panel .person")).to_have_count(3)
    page.go_back()
    expect(page.locator(".panel")).to_have_count(0)
    expect(page.locator("#log")).to_be_visible()
