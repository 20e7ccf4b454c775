"""Reports from the room, and the desk where they are decided."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from chat.models import AuditEntry, Complaint, Report, Room, Sanction
from chat.services import moderation, rooms
from tests.browser.conftest import Visit
from tests.browser.looks import assert_sound
from tests.browser.talk import live
from tests.factories import post, seat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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


def report(by: User, room: Room, seq: int, kind: str = "spam") -> Report:
    return moderation.report_message(membership=seat(by, room), seq=seq, kind=kind).report


def test_one_key_decides_and_an_open_room_sees_it(
    visit: Visit, lobby: Room, alice: User, bob: User, carol: User
) -> None:
    for text in ("buy now", "buy more", "hello"):
        post(bob, lobby, text)
    first, second = report(alice, lobby, 1), report(alice, lobby, 2)
    room = live(visit(alice, "/chat/lobby/"))
    page = visit(carol, "/moderation/", expects="409")
    cases = page.locator(".report")
    expect(cases).to_have_count(2)
    expect(page.locator("#cases")).to_have_text("2")
    expect(cases.first).to_contain_text("Mute 24 h")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#case-{first.pk}")).to_be_focused()
    page.keyboard.press("c")
    expect(page.locator(f"#case-{first.pk}")).to_contain_text("You are at it.")
    expect(page.locator(f"#case-{first.pk}")).to_have_attribute("aria-current", "true")
    page.keyboard.press("e")
    page.keyboard.type("Bad ads")
    page.keyboard.press("r")  # a letter of the reason
    expect(page.locator(f"#reason-{first.pk}")).to_have_value("Bad adsr")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(room.locator("#log li[data-seq='1']")).to_contain_text("Bad adsr")
    expect(cases).to_have_count(1)
    expect(page.locator("#cases")).to_have_text("1")
    expect(page.locator(f"#case-{second.pk}")).to_be_focused()
    page.locator(".tl li").first.get_by_role("button", name="Undo").click()
    expect(room.locator("#log li[data-seq='1']")).to_contain_text("buy now")
    expect(cases).to_have_count(2)
    expect(page.locator(".note")).to_contain_text("Taken back.")
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1
    report(alice, lobby, 3, "harassment")
    expect(cases).to_have_count(3)
    expect(page.locator("#cases")).to_have_text("3")
    for left, key in ((2, "d"), (1, "m"), (0, "b")):
        cases.first.focus()
        page.keyboard.press(key)
        expect(cases).to_have_count(left)
    assert sorted(Sanction.objects.standing().values_list("kind", flat=True)) == ["ban", "mute"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_desk_is_sound(visit: Visit, lobby: Room, alice: User, bob: User, carol: User, language: str) -> None:
    User.objects.update(language=language)
    post(bob, lobby, "buy now at https://example.org/" + "path/" * 40)
    report(alice, lobby, 1)
    moderation.mute_user(actor=alice, user=bob, room=lobby, reason="noise")
    moderation.appeal_act(user=bob, entry=AuditEntry.objects.get(action="mute"), words="no " * 100)
    moderation.mute_user(actor=alice, user=bob, room=lobby, reason="again")
    moderation.report_person(user=alice, person=bob, kind="other", words="x" * 100, room=lobby)
    page = visit(carol, "/moderation/", reduced_motion="reduce", bypass_csp=True)
    expect(page.locator(".report")).to_have_count(3)
    page.keyboard.press("e")
    assert_sound(page, "/moderation/")
    page = visit(bob, "/moderation/mine/", reduced_motion="reduce", bypass_csp=True)
    page.locator("summary").first.click()
    assert_sound(page, "/moderation/mine/")


def test_a_mute_closes_the_box_and_its_end_opens_it(
    visit: Visit, lobby: Room, alice: User, bob: User, carol: User
) -> None:
    rooms.update_room(membership=seat(alice, lobby), slow_mode_seconds=30)
    page = live(visit(bob, "/chat/lobby/"))
    expect(page.locator("#rule")).to_have_text("Slow mode: one message each 30 seconds")
    sanction = moderation.mute_user(actor=alice, user=bob, room=lobby, reason="noise")
    expect(page.locator("#closed")).to_contain_text("You are muted: noise. You can read. Appeal")
    expect(page.locator("#box")).to_be_hidden()
    moderation.lift_sanction(actor=alice, sanction=sanction)
    expect(page.locator("#box")).to_be_visible()
    moderation.mute_user(actor=alice, user=bob, room=lobby, reason="again", until=timezone.now() + timedelta(hours=1))
    page.reload()
    expect(page.locator("#closed")).to_contain_text("again (until")
    page.locator("#closed").get_by_role("link", name="Appeal").click()
    expect(page.get_by_role("heading", name="What was done to you")).to_be_visible()
    page.goto("/profile/")
    page.get_by_role("link", name="Show Decisions").click()
    page.get_by_text("Appeal", exact=True).first.click()
    page.get_by_label("Why should it be taken back?").first.fill("It was not me.")
    page.get_by_role("button", name="Send").first.click()
    expect(page.get_by_text("Your appeal waits for a decision.")).to_be_visible()
    assert Complaint.objects.get().words == "It was not me."
    rooms.lock_room(membership=seat(alice, lobby), reason="a pause")
    page = live(visit(carol, "/chat/lobby/"))
    expect(page.locator("#rule")).to_have_text("Locked: a pause. Only moderators write.")
