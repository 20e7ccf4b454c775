"""Pictures of every page with the demo in it (`bin/shots`): to look at, and to lay beside the ones from before.

`bin/shots -k "en and phone"` and the like make a part of them.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override
from playwright.sync_api import FilePayload, Page, ViewportSize

from accounts.models import User
from accounts.setup import new_setup_path
from chat.services import moderation
from migrations_seed import content
from tests.browser.addresses import LONG, NEW, ODD, PAGES, VISITORS
from tests.browser.conftest import Visit, session_of
from tests.browser.lively import lively
from tests.browser.looks import answer_with
from tests.browser.wire import Wire
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURE = content.DATA / "demo" / "p95-history.png"
FOLDER = Path(__file__).parents[2] / ".screenshots"
TALLEST = 4000
LOCALES = {"en": "en-GB", "zh-hans": "zh-CN"}
SCREENS: dict[str, dict[str, object]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("part", ["pages", "raised", "strangers"])
def test_shots(visit: Visit, wire: Wire, part: str, language: str, screen: str, scheme: str) -> None:
    call_command("seed", demo=True, verbosity=0)
    FOLDER.mkdir(exist_ok=True)
    User.objects.update(language=language)
    ines = User.objects.get(username="ines")
    looks = SCREENS[screen] | {"color_scheme": scheme, "locale": LOCALES[language]}
    page = visit(ines, "/offline/", at=wire, expects="status of ", service_workers="block", **looks)

    def shoot(name: str, path: str = "", *, is_long: bool = False) -> None:
        """One picture, when nothing is on its way any more."""
        if path:
            page.goto("about:blank")  # an address that differs in its fragment alone opens nothing
            page.goto(path, wait_until="networkidle")
        before = stretch(page) if is_long else None
        page.screenshot(path=FOLDER / f"{name}-{language}-{screen}-{scheme}.png")
        if before:
            page.set_viewport_size(before)

    parts = {"pages": walked, "raised": raised, "strangers": strangers}
    parts[part](page, shoot, ines)
    if part == "raised":
        page.goto("/chat/launch/", wait_until="networkidle")
        wire.cut()
        page.locator("#notice:visible").wait_for()
        shoot("disconnected")


def walked(page: Page, shoot: "Shoot", ines: User) -> None:
    """The first run, and every page as the owner of a lively site."""
    User.objects.filter(pk=ines.pk).update(is_superuser=False)
    as_nobody(page)
    shoot("setup", new_setup_path())
    lively(ines)
    as_person(page, ines)
    for name, path in PAGES.items():
        shoot(name, path)
    for name, path in LONG.items():
        shoot(name, path, is_long=True)


def as_nobody(page: Page) -> None:
    page.context.clear_cookies()


def as_person(page: Page, user: User) -> None:
    as_nobody(page)
    address = page.evaluate("location.origin")
    page.context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": address}])


def stretch(page: Page) -> ViewportSize:
    """Makes the window as high as what scrolls in it; gives the size that it had."""
    size = page.viewport_size
    assert size
    hidden = page.evaluate(
        "Math.max(...[...document.querySelectorAll('html, main, .page, .log, .queue, .main')]"
        ".map(box => box.scrollHeight - box.clientHeight))"
    )
    page.set_viewport_size({"width": size["width"], "height": min(TALLEST, size["height"] + hidden)})
    page.wait_for_load_state("networkidle")
    return size


type Shoot = Callable[..., None]


def raised(page: Page, shoot: Shoot, ines: User) -> None:
    """What rises over the room."""
    lively(ines)
    opened(page, shoot)
    page.goto("/chat/launch/", wait_until="networkidle")
    last = page.locator("#log li[data-seq]").last
    last.focus()
    shoot("focused")
    page.keyboard.press("+")
    page.locator(".picker-grid button").first.wait_for()
    shoot("emoji")
    page.locator(".picker-grid button").first.click()
    last.locator(".react").first.wait_for()
    last.hover()
    shoot("hovered")
    last.locator(".acts [data-act=more]").click()
    page.get_by_role("menu").wait_for()
    shoot("menu")
    page.keyboard.press("Escape")
    last.focus()
    page.keyboard.press("r")
    page.locator(".quoting").wait_for()
    shoot("replying")
    page.keyboard.press("Escape")
    for name, text in {"suggestions-people": "hello @a", "suggestions-emoji": "hello :ro"}.items():
        page.locator("#box").press_sequentially(text)
        page.get_by_role("option").first.wait_for()
        shoot(name)
        page.fill("#box", "")
    picture: FilePayload = {"name": PICTURE.name, "mimeType": "image/png", "buffer": PICTURE.read_bytes()}
    minutes: FilePayload = {"name": "minutes of Thursday.txt", "mimeType": "text/plain", "buffer": b"tea\n" * 900}
    page.locator(".attach input").set_input_files([picture, minutes])
    page.locator(".load--there canvas").wait_for()
    shoot("tray")
    page.keyboard.press("Control+k")
    page.locator(".switcher [role=option]").first.wait_for()
    shoot("switcher")
    page.keyboard.press("Escape")
    page.locator(".switcher").wait_for(state="detached")
    page.locator("[data-tool=formatting]").click()
    page.locator(".dialog[open]").wait_for()
    shoot("formatting")
    page.keyboard.press("Escape")
    page.locator(".dialog").wait_for(state="detached")
    by_keys(page, shoot)


def by_keys(page: Page, shoot: Shoot) -> None:
    """What keys open on the messages of the room; the last of them goes."""
    page.goto("/chat/launch/", wait_until="networkidle")
    page.locator("#log li[data-seq]").last.focus()
    page.keyboard.press("?")
    page.locator(".dialog .help").wait_for()
    shoot("shortcuts")
    page.keyboard.press("Escape")
    page.locator(".dialog").wait_for(state="detached")
    page.locator("#log li[data-seq]").last.focus()
    page.keyboard.press("e")
    page.locator(".editor textarea").wait_for()
    shoot("editing")
    page.keyboard.press("Escape")
    for back, name in ((2, "deleting"), (1, "deleted")):
        page.locator("#log li[data-seq]").nth(-back).focus()
        page.keyboard.press("Delete")
        page.locator(".toast" if back == 1 else ".dialog form").first.wait_for()
        shoot(name)
        page.keyboard.press("Escape")


# What opens beside the room or over it: the name that opens it, and what to wait for.
OPENED = {
    "bell": ".popup--menu",
    "me": ".popup",
    "date": ".dialog input",
    "person": ".card-person .card-acts",
    "invite": ".dialog .links",
    "settings": ".dialog .careful-acts",
    "create": ".dialog .option",
    "direct": ".dialog .people-field",
    "picture": ".lightbox img",
}


def opened(page: Page, shoot: Shoot) -> None:
    """Panels, dialogs and the card of a person."""
    for name, inside in {"members": ".people li", "pins": ".panel li, .panel .empty"}.items():
        page.goto("about:blank")
        page.goto(f"/chat/help/#{name}")
        page.locator(inside).first.wait_for()
        shoot(name)
    for name, inside in OPENED.items():
        page.goto("/chat/launch/", wait_until="networkidle")
        # Pressed by script: on a phone some stand in a menu.
        openers = "#log .author" if name == "person" else f"[data-open={name}]"
        page.locator(openers).nth(-2 if name == "person" else 0).dispatch_event("click")
        page.locator(inside).first.wait_for()
        shoot(f"open-{name}")
        page.keyboard.press("Escape")


def strangers(page: Page, shoot: Shoot, ines: User) -> None:
    """What those see who are new, banned, or not signed in."""
    language, invite = ines.language, lively(ines)
    newcomer = make_user(username="newcomer", display_name="New Comer", language=language, email="new@example.org")
    as_person(page, newcomer)
    for name, path in (NEW | {"invite-member": invite}).items():
        shoot(name, path)
    bruno = User.objects.get(username="bruno")
    as_person(page, bruno)
    shoot("muted", "/chat/lobby/")
    shoot("decisions-muted", "/moderation/mine/")
    moderation.ban_user(actor=ines, user=bruno, reason="Three warnings are enough.")
    as_person(page, bruno)
    shoot("banned", "/chat/")
    as_nobody(page)
    letter = EmailAddress.objects.create(user=newcomer, email="new@example.org", primary=True)
    key = default_token_generator.make_token(newcomer)
    letters = {
        "reset-key": f"/accounts/password/reset/key/{user_pk_to_url_str(newcomer)}-{key}/",
        "confirm": f"/accounts/confirm-email/{EmailConfirmationHMAC(letter).key}/",
        "invite": invite,
    }
    for name, path in (VISITORS | letters).items():
        shoot(name, path)
    page.goto("/accounts/login/")
    page.fill("[name=login]", "ines")
    page.fill("[name=password]", "wrong")
    page.locator("main form button:not([type=button])").first.click()
    page.locator("[role=alert]").first.wait_for()
    shoot("login-error")
    for name in ODD:
        with override(language):
            text = render_to_string(f"{name}.html", {"site_name": "Tertulia"}, RequestFactory().get("/"))
        answer_with(page, text)
        shoot(f"error-{Path(name).name}", "/broken/")
