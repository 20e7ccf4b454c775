"""Files in a real browser: chosen, pasted, dropped, stopped, refused, sent; and how they stand in the room."""

from base64 import b64encode

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from chat.models import Room, Upload
from chat.services import messages
from tests.browser.conftest import Visit
from tests.browser.looks import assert_sound
from tests.browser.talk import live
from tests.browser.test_weight import SHIFT_MOST, opened
from tests.browser.uploading import choose, named, sent_names
from tests.factories import post, seat
from tests.uploads import WAV, picture, upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

XSS = '"><img src=x onerror=alert(1)>.png'
# A picture as a browser hands it over.
BRING = """([type, target, name, text]) => {
    const transfer = new DataTransfer();
    const bytes = Uint8Array.from(atob(text), sign => sign.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type: 'image/png' }));
    const options = { bubbles: true, cancelable: true };
    const event = type === 'paste'
        ? new ClipboardEvent(type, { ...options, clipboardData: transfer })
        : new DragEvent(type, { ...options, dataTransfer: transfer });
    document.querySelector(target).dispatchEvent(event);
    return event.defaultPrevented;
}"""

# From the left to the right.
SWIPE = """box => {
    for (const [type, x] of [['touchstart', 80], ['touchend', 200]]) {
        const touch = new Touch({ identifier: 1, target: box, clientX: x, clientY: 300 });
        const touches = type === 'touchstart' ? [touch] : [];
        box.dispatchEvent(new TouchEvent(type, { touches, changedTouches: [touch], bubbles: true }));
    }
}"""


def bring(page: Page, how: str, target: str, name: str, content: bytes) -> bool:
    return bool(page.evaluate(BRING, [how, target, name, b64encode(content).decode()]))


def test_chosen_pasted_and_dropped_files_go_with_one_message(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    at_alice, page = visit(alice, "/chat/lobby/"), live(visit(bob, "/chat/lobby/"))
    choose(page, named("chosen.png", picture(size=(900, 300))))
    expect(page.locator(".load--there")).to_have_count(1)
    assert bring(page, "paste", "#box", "pasted.png", picture(colour=(9, 90, 9)))
    assert bring(page, "dragover", "#log", "held.png", picture())
    expect(page.locator("body.is-held")).to_have_count(1)
    assert bring(page, "drop", "#log", XSS, picture(colour=(9, 9, 90)))
    expect(page.locator("body.is-held")).to_have_count(0)
    expect(page.locator(".load--there canvas")).to_have_count(3)
    shapes = page.locator(".load canvas").evaluate_all("all => all.map(one => one.width / one.height)")
    assert shapes[0] == 2  # three times as wide as high: as much of it as a tray has room for
    page.get_by_role("button", name=f"Alt text of {Upload.objects.get(name__contains='onerror').name}").click()
    page.get_by_role("dialog").locator("textarea").fill(XSS)
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.locator(".alt[aria-pressed=true]")).to_have_count(1)
    page.press("#box", "Enter")
    row = at_alice.locator("li[data-seq='1']")
    expect(row.locator(".shots--many .shot")).to_have_count(3)
    expect(row.get_by_role("img", name=XSS)).to_be_visible()
    expect(row.locator(".prose")).to_have_count(0)
    expect(page.locator(".load")).to_have_count(0)
    expect(page.locator(".unsent")).to_have_count(0)
    names = sent_names()
    assert names[:2] == ["chosen.png", "pasted.png"]
    assert "onerror" in names[2]


def test_what_is_copied_from_a_table_is_its_text(visit: Visit, lobby: Room, bob: User) -> None:
    page = live(visit(bob, "/chat/lobby/"))
    assert not page.evaluate("""() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(['x'], 'table.png', { type: 'image/png' }));
        transfer.setData('text/plain', 'a b');
        transfer.setData('text/html', '<table>');
        const event = new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true });
        document.querySelector('#box').dispatchEvent(event);
        return event.defaultPrevented;
    }""")
    expect(page.locator(".load")).to_have_count(0)


