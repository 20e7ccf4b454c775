"""Long rooms: a bounded number of rows, places that hold; and the same page in Chinese and from right to left."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from chat.models import Room
from chat.services import members
from tests.browser.conftest import Visit
from tests.factories import post, seat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROWS_MOST = 300
MESSAGES = 420


def fill(lobby: Room, author: User, reader: User) -> None:
    for n in range(MESSAGES):
        post(author, lobby, f"line {n}")
    members.mark_read(membership=seat(reader, lobby), seq=MESSAGES)


def top_row(page: Page) -> tuple[int, float]:
    """The first row wholly in view: its seq, and where it stands."""
    seq, y = page.evaluate("""() => {
        const { top } = document.getElementById('log').getBoundingClientRect();
        const rows = [...document.querySelectorAll('#log li[data-seq]')];
        const row = rows.find(li => li.getBoundingClientRect().top >= top);
        return [Number(row.dataset.seq), row.getBoundingClientRect().top];
    }""")
    return seq, y


def test_no_more_rows_than_needed_in_both_directions(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    fill(lobby, alice, bob)
    page = visit(bob, "/chat/lobby/")
    rows = page.locator("#log li[data-seq]")
    for _ in range(12):
        first = int(str(rows.first.get_attribute("data-seq")))
        if first == 1:
            break
        rows.first.scroll_into_view_if_needed()
        expect(page.locator(f"#log li[data-seq='{max(1, first - 50)}']")).to_be_attached()
        assert rows.count() <= ROWS_MOST
    expect(rows.first).to_have_attribute("data-seq", "1")
    expect(page.locator(f"#log li[data-seq='{MESSAGES}']")).to_have_count(0)
    expect(page.locator("#latest")).to_be_visible()
    for _ in range(12):
        last = int(str(rows.last.get_attribute("data-seq")))
        if last == MESSAGES:
            break
        rows.last.scroll_into_view_if_needed()
        expect(page.locator(f"#log li[data-seq='{min(MESSAGES, last + 50)}']")).to_be_attached()
        assert rows.count() <= ROWS_MOST
    expect(rows.last).to_have_attribute("data-seq", str(MESSAGES))


def test_the_place_holds_while_others_write(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    fill(lobby, alice, bob)
    page = visit(bob, "/chat/lobby/200/")
    expect(page.locator(".me .av.on")).to_be_attached()
    before = top_row(page)
    for n in range(5):
        post(alice, lobby, f"meanwhile {n}")
    expect(page.locator("#latest")).to_contain_text("5 new messages")
    seq, y = top_row(page)
    assert seq == before[0]
    assert abs(y - before[1]) < 0.5  # less than a pixel: what rounding leaves


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_room_in_chinese(visit: Visit, lobby: Room, alice: User, bob: User, width: int) -> None:
    bob.language = "zh-hans"
    bob.save()
    post(alice, lobby, "早上好")
    page = visit(bob, "/chat/lobby/", viewport={"width": width, "height": 800}, locale="zh-CN", bypass_csp=True)
    expect(page.locator(".newline")).to_have_text("新消息")
    page.locator("#log li[data-seq='1']").hover()
    expect(page.get_by_role("toolbar", name="消息操作")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [1280, 320])
def test_the_room_from_right_to_left(visit: Visit, lobby: Room, alice: User, bob: User, width: int) -> None:
    post(alice, lobby, "مرحبا بالجميع")
    page = visit(bob, "/chat/lobby/", viewport={"width": width, "height": 800})
    page.evaluate("document.documentElement.dir = 'rtl'")
    row = page.locator("#log li[data-seq='1']")
    row.hover()
    face, content = row.locator(".av").bounding_box(), row.locator(".content").bounding_box()
    assert face
    assert content
    assert face["x"] > content["x"]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
