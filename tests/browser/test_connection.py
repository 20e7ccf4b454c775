"""The room page in a real Chromium: what must wait, reloads, a cut cable, access that ends."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from chat.models import Message, Room
from chat.services import members, messages, moderation, rooms
from tests.browser.conftest import Visit
from tests.browser.talk import rows, say
from tests.browser.wire import Wire
from tests.factories import post, quietly_muted, seat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# A try from before the cable was whole is lost, and the page's clock stands still: press until one gets through.
TRY_NOW = """() => {
    const press = document.querySelector('#notice button');
    press?.click();
    return !press;
}"""


def test_a_reload_in_the_middle_of_a_burst(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    page = visit(bob, "/chat/lobby/")
    post(alice, lobby, "line 0")
    expect(page.locator("li[data-seq='1']")).to_be_visible()
    page.evaluate("() => { setTimeout(() => location.reload()) }")
    for n in range(1, 40):
        post(alice, lobby, f"line {n}")
    expect(page.locator("li[data-seq='40']")).to_be_attached()
    assert rows(page) == [f"line {n}" for n in range(40)]


def test_a_minute_without_a_cable_is_caught_up_exactly(
    visit: Visit, wire: Wire, lobby: Room, alice: User, bob: User, carol: User
) -> None:
    """By the page's own clock: nothing is said of the first three seconds, and in the end what came meanwhile."""
    for n in range(10):
        post(bob, lobby, f"line {n}")
    members.mark_read(membership=seat(bob, lobby), seq=10)
    page = visit(bob, "/profile/", at=wire)
    page.clock.install()
    page.goto("/chat/lobby/", wait_until="networkidle")
    say(page, "last words")
    expect(page.locator(".unsent")).to_have_count(0)
    expect(page.locator("li[data-seq='11']")).to_be_visible()
    expect(page.locator("#box")).to_have_attribute("aria-controls", "box-choices")
    page.clock.pause_at(page.evaluate("Date.now() + 10_000"))
    wire.cut()
    say(page, "written while away")
    expect(page.get_by_text("Will be sent when you are back")).to_be_visible()
    page.clock.run_for(2900)
    expect(page.locator("#notice")).to_be_hidden()
    page.clock.run_for(200)
    expect(page.locator("#notice")).to_contain_text("Reconnecting")
    for n in range(37):
        post(alice, lobby, f"meanwhile {n}")
    messages.edit_message(membership=seat(bob, lobby), seq=3, body="edited once")
    messages.edit_message(membership=seat(bob, lobby), seq=3, body="edited twice")
    messages.edit_message(membership=seat(bob, lobby), seq=4, body="edited too")
    messages.delete_message(membership=seat(carol, lobby), seq=5, reason="why not")
    page.clock.run_for(57_000)
    expect(page.get_by_text("Will be sent when you are back")).to_be_visible()
    wire.mend()
    page.wait_for_function(TRY_NOW)
    expect(page.locator("#notice")).to_have_text("Caught up: 37 messages, 2 edits, 1 removal")
    page.clock.run_for(8000)
    expect(page.locator("#notice")).to_be_hidden()
    page.clock.resume()
    expect(page.locator("li[data-seq='49']")).to_contain_text("written while away")
    expect(page.locator(".unsent")).to_have_count(0)
    expected = [
        message.body or f"Removed by a moderator\n· {message.delete_reason}"
        for message in Message.objects.order_by("seq")
    ]
    assert [text.replace("· ", "· ") for text in rows(page)] == expected


def test_outbox_survives_a_reload_and_sends_once(visit: Visit, wire: Wire, lobby: Room, alice: User, bob: User) -> None:
    page = visit(bob, "/chat/lobby/", at=wire)
    say(page, "first")
    expect(page.locator("li[data-seq='1']")).to_be_visible()
    expect(page.locator("#box")).to_have_attribute("aria-controls", "box-choices")
    wire.cut()
    say(page, "second")
    say(page, "third")
    expect(page.locator(".unsent")).to_have_count(2)
    page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'")
    page.reload()
    expect(page.get_by_role("heading", name="The line is quiet.")).to_be_visible()
    wire.mend()
    page.get_by_role("link", name="Try again").click()
    expect(page.locator("li[data-seq='3']")).to_be_visible()
    expect(page.locator(".unsent")).to_have_count(0)
    page.reload()
    expect(page.locator("li[data-seq='3']")).to_be_visible()
    expect(page.locator(".unsent")).to_have_count(0)
    assert rows(page) == ["first", "second", "third"]
    assert Message.objects.filter(author=bob).count() == 3


def test_a_refused_message_says_why_and_can_be_written_again(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    page = visit(bob, "/chat/lobby/")
    say(page, "before")
    expect(page.locator("li[data-seq='1']")).to_be_visible()
    quietly_muted(bob, alice, lobby)
    say(page, "let me speak")
    expect(page.locator(".unsent")).to_contain_text("Not sent")
    expect(page.locator(".unsent")).to_contain_text("cool down")
    expect(page.get_by_role("alert").filter(has_text="Not sent")).to_be_visible()
    page.locator(".unsent").get_by_role("button", name="Try again").click()
    expect(page.locator(".unsent")).to_contain_text("cool down")
    page.locator(".unsent").get_by_role("button", name="Edit").click()
    expect(page.locator("#box")).to_have_value("let me speak")
    expect(page.locator(".unsent")).to_have_count(0)


def test_removed_people_are_told(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    page = visit(bob, "/chat/lobby/")
    say(page, "here")
    expect(page.locator("li[data-seq='1']")).to_be_visible()
    members.remove_member(membership=seat(alice, lobby), user=bob, reason="enough")
    expect(page.locator("#closed")).to_contain_text("You were removed from this room.")
    expect(page.locator("#composer")).to_be_hidden()


def test_signed_out_and_banned_people_leave_the_page(visit: Visit, lobby: Room, bob: User, steward: User) -> None:
    page = visit(bob, "/chat/lobby/", expects="403 (Forbidden)")
    say(page, "here")
    expect(page.locator("li[data-seq='1']")).to_be_visible()
    moderation.ban_user(actor=steward, user=bob, reason="the last straw")
    expect(page.get_by_text("the last straw")).to_be_visible()


def test_what_is_under_way_says_so_and_what_must_wait_says_how_long(
    visit: Visit, lobby: Room, alice: User, bob: User
) -> None:
    page = visit(bob, "/chat/lobby/")
    say(page, "first")
    expect(page.locator("li[data-seq='1']")).to_be_visible()
    page.evaluate("""() => {
        const { send } = WebSocket.prototype;
        const late = [];
        WebSocket.prototype.send = function (text) { late.push(() => send.call(this, text)) };
        window.goOn = () => { WebSocket.prototype.send = send; late.forEach(one => one()) };
    }""")
    say(page, "second")
    draft = page.locator("#log li", has_text="second")
    expect(draft).to_have_count(1)
    expect(draft.locator(".sending")).to_have_text("Sending…")
    page.evaluate("goOn()")
    expect(page.locator("li[data-seq='2']")).to_contain_text("second")
    rooms.update_room(membership=seat(alice, lobby), slow_mode_seconds=60)
    say(page, "too soon")
    waiting = page.locator(".unsent")
    expect(waiting).to_contain_text(re.compile(r"Goes in \d+ seconds"))
    expect(waiting).to_have_attribute("role", "timer")
    waiting.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("too soon")).to_have_count(0)
