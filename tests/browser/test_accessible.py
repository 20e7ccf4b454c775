"""Pages that go wrong, and pages as a system may want them: in its own colours, mirrored, with little motion."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Page, expect

from accounts.models import User
from chat.models import Room
from tests.browser.conftest import Visit
from tests.browser.looks import TOO_WIDE, assert_sound
from tests.factories import make_room, post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ["/chat/lobby/", "/chat/lobby/#nav", "/chat/", "/chat/?q=zebra", "/chat/new/", "/chat/lobby/?plain"]
PAGES += ["/people/", "/people/alice/", "/saved/", "/my-rooms/", "/search/?q=hello"]
PAGES += ["/profile/", "/profile/sessions/", "/offline/", "/chat/nowhere/"]
LANGUAGES = {"en": "Someone dropped a tray.", "zh-hans": "有人打翻了托盘。"}


@pytest.fixture
def talk(lobby: Room, alice: User, bob: User) -> None:
    make_room(alice, "Garden", bob, topic="Seed lists")
    post(alice, lobby, "hello @bob, see [this](https://example.org/" + "long" * 40 + ") and `code`")
    post(bob, lobby, "```python\n" + "x = 1; " * 60 + "\n```\n\n> quoted")
    post(alice, lobby, "https://example.org/" + "path/" * 60, reply_to=1)


def goto(page: Page, path: str) -> None:
    page.goto("about:blank")  # an address that differs in its fragment alone opens nothing
    page.goto(path)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_that_go_wrong_are_sound(visit: Visit, bob: User, language: str) -> None:
    User.objects.update(language=language)
    page = visit(bob, "/profile/", bypass_csp=True, locale=language, expects="status of 4")
    for path in ("/nowhere/", "/admin/login/"):
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        assert_sound(page, path)
    page.goto("/profile/")
    page.evaluate("document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach(one => one.remove())")
    page.locator("#device button.btn:not([hidden])").last.click()
    page.wait_for_url("**/profile/device/")
    assert_sound(page, "without a token")


@pytest.mark.parametrize("name", ["400.html", "500.html"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_for_when_little_works_are_sound(visit: Visit, bob: User, name: str, language: str) -> None:
    with translation.override(language):
        text = render_to_string(name)
    page = visit(bob, "/profile/", bypass_csp=True)
    page.route("**/broken/", lambda route: route.fulfill(body=text, content_type="text/html"))
    page.goto("/broken/")
    assert page.locator("html").get_attribute("lang") == language
    assert (LANGUAGES[language] in text) is (name == "500.html")
    assert_sound(page, name)


@pytest.mark.usefixtures("talk")
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways_whichever_way_it_is_read(visit: Visit, bob: User, language: str) -> None:
    User.objects.update(language=language)
    page = visit(bob, "/chat/lobby/", expects="404")
    for path in PAGES:
        goto(page, path)
        for direction in ("ltr", "rtl"):
            page.evaluate("direction => { document.documentElement.dir = direction }", direction)
            for width in (1280, 390, 320):
                page.set_viewport_size({"width": width, "height": 700})
                assert page.evaluate(TOO_WIDE) <= 0, f"{path} {direction} at {width}"
                wide = page.evaluate(OUTSIDE)
                assert wide == [], f"{path} {direction} at {width}: {wide}"


# What reaches over the edge of the screen and is not inside of something that scrolls or cuts by itself.
OUTSIDE = """() => {
    const isHeld = element => {
        for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
            if (getComputedStyle(at).overflowX !== 'visible') return true;
        return false;
    };
    return [...document.body.querySelectorAll('*')].filter(element => {
        const { left, right, width } = element.getBoundingClientRect();
        const out = left < -1 || right > innerWidth + 1;
        return width > 1 && out && element.checkVisibility() && !isHeld(element) && !element.closest('.skip, .vh, svg');
    }).map(element => element.outerHTML.slice(0, 80));
}"""


@pytest.mark.usefixtures("talk")
def test_the_colours_of_the_system(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    garden = Room.objects.get(slug="garden")
    post(alice, garden, "something unread")
    page = visit(bob, "/chat/lobby/", forced_colors="active", bypass_csp=True)
    expect(page.locator("#rooms .dot").last).to_be_visible()
    styles = page.evaluate("""() => {
        const of = selector => getComputedStyle(document.querySelector(selector));
        const dot = of('#rooms .dot').backgroundColor;
        return { ink: of('body').color, dot, current: of('[aria-current]').outlineStyle };
    }""")
    assert styles["dot"] == styles["ink"]
    assert styles["current"] == "solid"
    for selector in ("#log", "#box", "#jump", "#rooms a"):
        page.keyboard.press("Tab")  # from now on the focus shows
        page.locator(selector).first.focus()
        ring = page.evaluate("() => { const { outlineStyle, outlineColor } = getComputedStyle(document.activeElement);"
                             " return [outlineStyle, outlineColor] }")  # fmt: skip
        assert ring[0] == "solid", selector
        assert ring[1] not in {"rgba(0, 0, 0, 0)", "transparent"}, selector
    page.locator("li[data-seq='2']").focus()  # the messages are one tab stop: code can be reached from its own row
    expect(page.locator("li[data-seq='2'] pre")).to_have_attribute("tabindex", "0")
    page.locator("#box").focus()
    assert_sound(page, "/chat/lobby/ in forced colours")


@pytest.mark.usefixtures("talk")
def test_little_motion_where_little_is_wanted(visit: Visit, bob: User) -> None:
    longest = """() => Math.max(0, ...[...document.querySelectorAll('*')].flatMap(element => {
        const { animationDuration, transitionDuration } = getComputedStyle(element);
        return [animationDuration, transitionDuration].flatMap(all => all.split(',').map(parseFloat));
    }))"""
    page = visit(bob, "/chat/lobby/1/")
    expect(page.locator(".is-target")).to_be_visible()
    assert page.evaluate(longest) > 0.1
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(longest) < 0.001
