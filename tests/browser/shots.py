"""Pictures of every page with the demo in it (`bin/shots`): to look at, and to lay beside the ones from before."""

from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page

from accounts.models import User
from migrations_seed import content
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURE = content.DATA / "demo" / "p95-history.png"
FOLDER = Path(__file__).parents[2] / ".screenshots"
SCREENS: dict[str, dict[str, object]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
PAGES = {
    "room": "/chat/launch/",
    "permalink": "/chat/launch/5/",
    "nav": "/chat/launch/#nav",
    "directory": "/chat/",
    "desk": "/moderation/",
    "directory-empty": "/chat/?q=zebra",
    "create": "/chat/new/",
    "people": "/people/",
    "person": "/people/amara/",
    "ignored": "/people/?tab=ignored",
    "saved": "/saved/",
    "my-rooms": "/my-rooms/",
    "search": "/search/?q=deploy",
    "search-ways": "/search/",
    "profile": "/profile/",
    "profile-device": "/profile/#device",
    "profile-tokens": "/profile/#tokens",
    "sessions": "/profile/sessions/",
    "email": "/accounts/email/",
    "password": "/accounts/password/change/",
    "offline": "/offline/",
    "transcript": "/chat/launch/?plain",
    "missing": "/chat/nowhere/",
    "preview": "/chat/help/",
    "admin": "/admin/",
    "styleguide": "/styleguide/",
    "room-zh": "/chat/大厅/",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_shots(visit: Visit, screen: str, scheme: str) -> None:
    call_command("seed", demo=True, verbosity=0)
    User.objects.filter(username="ines").update(is_staff=True, is_superuser=True)
    page = visit(User.objects.get(username="ines"), "/chat/", color_scheme=scheme, expects="404", **SCREENS[screen])
    chinese = visit(User.objects.get(username="林晓"), "/chat/", color_scheme=scheme, **SCREENS[screen])
    FOLDER.mkdir(exist_ok=True)
    for name, path in PAGES.items():
        shoot(chinese if name.endswith("-zh") else page, path, FOLDER / f"{name}-{screen}-{scheme}.png")
    raised(page, FOLDER, f"{screen}-{scheme}.png")
    opened(page, FOLDER, f"{screen}-{scheme}.png")
    page.context.clear_cookies()
    for name in ("login", "signup"):
        shoot(page, f"/accounts/{name}/", FOLDER / f"{name}-{screen}-{scheme}.png")


def shoot(page: Page, path: str, file: Path) -> None:
    """One picture, when nothing is on its way any more."""
    page.goto("about:blank")  # an address that differs in its fragment alone opens nothing
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file)


def raised(page: Page, folder: Path, ending: str) -> None:
    """What rises over the room."""
    page.goto("/chat/launch/")
    page.wait_for_load_state("networkidle")
    last = page.locator("#log li[data-seq]").last
    last.focus()
    page.keyboard.press("+")
    page.get_by_role("group", name="Choose an emoji").wait_for()
    page.screenshot(path=folder / f"emoji-{ending}")
    page.locator(".picker-grid button").first.click()
    last.locator(".react").first.wait_for()
    last.hover()
    last.get_by_label("More").click()
    page.get_by_role("menu").wait_for()
    page.screenshot(path=folder / f"menu-{ending}")
    page.keyboard.press("Escape")
    for text in ("hello @a", "hello :ro"):
        page.locator("#box").press_sequentially(text)
        page.get_by_role("option").first.wait_for()
        page.screenshot(path=folder / f"suggestions-{text[6:7].replace(':', 'emoji').replace('@', 'people')}-{ending}")
        page.fill("#box", "")
    page.locator(".attach input").set_input_files(PICTURE)
    page.locator(".load--there canvas").wait_for()
    page.screenshot(path=folder / f"tray-{ending}")
    page.keyboard.press("Control+k")
    page.screenshot(path=folder / f"switcher-{ending}")
    page.keyboard.press("Escape")
    page.get_by_label("Formatting help").click()
    page.screenshot(path=folder / f"formatting-{ending}")


# What opens beside the room or over it: the name that opens it, and what to wait for.
OPENED = {
    "bell": ".popup--menu",
    "person": ".card-person .card-acts",
    "invite": ".dialog .links",
    "settings": ".dialog .careful-acts",
    "create": ".dialog .option",
    "direct": ".dialog .people-field",
    "picture": ".lightbox img",
}


def opened(page: Page, folder: Path, ending: str) -> None:
    """Panels, dialogs and the card of a person."""
    for name, inside in {"members": ".people li", "pins": ".panel li, .panel .empty"}.items():
        page.goto("about:blank")
        page.goto(f"/chat/launch/#{name}")
        page.locator(inside).first.wait_for()
        page.screenshot(path=folder / f"{name}-{ending}")
    for name, inside in OPENED.items():
        page.goto("/chat/launch/")
        page.wait_for_load_state("networkidle")
        # Pressed by script: on a phone some stand in a menu.
        openers = "#log .author" if name == "person" else f"[data-open={name}]"
        page.locator(openers).nth(-2 if name == "person" else 0).dispatch_event("click")
        page.locator(inside).first.wait_for()
        page.screenshot(path=folder / f"open-{name}-{ending}")
        page.keyboard.press("Escape")
