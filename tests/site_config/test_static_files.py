"""What a browser has to fetch for the room page stays small."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.templatetags.static import static
from django.test import Client

from accounts.models import User
from chat.models import Room
from chat.modules import path_of
from site_config.bundles import bundles
from site_config.lean import lean_sheet
from site_config.static_files import LeanStaticFilesStorage, in_one

STATIC = Path(__file__).parents[2] / "chat" / "static"


def weight(texts: list[str]) -> int:
    """Bytes on the wire."""
    return sum(len(gzip.compress(text.encode(), 9)) for text in texts)


def test_the_style_sheet_is_light_and_whole() -> None:
    text = in_one(STATIC / "chat" / "css" / "site.css")
    assert "@import" not in text
    for part in (".msg", ".side", ".composer", ".dir", ".door"):
        assert part in text
    assert weight([lean_sheet(text)]) <= 12_000


@pytest.mark.parametrize("path", sorted((STATIC / "chat" / "vendor").glob("emoji/*.js")), ids=lambda path: path.name)
def test_the_emoji_of_a_language_are_light(path: Path) -> None:
    assert 10_000 < weight([path.read_text("utf-8")]) <= 45_000


@pytest.mark.django_db
def test_a_page_takes_one_style_sheet(client: Client, bob: User, lobby: Room) -> None:
    client.force_login(bob)
    text = client.get(lobby.get_absolute_url()).content.decode()
    assert re.findall(r"chat/css/[\w-]+\.css", text) == ["chat/css/site.css"]
    assert text.index("new Intl.DateTimeFormat") < text.index('rel="stylesheet"')  # else it would wait for the sheet
    assert '<link rel="modulepreload" fetchpriority="low"' in text


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("en", "en"), ("zh-hans", "zh-hans"), ("fr", "en")])
def test_the_dictionary_is_of_the_page_s_language(
    client: Client, bob: User, lobby: Room, language: str, words: str
) -> None:
    client.force_login(bob)
    text = client.get(lobby.get_absolute_url(), HTTP_ACCEPT_LANGUAGE=language).content.decode()
    assert f'"#words":"/static/chat/js/words/{words}.js"' in text
    assert f'<link rel="modulepreload" fetchpriority="low" href="/static/chat/js/words/{words}.js">' in text
    assert f'"#emoji":"/static/chat/vendor/emoji/{words}.js"' in text
    assert "/emoji/" not in text.partition('"importmap"')[2].partition("</script>")[2]
    assert '"/static/chat/css/later/picker.css":"/static/chat/css/later/picker.css"' in text


def test_a_part_that_changes_changes_the_whole_sheet(tmp_path: Path) -> None:
    """As on an upgrade, where the sheet that names the parts stays as it is and its copy is not made anew."""
    source, copies = tmp_path / "source", LeanStaticFilesStorage(location=tmp_path / "copies")
    (source / "chat/css").mkdir(parents=True)
    Path(copies.path("chat/js")).mkdir(parents=True)
    (source / "chat/css/site.css").write_text('@import url("part.css");\n')
    for colour in ("red", "green"):
        (source / "chat/css/part.css").write_text(f".a {{ color: {colour} }}\n")
        if not copies.exists("chat/css/site.css"):
            copies.save("chat/css/site.css", ContentFile((source / "chat/css/site.css").read_bytes()))
        list(copies.post_process({"chat/css/site.css": (FileSystemStorage(source), "chat/css/site.css")}))
        name = copies.stored_name("chat/css/site.css")
        assert Path(copies.path(name)).read_text() == f".a{{color:{colour}}}"


def test_what_is_served_is_lean_and_bundled(tmp_path: Path, settings: LazySettings) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "site_config.static_files.LeanStaticFilesStorage"}
    }
    for _ in range(2):  # the second time it finds what it has made
        call_command("collectstatic", interactive=False, verbosity=0)
    (module,) = (tmp_path / "chat" / "js").glob("acts.????????????.js")
    assert "/**" not in module.read_text("utf-8")
    (sheet,) = (tmp_path / "chat" / "css").glob("site.????????????.css")
    text = sheet.read_text("utf-8")
    assert "@import" not in text
    assert ".door" in text
    for names in bundles():
        (address,) = {static(path_of(name)) for name in names}
        assert re.fullmatch(r"/static/chat/js/\w+\.bundle\.\w{12}\.js", address)
        file = tmp_path / address.removeprefix("/static/")
        plain, zipped, brotli = (file.with_name(file.name + end).stat().st_size for end in ("", ".gz", ".br"))
        assert brotli < zipped < plain
    assert not list((tmp_path / "admin").rglob("*.br"))


@pytest.mark.django_db
def test_a_page_takes_bundles(client: Client, bob: User, lobby: Room, tmp_path: Path, settings: LazySettings) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "site_config.static_files.LeanStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    client.force_login(bob)
    text = client.get(lobby.get_absolute_url()).content.decode()
    ahead = re.findall(
        r'<link rel="modulepreload" fetchpriority="low" href="/static/chat/js/([^"]+?)\.\w{12}\.js"', text
    )
    assert ahead == ["live.bundle", "words/en"]
    assert re.search(r'"/static/chat/js/format\.js":"/static/chat/js/live\.bundle\.\w{12}\.js"', text)
    assert re.search(r'"lit-html":"/static/chat/js/live\.bundle\.\w{12}\.js"', text)
