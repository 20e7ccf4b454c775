"""Files that are on their way when the page goes: held by the browser, and gone on with."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from chat.models import Message, Room
from tests.browser.conftest import Visit
from tests.browser.talk import live
from tests.browser.uploading import choose, named, sent_names
from tests.browser.wire import Wire
from tests.uploads import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Looks again and again at what the browser keeps, and makes nothing by looking.
HELD = """() => void setInterval(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name);
    if (!names.includes('tertulia-files')) {
        window.held = null;
        return;
    }
    const opening = indexedDB.open('tertulia-files');
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onsuccess = () => {
        const asking = opening.result.transaction('files').objectStore('files').getAll();
        asking.onsuccess = () => {
            opening.result.close();
            window.held = asking.result.map(({ file }) => file.name).join();
        };
    };
}, 100)"""


# Says when a file that stood in the tray is out of it.
LEFT = """addEventListener('DOMContentLoaded', () => {
    let had = false;
    new MutationObserver(() => {
        const has = Boolean(document.querySelector('.load'));
        if (had && !has) console.log('left to the other');
        had = has;
    }).observe(document.body, { childList: true, subtree: true });
});"""


def expect_held(page: Page, names: str | None) -> None:
    """The files whose bytes the browser keeps; None where it keeps no such thing."""
    page.evaluate(HELD)
    page.wait_for_function("names => window.held === names", arg=names)


def test_a_file_on_its_way_goes_on_after_a_reload(visit: Visit, lobby: Room, bob: User) -> None:
    page = live(visit(bob, "/chat/lobby/"))
    page.route("**/api/v1/uploads", lambda route: None)  # nothing comes of it
    choose(page, named("plan.txt", b"the plan", "text/plain"), named("not.txt", b"x", "text/plain"))
    page.fill("#box", "see below")
    expect_held(page, "plan.txt,not.txt")
    page.get_by_role("button", name="Stop not.txt").click()
    expect_held(page, "plan.txt")
    page.reload()
    expect(page.get_by_role("progressbar", name="Uploading plan.txt")).to_be_visible()
    expect(page.locator(".load")).to_have_count(1)
    page.goto("about:blank")  # what it had begun would else be let through now, in a page that is going
    page.unroute("**/api/v1/uploads")
    page.goto("/chat/lobby/")
    expect(page.locator(".load--there")).to_contain_text("plan.txt")
    expect_held(page, "")
    page.press("#box", "Enter")
    expect(page.locator("li[data-seq='1'] .file")).to_contain_text("plan.txt")
    assert sent_names() == ["plan.txt"]


def test_one_page_takes_up_a_kept_file_and_sends_what_waited_for_it(visit: Visit, lobby: Room, bob: User) -> None:
    page = live(visit(bob, "/chat/lobby/"))
    page.context.route("**/api/v1/uploads", lambda route: None)
    choose(page, named("plan.txt", b"the plan", "text/plain"))
    expect_held(page, "plan.txt")
    page.fill("#box", "see below")
    page.press("#box", "Enter")
    expect(page.locator(".says")).to_have_text("The message goes as soon as its files are up.")
    other = page.context.new_page()
    with other.expect_event("console", lambda line: line.text == "left to the other"):
        other.add_init_script(LEFT)
        other.goto("/chat/lobby/")
    expect(other.locator("#box")).to_have_value("see below")
    page.goto("about:blank")  # what it had begun would else be let through now, and be a second one
    page.context.unroute("**/api/v1/uploads")
    page.goto("/chat/lobby/")
    for each in (page, other):
        expect(each.locator("li[data-seq='1'] .file")).to_contain_text("plan.txt")
    expect(page.locator("#box")).to_have_value("")
    expect_held(page, "")
    other.reload()
    expect(live(other).locator(".load")).to_have_count(0)
    assert Message.objects.get().body == "see below"
    assert sent_names() == ["plan.txt"]


def test_what_is_held_goes_when_one_signs_out(visit: Visit, lobby: Room, bob: User) -> None:
    page = live(visit(bob, "/chat/lobby/"))
    page.route("**/api/v1/uploads", lambda route: None)
    choose(page, named("plan.txt", b"the plan", "text/plain"))
    expect_held(page, "plan.txt")
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button").last.click()
    page.wait_for_url("**/accounts/login/")
    expect_held(page, None)


def test_files_wait_with_their_message_over_a_reload_and_go_once(
    visit: Visit, wire: Wire, lobby: Room, alice: User, bob: User
) -> None:
    page = live(visit(bob, "/chat/lobby/", at=wire))
    choose(page, named("plan.png", picture(size=(90, 60))))
    expect(page.locator(".load--there")).to_have_count(1)
    wire.cut()
    page.fill("#box", "the plan")
    page.press("#box", "Enter")
    expect(page.locator(".msg--pending .shot")).to_have_count(1)
    expect(page.locator(".load")).to_have_count(0)
    wire.mend()
    page.reload()
    expect(page.locator("li[data-seq='1'] .shot img")).to_be_visible()
    expect(page.locator(".unsent")).to_have_count(0)
    assert sent_names() == ["plan.png"]
