"""`:short_names:` of emoji and links to `#rooms`."""

import pytest

from accounts.models import User
from chat.markdown import linked, meant, mentioned, render
from chat.models import Room
from chat.protocol import emoji_of, short_names
from chat.services import rooms
from tests.chat.safe_html import assert_safe
from tests.chat.test_messages import edit, shown
from tests.factories import make_room, post, seat

ROOMS = {"lobby", "大厅", "café-olé", "v2.0", "2026"}


def link(address: str, text: str) -> str:
    return f'<a href="/chat/{address}/" class="room-link" rel="nofollow noopener noreferrer">#{text}</a>'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("#lobby", link("lobby", "lobby")),
        ("(see #Lobby.)", f"(see {link('lobby', 'Lobby')}.)"),
        ("#lobby/42, #lobby/x", f"{link('lobby/42', 'lobby/42')}, {link('lobby', 'lobby')}/x"),
        ("#lobby/42/7", f"{link('lobby', 'lobby')}/42/7"),
        ("去#大厅看看", f"去{link('%E5%A4%A7%E5%8E%85', '大厅')}看看"),
        ("#cafe\u0301-olé", link("caf%C3%A9-ol%C3%A9", "cafe\u0301-olé")),
        ("#v2.0 #2026", f"{link('v2.0', 'v2.0')} {link('2026', '2026')}"),
        ("**#lobby**", f"<strong>{link('lobby', 'lobby')}</strong>"),
        ("> #lobby", f"<blockquote><p>{link('lobby', 'lobby')}</p></blockquote>"),
        ("#lobbyist #nowhere C#lobby # #", "#lobbyist #nowhere C#lobby # #"),
        ("`#lobby` \\#lobby", "<code>#lobby</code> #lobby"),
        (
            "https://a.b/#lobby",
            '<a href="https://a.b/#lobby" rel="nofollow noopener noreferrer">https://a.b/#lobby</a>',
        ),
        ("[a #lobby](https://a.b)", '<a href="https://a.b" rel="nofollow noopener noreferrer">a #lobby</a>'),
    ],
)
def test_links_to_rooms(source: str, html: str) -> None:
    assert render(source, {}, ROOMS) == html
    assert_safe(html)
    assert "room-link" not in render(source, {})


def test_which_rooms_are_asked_for() -> None:
    assert linked("plain") == frozenset() == linked("# no")
    assert {"lobby", "大厅看看", "大厅"} <= linked("#Lobby 去#大厅看看 `#code`")
    assert "code" not in linked("`#code`")


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (":tada:", "🎉"),
        ("done :TADA:!", "done 🎉!"),
        (":+1::tada:", "👍🎉"),
        (":heart:", "❤️"),
        ("好:tada:好", "好🎉好"),
        ("**:thumbs_up:**", "<strong>👍</strong>"),
        ("[:tada:](https://a.b)", '<a href="https://a.b" rel="nofollow noopener noreferrer">🎉</a>'),
        ("`:tada:`", "<code>:tada:</code>"),
        ("\\:tada:", ":tada:"),
        ("a:b:c 10:30:45 :no_such_thing: ::", "a:b:c 10:30:45 :no_such_thing: ::"),
        ("https://a.b/:tada:", '<a href="https://a.b/:tada" rel="nofollow noopener noreferrer">https://a.b/:tada</a>:'),
    ],
)
def test_short_names(source: str, html: str) -> None:
    assert render(source, {}) == html


def test_every_short_name_is_of_an_emoji() -> None:
    assert len(short_names()) > 4_000
    assert all(emoji_of(text) == text for text in short_names().values())


def test_names_in_quotes_call_nobody() -> None:
    names = {"ines": "Ines", "room": "room"}
    assert meant("> @ines said @room\n\n@ines", names) == {"ines"}
    assert mentioned("> @ines") == frozenset()
    assert render("> @ines", names) == "<blockquote><p>@ines</p></blockquote>"
    assert 'data-user="ines"' in render("- > a\n\n@ines", names)


def test_only_public_rooms_are_linked(lobby: Room, cellar: Room, alice: User, bob: User) -> None:
    hall = make_room(alice, "Hall")
    post(bob, lobby, "#hall #cellar #lobby/1 :tada:")
    (message,) = shown(alice, lobby)
    assert message["body"] == "#hall #cellar #lobby/1 :tada:"
    assert message["html"] == f"{link('hall', 'hall')} #cellar {link('lobby/1', 'lobby/1')} 🎉"
    edit(bob, lobby, 1, "#hall")
    assert shown(alice, lobby)[0]["html"] == link("hall", "hall")
    rooms.archive_room(membership=seat(alice, hall))
    post(bob, lobby, "@alice #hall")
    assert link("hall", "hall") in shown(alice, lobby)[1]["html"]
