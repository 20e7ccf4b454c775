"""What a browser has to fetch for the room page stays small."""

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from chat.models import Room
from chat.templatetags.chat_page import imports_of, module_folder
from site_config.static_files import without_comments

STATIC = Path(__file__).parents[2] / "chat" / "static"


def weight(texts: list[str]) -> int:
    """Bytes on the wire."""
    return sum(len(gzip.compress(text.encode(), 9)) for text in texts)


def test_own_modules_of_the_room_page_are_light() -> None:
    paths = [path for path in {*imports_of("app.js"), *imports_of("room.js")} if path.startswith("chat/js/")]
    assert len(paths) > 15
    assert weight([without_comments((STATIC / path).read_text("utf-8")) for path in paths]) <= 25_000


@pytest.mark.django_db
def test_styles_of_the_room_page_are_light(client: Client, bob: User, lobby: Room) -> None:
    client.force_login(bob)
    names = re.findall(r"chat/css/[\w-]+\.css", client.get(lobby.get_absolute_url()).content.decode())
    assert len(names) > 5
    assert weight([(STATIC / name).read_text("utf-8") for name in names]) <= 12_000


@pytest.mark.parametrize("path", sorted(module_folder().glob("*.js")), ids=lambda path: path.name)
def test_only_comments_are_taken_out(path: Path) -> None:
    text = path.read_text("utf-8")
    lean = without_comments(text)
    assert "/**" not in lean
    assert without_comments(lean) == lean
    assert re.findall(r"^export .*$", lean, re.MULTILINE) == re.findall(r"^export .*$", text, re.MULTILINE)
    # Nothing that a string or an expression could hold looks like a comment to the pattern.
    for string in re.findall(r"'[^'\n]*'", lean):
        assert string in text


def test_strings_with_slashes_stay() -> None:
    text = "/** @type {string} */\nconst a = 'wss://x'; // why\n  // alone\nconst b = /** @type {X} */ (a);\n"
    assert without_comments(text) == "const a = 'wss://x'; // why\nconst b = (a);\n"
