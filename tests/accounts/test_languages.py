"""Simplified Chinese: the dictionary is whole, compiled, and shown."""

import ast
import gettext
import re
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation.template import templatize

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


CALLS = {"gettext", "gettext_noop", "gettext_lazy", "ngettext", "ngettext_lazy", "_"}
CALL = re.compile(r"""\b(?:n?gettext|_)\(\s*(u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")""")


def marked_in_code(text: str) -> set[str]:
    """The texts that a module gives to gettext."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and node.args]
    named = [node.args[0] for node in calls if getattr(node.func, "id", "") in CALLS]
    return {str(node.value) for node in named if isinstance(node, ast.Constant)}


def marked_in_template(text: str) -> set[str]:
    """The texts that a template wants translated."""
    return {ast.literal_eval(found) for found in CALL.findall(templatize(text))}


def test_every_text_that_is_marked_has_an_entry() -> None:
    own = [Path(settings.BASE_DIR) / name for name in ("accounts", "chat", "migrations_seed", "site_config")]
    marked = {
        text
        for folder, kind, find in (
            *((folder, "*.py", marked_in_code) for folder in own),
            (Path(settings.BASE_DIR) / "templates", "*.*", marked_in_template),
        )
        for file in folder.rglob(kind)
        for text in find(file.read_text(encoding="utf-8"))
    }
    assert len(marked) > 400
    # What Django itself says in Chinese need not be said again.
    assert sorted(text for text in marked - entries().keys() if not said_by_django(text)) == []


def said_by_django(text: str) -> bool:
    with translation.override("zh-hans"):
        return translation.gettext(text) != text


def test_the_door_speaks_chinese(client: Client, db: None) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": "zh-Hans"})
    assert "你的座位还空着。" in page.content.decode()
