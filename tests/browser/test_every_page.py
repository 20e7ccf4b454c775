"""Every page in both languages: sound in each look, and deaf to scripts in what people call themselves and rooms."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from chat.models import Membership, Room
from chat.services import invites, messages, people, rooms
from tests.browser.conftest import Visit, session_of
from tests.browser.looks import assert_sound
from tests.factories import make_room, make_user, post, seat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ATTACKS = (Path(__file__).parents[1] / "chat" / "xss.txt").read_text(encoding="utf-8").splitlines()
LANGUAGES = ["en", "zh-hans"]
ROOM = ["/chat/lobby/", "/chat/lobby/?plain", "/chat/garden/"]
LISTS = [
    "/chat/", "/chat/?q=zebra", "/chat/?tab=archived", "/chat/new/", "/people/", "/people/?q=zebra",
    "/people/?tab=ignored", "/people/alice/", "/people/mallory/", "/saved/", "/my-rooms/", "/search/",
    "/search/?q=typo", "/search/?q=folded+from:mallory", "/search/?q=zebra", "/search/?q=in:nowhere",
]  # fmt: skip
MINE = [
    "/profile/", "/profile/sessions/", "/accounts/email/", "/accounts/password/change/", "/accounts/logout/",
    "/accounts/2fa/", "/accounts/reauthenticate/",
]  # fmt: skip
ODD = ["/chat/no/", "/admin/login/", "/api/v1/docs", "/offline/"]
EMPTY = ["/chat/?tab=joined", "/saved/", "/my-rooms/", "/people/?tab=ignored"]
VISITORS = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]


@pytest.fixture
def talk(lobby: Room, alice: User, bob: User, carol: User, mallory: User) -> str:
    """A little of everything; gives the path of an invitation."""
    garden = make_room(alice, "Garden", topic="Seed lists")
    post(alice, lobby, "hello @bob, see [this](https://example.org/" + "long" * 40 + ") and `code`")
    post(bob, lobby, "```python\nx = 1\n```\n\n> quoted\n\n- one\n- two", reply_to=1)
    post(bob, lobby, "gone soon")
    messages.delete_message(membership=seat(carol, lobby), seq=3, reason="off topic")
    post(alice, lobby, "a typo")
    messages.edit_message(membership=seat(alice, lobby), seq=4, body="no typo")
    Membership.objects.create(room=lobby, user=mallory)
    post(mallory, lobby, "folded away")
    for seq in (1, 4, 5):
        messages.save_message(membership=seat(bob, lobby), seq=seq)
    people.set_ignored(user=bob, person=mallory, on=True)
    people.set_status(user=alice, emoji="🌴", text="On the beach")
    post(alice, rooms.open_direct_room(user=alice, people=[bob]).room, "between us")
    _, secret = invites.create_invite(membership=seat(alice, garden))
    return f"/invite/{secret}/"


def signed_in(page: Page, user: User | None) -> None:
    """From now on this page is that person's, or nobody's."""
    page.context.clear_cookies()
    if user is not None:
        address = page.evaluate("location.origin")
        page.context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": address}])


def overlap(page: Page, first: str, second: str) -> float:
    """By how many CSS pixels of height one thing covers another."""
    one, other = (page.locator(selector).bounding_box() for selector in (first, second))
    assert one is not None
    assert other is not None
    return min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])


def walk(page: Page, paths: list[str], language: str) -> Iterator[str]:
    for path in paths:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language, path
        yield path


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_sound(visit: Visit, bob: User, talk: str, language: str) -> None:
    User.objects.update(language=language)
    page = visit(bob, "/offline/", bypass_csp=True, locale=language, expects="status of 4")
    for path in walk(page, [*ROOM, *LISTS, *MINE, *ODD, talk], language):
        if path == "/chat/lobby/":
            page.locator("li[data-seq='4']").focus()
            expect(page.locator("li[data-seq='4'] .acts")).to_be_visible()
        assert_sound(page, path)
        if path == "/chat/lobby/":
            assert overlap(page, "li[data-seq='4'] .acts", "li[data-seq='4'] .author") <= 0  # at 320 px
    page.goto("/chat/lobby/#nav")
    assert_sound(page, "#nav", is_whole=False)
    signed_in(page, make_user(username="newcomer", language=language))
    for path in walk(page, EMPTY, language):
        expect(page.locator(".empty")).to_be_visible()
        assert_sound(page, path)
    signed_in(page, None)
    for path in walk(page, [*VISITORS, talk], language):
        assert_sound(page, path)


def test_no_script_runs_from_what_people_and_rooms_are_called(visit: Visit, bob: User) -> None:
    for number, attack in enumerate(line for line in ATTACKS if line.strip()):
        villain = make_user(username=f"villain{number}", display_name=attack[:80], status_text=attack[:100])
        room = make_room(villain, f"den {number}", bob)
        Room.objects.filter(pk=room.pk).update(name=attack[:80], topic=attack[:250])
        post(villain, room, f"word {attack}"[:4000])
        messages.save_message(membership=seat(bob, room), seq=1)
    assert Room.objects.count() > 100
    page = visit(bob, "/people/")
    shown = page.locator(".dir--people h2 a").all_inner_texts()
    assert any("<script" in text for text in shown)
    for path in ("/people/", "/chat/", "/saved/", "/search/?q=word"):
        page.goto(path)
        while (more := page.locator(".pager a").last).count() and more.inner_text() in {"Next", "More of them"}:
            assert page.locator("main").locator("script, iframe, object, embed, style").count() == 0
            more.click()
    page.goto("/my-rooms/")
    assert page.locator(".arrange li").count() > 100
    page.goto("/people/villain7/")
    page.keyboard.press("Control+k")
    page.locator(".switcher input").fill("<")
    expect(page.locator(".switcher [role=option]").first).to_be_visible()
