"""The room page in a real Chromium: talk, reload, moderation, a cut cable, the outbox, places in the past."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from chat.models import Membership, Message, Room
from chat.services import members, messages, moderation, rooms
from chat.services.messages import Draft
from tests.browser.conftest import Visit, is_strict
from tests.browser.wire import Wire
from tests.factories import post, quietly_muted, seat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def say(page: Page, text: str) -> None:
    page.fill("#box", text)
    page.press("#box", "Enter")


def rows(page: Page) -> list[str]:
    """The texts of the messages on the page, tombstones by their words."""
    return page.locator("#log li[data-seq]").locator(".prose, .gone").all_inner_texts()


def test_two_people_talk_and_reload(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    post(alice, lobby, "a line from before")
    at_alice, at_bob = visit(alice, "/chat/lobby/"), visit(bob, "/chat/lobby/")
    expect(at_bob.locator("#log li[data-seq]", has_text="a line from before")).to_be_visible()
    say(at_alice, "hello **bob**")
    expect(at_bob.locator("#log strong")).to_be_visible()
    say(at_bob, "hello alice")
    expect(at_alice.locator("#log li[data-seq]", has_text="hello alice")).to_be_visible()
    expect(at_bob.locator(".unsent")).to_have_count(0)
    at_bob.reload()
    expect(at_bob.locator("#log li[data-seq]", has_text="hello alice")).to_be_visible()
    assert rows(at_bob) == ["a line from before", "hello bob", "hello alice"]
    assert [message.body for message in Message.objects.order_by("seq")] == [
        "a line from before",
        "hello **bob**",
        "hello alice",
    ]


def test_own_message_can_be_edited_and_deleted(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    at_alice, at_bob = visit(alice, "/chat/lobby/"), visit(bob, "/chat/lobby/")
    say(at_bob, "a tpyo")
    expect(at_alice.locator("#log li[data-seq]", has_text="a tpyo")).to_be_visible()
    at_bob.press("#box", "ArrowUp")
    at_bob.fill(".editor textarea", "a typo")
    at_bob.press(".editor textarea", "Enter")
    expect(at_alice.get_by_text("(edited)")).to_be_visible()
    assert rows(at_alice) == ["a typo"]
    expect(at_bob.locator("#box")).to_be_focused()
    row = at_bob.locator("li[data-seq='1']")
    row.hover()
    row.get_by_label("More").click()
    at_bob.get_by_role("menuitem", name="Delete").click()
    expect(at_alice.get_by_text("Message deleted")).to_be_visible()
    expect(row).to_be_focused()
    at_bob.locator(".toast").get_by_role("button", name="Undo").click()
    expect(at_alice.get_by_text("Message deleted")).to_have_count(0)
    assert rows(at_alice) == ["a typo"]


def test_moderator_deletes_while_both_watch(visit: Visit, lobby: Room, alice: User, bob: User, carol: User) -> None:
    at_bob, at_carol = visit(bob, "/chat/lobby/"), visit(carol, "/chat/lobby/")
    say(at_bob, "buy my watches")
    row = at_carol.locator("li[data-seq='1']")
    expect(row).to_contain_text("buy my watches")
    row.hover()
    row.get_by_label("More").click()
    at_carol.get_by_role("menuitem", name="Delete").click()
    at_carol.get_by_label("Reason").fill("advertising")
    at_carol.locator("dialog").get_by_role("button", name="Delete").click()
    for page in (at_bob, at_carol):
        expect(page.locator(".gone")).to_contain_text("Removed by a moderator")
        expect(page.locator(".gone")).to_contain_text("advertising")
        expect(page.get_by_text("buy my watches")).to_have_count(0)
    at_carol.locator(".toast").get_by_role("button", name="Undo").click()
    expect(at_bob.get_by_text("buy my watches")).to_be_visible()


def test_a_reload_in_the_middle_of_a_burst(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    page = visit(bob, "/chat/lobby/")
    post(alice, lobby, "line 0")
    expect(page.locator("li[data-seq='1']")).to_be_visible()
    page.evaluate("() => { setTimeout(() => location.reload()) }")
    for n in range(1, 40):
        post(alice, lobby, f"line {n}")
    expect(page.locator("li[data-seq='40']")).to_be_attached()
    assert rows(page) == [f"line {n}" for n in range(40)]


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


def test_what_others_say_is_read_out_and_summed_up(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    page = visit(bob, "/chat/lobby/")
    say(page, "hello")
    expect(page.locator("li[data-seq='1']")).to_be_visible()
    page.evaluate("""() => {
        window.said = [];
        const reader = document.getElementById('reader');
        new MutationObserver(() => said.push([performance.now(), reader.textContent]))
            .observe(reader, { childList: true });
    }""")
    post(alice, lobby, "**line** 0")
    page.wait_for_function("() => said.length === 1")
    messages.post_messages(
        [Draft(membership=seat(alice, lobby), body=f"line {n}", client_id=uuid4()) for n in range(3)]
    )
    page.wait_for_function("() => said.length === 2")
    (first_at, first), (then_at, then) = page.evaluate("() => said")
    assert (first, then) == ("Alice: line 0", "3 new messages")
    assert then_at - first_at >= 1400
    assert page.locator("#log").get_attribute("aria-live") == "off"
    assert page.locator("#reader").get_attribute("role") == "status"


def test_a_cut_cable_is_caught_up_exactly(
    visit: Visit, wire: Wire, lobby: Room, alice: User, bob: User, carol: User
) -> None:
    for n in range(10):
        post(bob, lobby, f"line {n}")
    members.mark_read(membership=seat(bob, lobby), seq=10)
    page = visit(bob, "/chat/lobby/", at=wire)
    say(page, "last words")
    expect(page.locator(".unsent")).to_have_count(0)
    expect(page.locator("li[data-seq='11']")).to_be_visible()
    expect(page.locator("#box")).to_have_attribute("aria-controls", "box-choices")  # has fetched whom one may mean
    wire.cut()
    for n in range(37):
        post(alice, lobby, f"meanwhile {n}")
    messages.edit_message(membership=seat(bob, lobby), seq=3, body="edited once")
    messages.edit_message(membership=seat(bob, lobby), seq=3, body="edited twice")
    messages.edit_message(membership=seat(bob, lobby), seq=4, body="edited too")
    messages.delete_message(membership=seat(carol, lobby), seq=5, reason="why not")
    expect(page.locator("#notice")).to_contain_text("Reconnecting")
    say(page, "written while away")
    expect(page.get_by_text("Will be sent when you are back")).to_be_visible()
    expect(page.get_by_role("button", name="Try now")).to_be_visible()
    wire.mend()
    page.evaluate("document.querySelector('#notice button')?.click()")  # unless it is back by itself already
    expect(page.locator("#notice")).to_have_text("Caught up: 37 messages, 2 edits, 1 removal")
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
    expect(page.locator("#box")).to_have_attribute("aria-controls", "box-choices")  # has fetched whom one may mean
    wire.cut()
    say(page, "second")
    say(page, "third")
    expect(page.locator(".unsent")).to_have_count(2)
    wire.mend()
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


def test_a_draft_survives_and_a_composition_does_not_send(visit: Visit, lobby: Room, bob: User) -> None:
    page = visit(bob, "/chat/lobby/")
    page.fill("#box", "half a thou")
    expect(page.locator("#box")).to_have_attribute("aria-controls", "box-choices")  # the page is all there
    page.dispatch_event("#box", "keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    page.dispatch_event("#box", "keydown", {"key": "Enter", "keyCode": 229, "bubbles": True})
    page.reload()
    expect(page.locator("#box")).to_have_value("half a thou")
    assert not Message.objects.exists()
    page.press("#box", "Enter")
    expect(page.locator("li[data-seq='1']")).to_be_visible()
    expect(page.locator("#box")).to_have_value("")


def test_typing_reply_and_mention(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    at_alice, at_bob = visit(alice, "/chat/lobby/"), visit(bob, "/chat/lobby/")
    say(at_alice, "who comes along?")
    row = at_bob.locator("li[data-seq='1']")
    row.hover()
    row.get_by_label("Reply").click()
    expect(at_bob.locator(".quoting")).to_contain_text("Alice")
    at_bob.locator("#box").press_sequentially("@alice me")
    expect(at_alice.locator("#typing")).to_have_text("Bob is typing")
    at_bob.press("#box", "Enter")
    answer = at_alice.locator("li[data-seq='2']")
    expect(answer.locator(".reply")).to_contain_text("who comes along?")
    expect(answer.locator(".mention--me")).to_have_text("@Alice")
    expect(answer).to_have_class(re.compile("msg--mention"))
    expect(at_alice.locator("#typing")).to_have_text("")
    expect(at_bob.locator(".quoting")).to_be_hidden()
    answer.locator(".reply").click()
    expect(at_alice.locator("li[data-seq='1']")).to_have_class(re.compile("is-target"))


def test_unread_in_other_rooms_is_live(visit: Visit, lobby: Room, cellar: Room, alice: User, bob: User) -> None:
    page = visit(bob, "/chat/lobby/")
    say(page, "here")
    expect(page.locator("li[data-seq='1']")).to_be_visible()
    room = page.locator("#rooms a", has_text="Cellar")
    expect(room.locator(".dot, .badge")).to_have_count(0)
    at_alice = visit(alice, "/chat/cellar/")
    say(at_alice, "quiet down here")
    expect(room.locator(".dot")).to_be_visible()
    say(at_alice, "@bob come down")
    expect(room.locator(".badge")).to_have_text("1")
    expect(page).to_have_title(re.compile(r"^\(1\) # Lobby"))
    room.click()
    expect(page.locator(".newline")).to_be_visible()
    expect(page.locator("#rooms a", has_text="Cellar").locator(".dot, .badge")).to_have_count(0)
    assert Membership.objects.get(room=cellar, user=bob).read_seq == 2


def test_older_pages_load_without_a_jump(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    for n in range(150):
        post(alice, lobby, f"line {n}")
    members.mark_read(membership=seat(bob, lobby), seq=150)
    page = visit(bob, "/chat/lobby/")
    expect(page.locator("li[data-seq='150']")).to_be_in_viewport()
    page.evaluate("document.getElementById('log').scrollTop = -1200")
    row = page.evaluate("""() => [...document.querySelectorAll('li[data-seq]')]
        .find(li => li.getBoundingClientRect().top > 200).dataset.seq""")
    before = page.locator(f"li[data-seq='{row}']").bounding_box()
    expect(page.locator("li[data-seq='60']")).to_be_attached()
    post(alice, lobby, "while away from the end")
    expect(page.locator("#latest")).to_have_text(re.compile("1 new message"))
    after = page.locator(f"li[data-seq='{row}']").bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 1
    page.locator("#latest").click()
    expect(page.locator("#log li[data-seq]", has_text="while away from the end")).to_be_in_viewport()
    expect(page.locator("#latest")).to_be_hidden()


def test_permalink_to_the_past_and_back(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    for n in range(250):
        post(alice, lobby, f"line {n}")
    members.mark_read(membership=seat(bob, lobby), seq=250)
    page = visit(bob, "/chat/lobby/42/")
    expect(page.locator("li[data-seq='42']")).to_be_in_viewport()
    expect(page.locator("li[data-seq='42']")).to_have_class(re.compile("is-target"))
    expect(page.locator("li[data-seq='250']")).to_have_count(0)
    page.locator("#latest").click()
    expect(page.locator("li[data-seq='250']")).to_be_in_viewport()
    say(page, "back in the present")
    expect(page.locator("li[data-seq='251']")).to_be_in_viewport()


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


def test_code_is_copied_with_one_press(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    post(alice, lobby, "```python\nx = 1\n```")
    page = visit(bob, "/chat/lobby/", permissions=["clipboard-read", "clipboard-write"])
    expect(page.locator("#box")).to_be_focused()
    expect(page.locator("#box")).to_have_attribute("aria-controls", "box-choices")
    page.get_by_role("button", name="Copy code").click()
    expect(page.locator("#reader")).to_have_text("Code copied")
    assert page.evaluate("navigator.clipboard.readText()") == "x = 1\n"


def test_policy_is_enforced(visit: Visit, lobby: Room, bob: User) -> None:
    page = visit(bob, "/chat/lobby/", expects="TrustedHTML")
    answer = page.goto("/chat/lobby/")
    assert answer
    assert is_strict(answer.headers["content-security-policy"])
    assert (
        page.evaluate("""() => { try { document.body.innerHTML = '<i>'; return 'taken' } catch (error) {
        return error.name } }""")
        == "TypeError"
    )
