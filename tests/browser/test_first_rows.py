"""The rows that the site draws before the modules have come stand where these draw them, and look the same."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from chat.models import Message, Room
from chat.services import members, messages, people
from tests.browser.conftest import Visit
from tests.factories import post, seat
from tests.uploads import picture, upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Of each row in sight: what it is, what it says, where it stands. Days are written as the browser's country does.
ROWS = """() => {
    const log = document.getElementById('log').getBoundingClientRect();
    return [...document.querySelectorAll('#log ol > li')].flatMap(li => {
        const { top, height } = li.getBoundingClientRect();
        const words = li.matches('.day') ? '' : li.innerText.replace(/\\s+/g, ' ');
        return top >= log.top && top < log.bottom ? [[li.className, words, Math.round(top), Math.round(height)]] : [];
    });
}"""


def as_the_site_draws_it(page: Page, path: str) -> list[Any]:
    page.route("**/live.bundle.*.js", lambda route: route.abort())
    page.goto(path)
    expect(page.locator("#unfetched")).to_be_visible()
    page.evaluate("document.getElementById('unfetched').hidden = true")
    rows: list[Any] = page.evaluate(ROWS)
    page.unroute_all()
    return rows


def as_the_modules_draw_it(page: Page, path: str) -> list[Any]:
    page.goto(path)
    expect(page.locator(".me .av.on")).to_be_attached()
    rows: list[Any] = page.evaluate(ROWS)
    return rows


def assert_same(before: list[Any], after: list[Any]) -> None:
    assert [row[:2] for row in before] == [row[:2] for row in after]
    for (*row, top, height), (*_, other_top, other_height) in zip(before, after, strict=True):
        assert max(abs(top - other_top), abs(height - other_height)) <= 1, row  # a browser scrolls by whole pixels


def say_all_kinds_of_things(lobby: Room, alice: User, bob: User, carol: User) -> None:
    """Messages of each kind one."""

    def say(user: User, body: str, **fields: Any) -> int:
        return post(user, lobby, body, **fields).seq

    first = say(alice, "yesterday, as [agreed](https://example.org)")
    Message.objects.filter(room=lobby).update(created_at=timezone.now() - timedelta(days=1))
    say(alice, "a **first** one, with `code` and a [link](https://example.org)")
    say(alice, "```python\ndef slow(rows):\n    return [row for row in rows]\n```\nand\n\n- a list\n- of two")
    say(carol, "@bob and @alice, come", reply_to=first)
    say(bob, "coming")
    messages.edit_message(membership=seat(bob, lobby), seq=say(bob, "anew"), body="written *anew*, and longer")
    gone = say(bob, "taken back")
    messages.delete_message(membership=seat(bob, lobby), seq=gone)
    messages.delete_message(membership=seat(alice, lobby), seq=say(carol, "removed"), reason="Off topic")
    liked = say(carol, "liked")
    for user, emoji in ((alice, "🎉"), (bob, "🎉"), (alice, "👍")):
        messages.set_reaction(membership=seat(user, lobby), seq=liked, emoji=emoji, on=True)
    messages.set_pin(membership=seat(alice, lobby), seq=say(alice, "pinned"), on=True)
    say(alice, "look", uploads=[upload(alice, picture(), "spring.png").pk])
    say(alice, "read", uploads=[upload(alice, b"plain words", "notes.txt").pk])
    say(carol, "@room, all of you", reply_to=gone)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [1280, 390])
def test_they_look_the_same(
    visit: Visit, lobby: Room, alice: User, bob: User, carol: User, width: int, language: str
) -> None:
    say_all_kinds_of_things(lobby, alice, bob, carol)
    people.set_ignored(user=bob, person=carol, on=width == 390)
    members.mark_read(membership=seat(bob, lobby), seq=Room.objects.get(pk=lobby.pk).seq)
    User.objects.filter(pk=bob.pk).update(language=language)
    page = visit(bob, "/chat/", viewport={"width": width, "height": 3000}, expects="ERR_FAILED")
    expect(page.locator(".me .av.on")).to_be_attached()
    before, after = (draw(page, "/chat/lobby/") for draw in (as_the_site_draws_it, as_the_modules_draw_it))
    assert len(before) > 15
    assert_same(before, after[-len(before) :])


@pytest.mark.parametrize("unread", [3, 30, 60])
def test_they_begin_where_one_left_off(visit: Visit, lobby: Room, alice: User, bob: User, unread: int) -> None:
    for n in range(70):
        post(alice, lobby, f"line {n}")
    members.mark_read(membership=seat(bob, lobby), seq=Room.objects.get(pk=lobby.pk).seq - unread)
    page = visit(bob, "/chat/", viewport={"width": 1280, "height": 500}, expects="ERR_FAILED")
    expect(page.locator(".me .av.on")).to_be_attached()
    before, after = (draw(page, "/chat/lobby/") for draw in (as_the_site_draws_it, as_the_modules_draw_it))
    assert before[0][0] == "newline"
    line = next(place for place, row in enumerate(after) if row[0] == "newline")
    assert_same(before, after[line:])
