"""The choice of emoji: groups, search in the reader's language, skin tones, often used ones, names after a colon."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from chat.models import Message, Room
from tests.browser.conftest import Visit
from tests.browser.talk import live

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(visit: Visit, lobby: Room, bob: User) -> Page:
    return visit(bob, "/chat/lobby/")


def open_picker(page: Page) -> None:
    live(page)
    page.get_by_label("Emoji", exact=True).click()
    expect(page.get_by_role("group", name="Choose an emoji")).to_be_visible()


def test_arrows_walk_and_letters_search(page: Page) -> None:
    open_picker(page)
    expect(page.get_by_label("Search emoji")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("thumbs up", exact=True).first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("red heart").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("red heart").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Search emoji")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.type("octop")
    expect(page.locator(".picker-grid button")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#box")).to_have_value("🐙")
    expect(page.locator("#box")).to_be_focused()


def test_what_one_takes_comes_first_in_its_skin_tone(page: Page) -> None:
    open_picker(page)
    page.get_by_title("Medium-dark").click()
    page.get_by_label("Search emoji").fill("raised fist")
    page.keyboard.press("Enter")
    expect(page.locator("#box")).to_have_value("✊🏾")
    page.reload()
    open_picker(page)
    expect(page.get_by_role("radio", name="Medium-dark")).to_be_checked()
    expect(page.locator(".picker-grid button").first).to_have_text("✊🏾")
    page.get_by_role("button", name="Food", exact=True).click()
    expect(page.get_by_label("grapes")).to_be_focused()
    expect(page.get_by_label("grapes")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator(".picker")).to_have_count(0)


def test_a_colon_and_letters_offer_emoji(page: Page) -> None:
    live(page)
    page.locator("#box").press_sequentially("ship it :rocke")
    expect(page.get_by_role("option").first).to_contain_text("rocket")
    page.keyboard.press("Tab")
    expect(page.locator("#box")).to_have_value("ship it 🚀 ")
    page.locator("#box").press_sequentially(":D")
    page.keyboard.press("Enter")
    expect(page.locator("#log li[data-seq='1']")).to_contain_text("ship it 🚀 :D")
    assert Message.objects.get().body == "ship it 🚀 :D"


def test_nothing_found_says_so(page: Page) -> None:
    open_picker(page)
    page.get_by_label("Search emoji").fill("qqqq")
    expect(page.get_by_text("No emoji of that name.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_in_chinese_axe_finds_nothing(visit: Visit, lobby: Room, bob: User, width: int, scheme: str) -> None:
    bob.language = "zh-hans"
    bob.save()
    screen = {"width": width, "height": 800}
    page = visit(bob, "/chat/lobby/", viewport=screen, color_scheme=scheme, locale="zh-CN", bypass_csp=True)
    live(page)
    page.get_by_label("表情", exact=True).click()
    page.get_by_label("搜索表情").fill("章鱼")
    expect(page.locator(".picker-grid button").first).to_have_text("🐙")
    page.get_by_label("搜索表情").fill("")
    expect(page.locator(".picker section")).to_have_count(10)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
