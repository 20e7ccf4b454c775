"""The chat pages in a real Chromium: hostile names and messages, other languages, no script."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from chat.models import Membership, Room, Upload
from chat.services import messages, rooms
from tests.browser.conftest import Visit
from tests.factories import make_room, make_user, post, seat
from tests.uploads import upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ATTACKS = (Path(__file__).parents[1] / "chat" / "xss.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def talk(lobby: Room, alice: User, bob: User, carol: User) -> None:
    """A little of everything."""
    make_room(alice, "Garden", topic="Seed lists")
    post(alice, lobby, "hello @bob, see [this](https://example.org/) and `code`")
    post(bob, lobby, "```python\nx = 1\n```\n\n> quoted\n\n- one\n- two", reply_to=1)
    post(bob, lobby, "gone soon")
    messages.delete_message(membership=seat(carol, lobby), seq=3, reason="off topic")
    post(alice, lobby, "a typo")
    messages.edit_message(membership=seat(alice, lobby), seq=4, body="no typo")


def test_no_script_runs_from_messages_names_files_and_statuses(visit: Visit, bob: User) -> None:
    """Each attack as a message, with somebody of that name and status who sends a file of that name."""
    attacks = [attack for attack in ATTACKS if attack.strip()]
    assert len(attacks) >= 100
    room = make_room(bob, "<script>alert(2)</script>", topic="<svg onload=alert(3)>")
    for number, attack in enumerate(attacks):
        villain = make_user(username=f"villain{number}", display_name=attack[:80], status_text=attack[:100])
        Membership.objects.create(room=room, user=villain)
        file = upload(villain, b"x", alt=attack[:1000])
        Upload.objects.filter(pk=file.pk).update(name=attack)
        post(villain, room, attack, uploads=[file.pk])
    page = visit(bob, f"/chat/{room.slug}/")
    expect(page.locator("#room-name")).to_have_text("# <script>alert(2)</script>")
    expect(page.locator("#room-topic")).to_have_text("<svg onload=alert(3)>")
    seen: set[str] = set()
    for seq in range(1, len(attacks) + 1, 40):
        page.goto(f"/chat/{room.slug}/{seq}/")
        expect(page.locator(f"li[data-seq='{seq}'] .file")).to_be_visible()
        assert_harmless(page, "#log ol")
        seen |= set(page.locator("#log li[data-seq] .file .name").all_inner_texts())
    assert len(seen) >= 100
    page.locator("li[data-seq]").first.hover()
    page.goto(f"/chat/{room.slug}/#members")
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".panel .person", has_text="<").nth(60)).to_be_attached()
    assert_harmless(page, ".panel")
    author = page.locator("#log .author").last
    name = author.inner_text()
    author.click()
    expect(page.get_by_role("dialog").get_by_text(name)).to_have_count(2)  # the name, the status
    assert_harmless(page, "dialog")
    page.goto(f"/chat/{room.slug}/?plain")
    assert_harmless(page, "main")
    page.goto("/chat/")
    expect(page.get_by_text("<script>alert(2)</script>").first).to_be_visible()


def assert_harmless(page: Page, place: str) -> None:
    """Nothing stands there that no template draws: what people write has none of these."""
    for tag in ("script", "iframe", "svg:not(.icon)", "object", "embed", "style", "base", "meta", "img"):
        assert page.locator(f"{place} {tag}").count() == 0, tag
    assert page.locator(f"{place} *").evaluate_all(HANDLERS) == []


# Elements with an attribute that would run.
HANDLERS = """all => all.filter(one => [...one.attributes].some(({ name, value }) =>
    name.startsWith('on') || (/^(href|src|action)$/.test(name) && /^\\s*(javascript|data|vbscript):/i.test(value))))
    .map(one => one.outerHTML)"""


def test_a_room_in_another_language(visit: Visit, bob: User) -> None:
    page = visit(bob, "/chat/")
    page.fill("#go", "大厅")
    page.press("#go", "Enter")
    expect(page.locator("#room-name")).to_have_text("# 大厅")
    page.wait_for_load_state("load")  # a new page: its scripts are there
    page.fill("#box", "你好")
    page.press("#box", "Enter")
    expect(page.locator("li[data-seq='1']")).to_contain_text("你好")
    page.reload()
    expect(page.locator("li[data-seq='1']")).to_contain_text("你好")


def test_look_in_then_join(visit: Visit, lobby: Room, alice: User, mallory: User) -> None:
    post(alice, lobby, "come in")
    page = visit(mallory, "/chat/lobby/")
    expect(page.locator("li[data-seq='1']")).to_contain_text("come in")
    post(alice, lobby, "live for lookers-on, too")
    expect(page.locator("li[data-seq='2']")).to_contain_text("live for lookers-on, too")
    page.get_by_role("button", name="Join").click()
    expect(page.locator("#box")).to_be_visible()
    page.wait_for_load_state("load")
    page.fill("#box", "here I am")
    page.press("#box", "Enter")
    expect(page.locator("li[data-seq='4']")).to_contain_text("here I am")


def test_a_room_that_closes_says_so(visit: Visit, lobby: Room, alice: User, bob: User) -> None:
    page = visit(bob, "/chat/lobby/")
    page.fill("#box", "hello")
    page.press("#box", "Enter")
    expect(page.locator("li[data-seq='1']")).to_be_visible()
    rooms.lock_room(membership=seat(alice, lobby), reason="cooling down")
    expect(page.locator("#closed")).to_contain_text("This room is locked: cooling down")
    rooms.unlock_room(membership=seat(alice, lobby))
    expect(page.locator("#composer")).to_be_visible()
    rooms.archive_room(membership=seat(alice, lobby))
    expect(page.locator("#closed")).to_contain_text("This room is archived")


@pytest.mark.usefixtures("talk")
def test_without_scripts_there_is_the_transcript(visit: Visit, bob: User) -> None:
    page = visit(bob, "/chat/lobby/", java_script_enabled=False)
    page.wait_for_url("**/chat/lobby/?plain")
    expect(page.get_by_text("It works without JavaScript")).to_be_visible()
    expect(page.get_by_text("no typo")).to_be_visible()


@pytest.mark.usefixtures("talk")
def test_phone_shows_one_pane_at_a_time(visit: Visit, bob: User) -> None:
    page = visit(bob, "/chat/lobby/", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    expect(page.locator("#log")).to_be_visible()
    expect(page.locator("#nav")).to_be_hidden()
    page.get_by_label("All rooms").first.click()
    expect(page.locator("#nav")).to_be_visible()
    expect(page.locator("#log")).to_be_hidden()
    page.go_back()
    expect(page.locator("#log")).to_be_visible()