def test_progress_is_shown_and_can_be_stopped_and_the_message_waits(visit: Visit, lobby: Room, bob: User) -> None:
    page = live(visit(bob, "/chat/lobby/"))
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 100_000}
    line.send("Network.emulateNetworkConditions", slow)
    choose(page, named("slow.bin", bytes(2_000_000), "text/plain"), named("other.bin", bytes(900_000), "text/plain"))
    progress = page.get_by_role("progressbar", name="Uploading slow.bin")
    expect(page.locator("progress:not([value='0'])").first).to_be_visible()
    expect(progress).to_be_visible()
    page.fill("#box", "with a file")
    page.press("#box", "Enter")
    expect(page.locator(".says")).to_have_text("The message goes as soon as its files are up.")
    page.get_by_role("button", name="Stop slow.bin").click()
    expect(page.locator(".load")).to_have_count(1)
    expect(page.locator("#box")).to_have_value("with a file")
    page.press("#box", "Enter")
    line.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    expect(page.locator("li[data-seq='1'] .file")).to_contain_text("other.bin")
    expect(page.locator("#box")).to_have_value("")
    assert [row.name for row in Upload.objects.all()] == ["other.bin"]


def test_a_refused_file_says_why_and_text_and_tray_survive_a_reload(visit: Visit, lobby: Room, bob: User) -> None:
    page = live(visit(bob, "/chat/lobby/", expects="400 (Bad Request)"))
    page.fill("#box", "see below")
    choose(
        page, named("good.png", picture()), named("bad.png", b"\x89PNG\r\n\x1a\n no picture"), named("none.txt", b"")
    )
    failed = page.locator(".load--failed")
    expect(failed.filter(has_text="bad.png").get_by_role("alert")).to_have_text("This picture is damaged.")
    expect(failed.filter(has_text="none.txt").get_by_role("alert")).to_have_text("This file is empty.")
    expect(page.locator(".load--there")).to_have_count(1)
    page.press("#box", "Enter")
    expect(page.locator(".says")).to_contain_text("Remove what could not be added")
    choose(page, *(named(f"{n}.txt", b"x", "text/plain") for n in range(9)))
    expect(page.locator(".tray > .err")).to_have_text("A message has at most 10 files.")
    expect(page.locator(".load--there")).to_have_count(8)
    page.reload()
    expect(page.locator(".load--there")).to_have_count(8)
    expect(page.locator("#box")).to_have_value("see below")
    page.press("#box", "Enter")
    row = page.locator("li[data-seq='1']")
    expect(row.locator(".shot")).to_have_count(1)
    expect(row.locator(".file")).to_have_count(7)


def test_a_failed_message_is_written_again_with_its_files(visit: Visit, lobby: Room, bob: User) -> None:
    page = live(visit(bob, "/chat/lobby/", expects="404 (Not Found)"))
    choose(page, named("a.png", picture()), named("b.png", picture()))
    expect(page.locator(".load--there")).to_have_count(2)
    Upload.objects.get(name="b.png").delete()
    page.press("#box", "Enter")
    unsent = page.locator(".msg--failed")
    expect(unsent.locator(".shot")).to_have_count(2)
    unsent.get_by_role("button", name="Edit").click()
    expect(page.locator(".load--failed")).to_contain_text("This file is not kept any more. Add it again.")
    expect(page.locator(".load--there")).to_contain_text("a.png")
    page.get_by_role("button", name="Remove b.png").click()
    page.press("#box", "Enter")
    expect(page.locator("li[data-seq='1'] .shot")).to_have_count(1)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_tray_and_a_picture_are_sound(visit: Visit, lobby: Room, alice: User, bob: User, language: str) -> None:
    User.objects.update(language=language)
    post(alice, lobby, "", uploads=[upload(alice, picture(size=(640, 480)), "wall.png", alt="A red wall").pk])
    page = live(visit(bob, "/chat/lobby/", bypass_csp=True, locale=language, expects="400 (Bad Request)"))
    choose(page, named("a.png", picture()), named("none.txt", b"", "text/plain"), named("b.txt", b"b", "text/plain"))
    expect(page.locator(".load--there")).to_have_count(2)
    expect(page.locator(".load--failed")).to_have_count(1)
    assert_sound(page, "the tray", is_whole=False)
    page.locator(".load .alt").first.click()
    expect(page.locator("dialog textarea")).to_be_visible()
    assert_sound(page, "words for a picture", is_whole=False, schemes=["light"])
    page.keyboard.press("Escape")
    page.locator("#log .shot").first.click()
    expect(page.locator("dialog.lightbox figcaption")).to_have_text("A red wall")
    assert_sound(page, "a picture")


