"""The rows that a room page has before its modules come; `tests/browser/test_first_rows.py` tells how they look."""

import re
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from chat.models import Room
from chat.services import members, messages, rooms
from chat.views.backlog import ROWS_MOST
from tests.factories import make_room, post, seat
from tests.uploads import upload

pytestmark = pytest.mark.django_db
ATTACKS = [line for line in (Path(__file__).parents[1] / "xss.txt").read_text("utf-8").splitlines() if line.strip()]


def rows_of(client: Client, path: str = "/chat/lobby/") -> list[str]:
    """The rows of the list as they stand in the page."""
    text = client.get(path).content.decode()
    found = re.search(r'id="log"[^>]*><ol[^>]*>(.*?)</ol></div>\s*<div class="dock">', text, re.DOTALL)
    assert found
    return re.findall(r"<li.*?</li>\n", found[1], re.DOTALL)


def test_the_newest_that_fill_a_screen(as_bob: Client, alice: User, bob: User, lobby: Room) -> None:
    assert rows_of(as_bob) == []
    for n in range(ROWS_MOST + 5):
        post(alice, lobby, f"line {n}")
    members.mark_read(membership=seat(bob, lobby), seq=ROWS_MOST + 5)
    rows = rows_of(as_bob)
    assert len(rows) == ROWS_MOST
    assert f"line {ROWS_MOST + 4}<" in rows[-1]


def test_what_is_new_where_it_begins(as_bob: Client, alice: User, bob: User, lobby: Room) -> None:
    for n in range(60):
        post(alice, lobby, f"line {n}")
    for read in (20, 57):
        members.mark_read(membership=seat(bob, lobby), seq=read)
        rows = rows_of(as_bob)
        assert rows[0].startswith('<li class="newline">')
        assert f"line {read}<" in rows[1]


def test_a_permalink_is_for_the_modules(as_bob: Client, alice: User, lobby: Room) -> None:
    post(alice, lobby)
    assert rows_of(as_bob, "/chat/lobby/1/") == []


@pytest.mark.parametrize("attack", ATTACKS[:: len(ATTACKS) // 15])
def test_nothing_that_people_write_becomes_more_than_text(
    as_bob: Client, alice: User, carol: User, lobby: Room, attack: str
) -> None:
    User.objects.filter(pk=alice.pk).update(display_name=attack[:60])
    post(alice, lobby, attack, uploads=[upload(alice, name=attack[:100]).pk])
    post(alice, lobby, f"```{attack}\n{attack}\n```", reply_to=1)
    messages.delete_message(membership=seat(alice, lobby), seq=post(carol, lobby).seq, reason=attack[:200])
    rows = "".join(rows_of(as_bob)).lower()
    tags = re.findall(r"<\s*([a-z!/?][^\s>/]*)([^>]*)", rows)
    assert {name for name, _ in tags if not name.startswith("/")} <= {
        *(
            "li",
            "div",
            "span",
            "time",
            "button",
            "a",
            "svg",
            "use",
            "strong",
            "p",
            "pre",
            "code",
            "figure",
            "header",
            "bdi",
        ),
        *("em", "del", "ol", "ul", "blockquote", "br"),
    }
    assert not [rest for _, rest in tags if re.search(r"\son\w+\s*=", re.sub(r'"[^"]*"', "", rest))]
    assert "javascript:" not in " ".join(re.findall(r'(?:href|src)="([^"]*)', rows))


@pytest.mark.parametrize(("words", "sign"), [(None, "icon"), ("hello", "icon-unread"), ("hello @bob", "icon-mention")])
def test_the_icon_of_the_tab_tells_what_is_new(
    as_bob: Client, alice: User, bob: User, lobby: Room, words: str | None, sign: str
) -> None:
    garden = make_room(alice, "Garden", bob)
    if words:
        post(alice, garden, words)
    for path in ("/chat/lobby/", "/chat/"):
        assert f'<link rel="icon" href="/static/chat/{sign}.svg"' in as_bob.get(path).content.decode()


def test_a_muted_room_leaves_the_icon_alone_and_a_conversation_does_not(
    as_bob: Client, alice: User, bob: User, lobby: Room
) -> None:
    members.set_room_settings(membership=seat(bob, lobby), is_muted=True)
    post(alice, lobby)
    assert "chat/icon.svg" in as_bob.get("/chat/").content.decode()
    post(alice, rooms.open_direct_room(user=alice, people=[bob]).room)
    assert "chat/icon-mention.svg" in as_bob.get("/chat/").content.decode()
