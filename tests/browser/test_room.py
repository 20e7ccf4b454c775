"""The room page in a real Chromium: talk, moderation, drafts, places in the past."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from accounts.models import User
from chat.models import Membership, Message, Room
from chat.services import members, messages
from chat.services.messages import Draft
from tests.browser.conftest import Visit, is_strict
from tests.browser.talk import rows, say
from tests.factories import post, seat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
    expect(at_bob.get_by_role("link", name="View as moderator")).to_have_count(0)
    link = at_carol.get_by_role("link", name="View as moderator")
    expect(link).to_have_attribute("href", "/chat/lobby/1/removed/")
    at_carol.locator(".toast").get_by_role("button", name="Undo").click()
    expect(at_bob.get_by_text("buy my watches")).to_be_visible()


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


def test_a_draft_survives_and_a_composition_does_not_send(visit: Visit, lobby: Room, bob: User) -> None:
    page = visit(bob, "/chat/lobby/")
    page.fill("#box", "half a thou")
    expect(page.locator("#box")).to_have_attribute("aria-controls", "box-choices")  # the page is all there
    page.dispatch_event("#box", "keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    page.dispatch_event("#box", "keydown", {"key": "Enter", "keyCode": 229, "bubbles": True})
    page.reload()
    expect(page.locator("#box")).to_have_value("half a thou")
    expect(page.locator(".me .av.on")).to_be_attached()
    page.locator("#box").focus()
    method = page.context.new_cdp_session(page)
    method.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
    page.keyboard.press("Enter")  # of the browser's own composition
    method.send("Input.insertText", {"text": "你好"})
    expect(page.locator("#box")).to_have_value(re.compile("half a thou.*你好", re.DOTALL))
    page.press("#box", "Enter")
    expect(page.locator("li[data-seq='1']")).to_contain_text("你好")
    expect(page.locator("#box")).to_have_value("")
    assert Message.objects.get().body.startswith("half a thou")


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
    expect(page.locator(".back")).to_have_attribute("aria-label", "All rooms · 1 message")
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
    # Read at once, so that no older page is there yet.
    row, before, is_there = page.evaluate("""() => {
        document.getElementById('log').scrollTop = -1200;
        const row = [...document.querySelectorAll('li[data-seq]')].find(li => li.getBoundingClientRect().top > 200);
        const isThere = Boolean(document.querySelector("li[data-seq='60']"));
        return [row.dataset.seq, row.getBoundingClientRect().top, isThere];
    }""")
    assert not is_there
    expect(page.locator("li[data-seq='60']")).to_be_attached()
    post(alice, lobby, "while away from the end")
    expect(page.locator("#latest")).to_have_text(re.compile("1 new message"))
    after = page.locator(f"li[data-seq='{row}']").bounding_box()
    assert after
    assert abs(before - after["y"]) < 1
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


def test_code_is_copied_with_one_press(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    post(alice, lobby, "```python\nx = 1\n```")
    page = visit(bob, "/chat/lobby/", permissions=["clipboard-read", "clipboard-write"])
    expect(page.locator("#box")).to_be_focused()
    expect(page.locator(".me .av.on")).to_be_attached()
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