def test_pictures_one_by_one_by_keyboard(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    pictures = [
        upload(alice, picture(size=(640 + n, 480)), f"{n}.png", alt="" if n else "A red wall") for n in range(3)
    ]
    post(alice, lobby, "", uploads=[one.pk for one in pictures[:2]])
    post(bob, lobby, "", uploads=[upload(bob, picture(size=(20, 900)), "tall.png").pk])
    page = live(visit(bob, "/chat/lobby/"))
    first = page.locator("#log .shot").first
    first.focus()
    page.keyboard.press("Enter")
    box = page.locator("dialog.lightbox")
    expect(box.locator("figcaption")).to_have_text("A red wall")
    expect(box.locator("header")).to_contain_text("1 of 3")
    page.keyboard.press("ArrowLeft")
    expect(box.locator("header")).to_contain_text("1 of 3")
    page.keyboard.press("ArrowRight")
    expect(box.locator("header .name")).to_have_text("1.png")
    expect(box.locator("figcaption")).to_have_count(0)
    page.keyboard.press("End")
    expect(box.get_by_role("button", name="Next picture")).to_have_attribute("aria-disabled", "true")
    expect(box.get_by_role("img", name="tall.png")).to_be_in_viewport(ratio=1)
    address = page.locator("#log .shot").last.get_attribute("href")
    expect(box.get_by_role("link", name="Download")).to_have_attribute("href", f"{page.url.split('/chat')[0]}{address}")
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(first).to_be_focused()
    messages.set_pin(membership=seat(alice, lobby), seq=1, on=True)
    page.goto("/chat/lobby/#pins")
    page.locator(".pin .shot").last.click()
    expect(box.locator("header")).to_contain_text("2 of 2")
    box.evaluate(SWIPE)
    expect(box.locator("header")).to_contain_text("1 of 2")


def test_rows_with_files_move_nothing_and_change_with_their_message(
    visit: Visit, lobby: Room, alice: User, bob: User
) -> None:
    for n in range(6):
        post(alice, lobby, f"line {n}", uploads=[upload(alice, picture(size=(900, 300 + 90 * n)), f"{n}.png").pk])
    post(alice, lobby, "", uploads=[upload(alice, picture(), "small.png").pk, upload(alice, WAV, "a.wav").pk])
    lobby.memberships.filter(user=bob).update(read_seq=7)
    assert opened(visit, bob, "/chat/lobby/")["shift"] < SHIFT_MOST
    page = live(visit(alice, "/chat/lobby/"))
    row = page.locator("li[data-seq='7']")
    expect(row.locator("audio")).to_be_visible()
    row.locator("audio").evaluate("audio => { audio.dataset.same = '1' }")
    row.hover()
    row.get_by_label("👍").click()
    expect(row.locator(".reacts")).to_be_visible()
    expect(row.locator("audio[data-same]")).to_have_count(1)
    page.press("#box", "ArrowUp")
    page.fill(".editor textarea", "now with words")
    page.press(".editor textarea", "Enter")
    expect(row.locator(".edited")).to_be_visible()
    expect(row.locator(".shot, audio")).to_have_count(2)
    messages.delete_message(membership=seat(alice, lobby), seq=7)
    expect(row.locator(".gone")).to_be_visible()
    expect(row.locator(".shot, audio")).to_have_count(0)
