"""What a browser has to fetch for the room page stays small."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from chat.models import Room
from chat.templatetags.chat_page import bare_names, imports_of, module_folder
from site_config.static_files import in_one, lean

STATIC = Path(__file__).parents[2] / "chat" / "static"


def weight(texts: list[str]) -> int:
    """Bytes on the wire."""
    return sum(len(gzip.compress(text.encode(), 9)) for text in texts)


def test_modules_of_the_room_page_are_light() -> None:
    """What the room page asks for by itself, the vendored libraries with it; pop-ups come when they are opened."""
    names = {*imports_of("room.js"), *imports_of("live.js")}
    assert len(names) > 15
    texts = [(STATIC / (bare_names("en").get(name) or f"chat/js/{name}")).read_text("utf-8") for name in names]
    assert weight([lean(text) for text in texts]) <= 35_000


def test_the_first_paint_needs_few_modules() -> None:
    assert len(imports_of("room.js")) <= 9


def test_the_style_sheet_is_light_and_whole() -> None:
    text = in_one(STATIC / "chat" / "css" / "site.css")
    assert "@import" not in text
    for part in (".msg", ".side", ".composer", ".dir", ".door"):
        assert part in text
    assert weight([text]) <= 14_000


@pytest.mark.parametrize("path", sorted((STATIC / "chat" / "vendor").glob("emoji/*.js")), ids=lambda path: path.name)
def test_the_emoji_of_a_language_are_light(path: Path) -> None:
    assert 10_000 < weight([path.read_text("utf-8")]) <= 45_000


@pytest.mark.django_db
def test_a_page_takes_one_style_sheet(client: Client, bob: User, lobby: Room) -> None:
    client.force_login(bob)
    text = client.get(lobby.get_absolute_url()).content.decode()
    assert re.findall(r"chat/css/[\w-]+\.css", text) == ["chat/css/site.css"]
    assert "fetchpriority" not in text
    assert '<link rel="modulepreload" fetchpriority="low"' in client.get("/chat/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("en", "en"), ("zh-hans", "zh-hans"), ("fr", "en")])
def test_the_dictionary_is_of_the_page_s_language(
    client: Client, bob: User, lobby: Room, language: str, words: str
) -> None:
    client.force_login(bob)
    text = client.get(lobby.get_absolute_url(), HTTP_ACCEPT_LANGUAGE=language).content.decode()
    assert f'"#words":"/static/chat/js/words/{words}.js"' in text
    assert f'<link rel="modulepreload" href="/static/chat/js/words/{words}.js">' in text
    assert f'"#emoji":"/static/chat/vendor/emoji/{words}.js"' in text
    assert "/emoji/" not in text.partition("</script>")[2]
    assert '"/static/chat/css/later/picker.css":"/static/chat/css/later/picker.css"' in text


@pytest.mark.parametrize("path", sorted(module_folder().rglob("*.js")), ids=lambda path: path.name)
def test_only_comments_and_indents_are_taken_out(path: Path) -> None:
    text = path.read_text("utf-8")
    served = lean(text)
    assert "/**" not in served
    assert "\n " not in served
    assert lean(served) == served
    assert re.findall(r"^export .*$", served, re.MULTILINE) == re.findall(r"^export .*$", text, re.MULTILINE)
    # Nothing that a string or an expression could hold looks like a comment to the pattern.
    for string in re.findall(r"'[^'\n]*'", served):
        assert string in text
    # A text over several lines is a template of HTML.
    opened = [line for line in served.splitlines() if line.count("`") % 2 and re.search(r"[=(,:] ?`[^`]*$", line)]
    assert opened == []


def test_strings_with_slashes_stay() -> None:
    text = "/** @type {string} */\nconst a = 'wss://x'; // why\n  // alone\n  const b = /** @type {X} */ (a);\n"
    assert lean(text) == "const a = 'wss://x'; // why\nconst b = (a);\n"


def test_a_line_that_begins_with_a_type_stays() -> None:
    text = "/** @type {X} */ (a).b();\n/** Why. */\nc();\n"
    assert lean(text) == "(a).b();\nc();\n"


def test_what_is_served_is_lean(tmp_path: Path, settings: LazySettings) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "site_config.static_files.LeanStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    (module,) = (tmp_path / "chat" / "js").glob("room.????????????.js")
    assert "/**" not in module.read_text("utf-8")
    (sheet,) = (tmp_path / "chat" / "css").glob("site.????????????.css")
    text = sheet.read_text("utf-8")
    assert "@import" not in text
    assert ".door" in text
