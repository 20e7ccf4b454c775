"""Pictures of every page with the demo in it (`bin/shots`): to look at, and to lay beside the ones from before.

`bin/shots -k "en and phone"` and the like make a part of them.
"""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override
from playwright.sync_api import FilePayload, Page, ViewportSize

from accounts.models import User
from accounts.setup import new_setup_path
from chat.models import Room
from chat.services import invites, members, messages, moderation, people, rooms, uploads
from migrations_seed import content
from tests.browser.conftest import Visit, session_of
from tests.browser.wire import Wire
from tests.factories import make_user, post, seat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURE = content.DATA / "demo" / "p95-history.png"
FOLDER = Path(__file__).parents[2] / ".screenshots"
TALLEST = 4000
SCREENS: dict[str, dict[str, object]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
PAGES = {
    "room": "/chat/launch/",
    "permalink": "/chat/launch/5/",
    "nav": "/chat/launch/#nav",
    "directory": "/chat/",
    "directory-empty": "/chat/?q=zebra",
    "archived": "/chat/?tab=archived",
    "create": "/chat/new/",
    "people": "/people/",
    "people-empty": "/people/?q=zebra",
    "person": "/people/amara/",
    "ignored": "/people/?tab=ignored",
    "saved": "/saved/",
    "my-rooms": "/my-rooms/",
    "search": "/search/?q=deploy",
    "search-empty": "/search/?q=zebra",
    "search-ways": "/search/",
    "decisions": "/moderation/mine/",
    "sessions": "/profile/sessions/",
    "second-factor": "/accounts/2fa/",
    "email": "/accounts/email/",
    "password": "/accounts/password/change/",
    "logout": "/accounts/logout/",
    "offline": "/offline/",
    "transcript": "/chat/launch/?plain",
    "missing": "/chat/nowhere/",
    "preview": "/chat/reading-circle/",
    "admin": "/admin/",
    "admin-list": "/admin/chat/room/",
    "api": "/api/v1/docs",
}
LONG = {"profile": "/profile/", "desk": "/moderation/", "room-talk": "/chat/help/", "styleguide": "/styleguide/"}
# For who came a moment ago.
NEW = {
    "first-rooms": "/chat/?tab=joined",
    "first-saved": "/saved/",
    "first-my-rooms": "/my-rooms/",
    "first-ignored": "/people/?tab=ignored",
    "first-decisions": "/moderation/mine/",
    "first-room": "/chat/empty-chairs/",
}
VISITORS = {
    "login": "/accounts/login/",
    "signup": "/accounts/signup/",
    "reset": "/accounts/password/reset/",
    "reset-done": "/accounts/password/reset/done/",
    "reset-spent": "/accounts/password/reset/key/1-a/",
    "verification-sent": "/accounts/confirm-email/",
    "confirm-spent": "/accounts/confirm-email/made:up/",
    "inactive": "/accounts/inactive/",
    "setup-closed": "/setup/nothing/",
    "invite-closed": "/invite/nothing/",
    "admin-login": "/admin/login/",
}
# What nobody can walk into.
ODD = ("400", "403", "403_csrf", "429", "500", "account/signup_closed")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("part", ["pages", "raised", "strangers"])
def test_shots(visit: Visit, wire: Wire, part: str, language: str, screen: str, scheme: str) -> None:
    call_command("seed", demo=True, verbosity=0)
    FOLDER.mkdir(exist_ok=True)
    User.objects.update(language=language)
    ines = User.objects.get(username="ines")
    looks = SCREENS[screen] | {"color_scheme": scheme, "locale": language}
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


def lively(ines: User) -> str:
    """What the demo lacks: people who want something of the owner, and what moderators see.

    Gives the path of an invitation.
    """
    User.objects.filter(pk=ines.pk).update(is_staff=True, is_superuser=True)
    ines.refresh_from_db()
    by_name = {user.username: user for user in User.objects.all()}
    amara, jun, bruno, omar = by_name["amara"], by_name["jun"], by_name["bruno"], by_name["omar"]
    room = {room.slug: room for room in Room.objects.exclude(slug=None)}
    for person in (amara, jun, bruno, omar):
        for slug in ("help", "lobby"):
            members.join_room(user=person, room=room[slug])
    post(ines, rooms.open_direct_room(user=ines, people=[jun]).room, "See you at eleven.")
    post(amara, rooms.open_direct_room(user=amara, people=[ines]).room, "Shall I bring the good coffee?")
    post(by_name["tomas"], room["sobremesa"], "@ines the table by the window is free.")
    people.set_status(user=ines, emoji="☕", text="At the counter")
    file = SimpleUploadedFile("runbook, second edition.pdf", b"%PDF-1.4\n" + b"0" * 48_000)
    kept = uploads.store(user=jun, file=file)
    post(jun, room["help"], "The whole of it, to print.", uploads=[kept.pk])
    post(
        ines,
        room["help"],
        "> Say what you tried\n\nI tried **everything**, *twice*:\n\n1. tea\n2. coffee\n\n- [x] sleep",
    )
    spam = post(bruno, room["help"], "Cheap watches at https://example.org/watches, only today!")
    moderation.report_message(membership=seat(omar, room["help"]), seq=spam.seq, kind="spam", words="Third time.")
    rude = post(bruno, room["lobby"], "This is the worst room of the house.")
    moderation.report_message(membership=seat(jun, room["lobby"]), seq=rude.seq, kind="other", words="Not kind.")
    moderation.mute_user(actor=ines, user=bruno, room=room["lobby"], reason="Count to ten, please.")
    gone = post(omar, room["help"], "My number is 555 0100")
    messages.delete_message(membership=seat(ines, room["help"]), seq=gone.seq, reason="personal data")
    people.set_ignored(user=ines, person=by_name["zhaomin"], on=True)
    messages.save_message(membership=seat(ines, room["launch"]), seq=2)
    messages.set_pin(membership=seat(ines, room["help"]), seq=3, on=True)
    for person in (amara, jun):
        messages.set_reaction(membership=seat(person, room["help"]), seq=2, emoji="👍", on=True)
    rooms.create_room(owner=amara, name="empty chairs", topic="Nobody has said anything yet")
    return f"/invite/{invites.create_invite(membership=seat(ines, room['launch']))[1]}/"


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
    newcomer = make_user(username="newcomer", display_name="New Comer", language=language)
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
        address = f"/{uuid4()}/"
        page.route(f"**{address}", lambda route, text=text: route.fulfill(body=text, content_type="text/html"))
        shoot(f"error-{Path(name).name}", address)
