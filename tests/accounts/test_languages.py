"""Simplified Chinese: the dictionary is whole, compiled, and shown."""

import ast
import gettext
import re
from pathlib import Path

from django.conf import settings
from django.test import Client

FOLDER = Path(settings.BASE_DIR) / "locale/zh_Hans/LC_MESSAGES"
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|</?[a-z]+")


def entries() -> dict[str, str]:
    """What the source says: each text and its translation."""
    found: dict[str, str] = {}
    for block in (FOLDER / "django.po").read_text(encoding="utf-8").split("\n\n")[1:]:
        parts = {
            key: "".join(ast.literal_eval(line) for line in lines.splitlines())
            for key, lines in re.findall(r'^(msg\w+(?:\[0\])?) ((?:".*"\n?)+)', block, re.MULTILINE)
        }
        found[parts["msgid"]] = parts.get("msgstr") or parts.get("msgstr[0]") or ""
    return found


def test_every_text_has_a_translation_with_the_same_places() -> None:
    assert len(entries()) > 200
    assert [text for text, shown in entries().items() if not shown] == []
    different = [
        text for text, shown in entries().items() if sorted(PLACE.findall(text)) != sorted(PLACE.findall(shown))
    ]
    assert different == []


def test_the_compiled_file_is_made_from_the_source() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for text, shown in entries().items():
        assert compiled.ngettext(text, text, 1) == shown or compiled.gettext(text) == shown, text


def test_the_door_speaks_chinese(client: Client, db: None) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": "zh-Hans"})
    assert "你的座位还空着。" in page.content.decode()
