"""`vendor [NAME=VERSION …]`: writes the vendored browser libraries anew, and vendor.toml with what they are.

Needs npm, to fetch packages as they were published. Nothing of it is needed to run the site.
"""

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.protocol import emoji_of, short_names

SOURCE_MAP = re.compile(r"\n?//# sourceMappingURL=.*\s*\Z")
FIELDS = ("name", "version", "published", "file", "sha256", "licence", "licence_file")
OPENING = """\
# Browser libraries as their npm packages publish them, but for the closing comment that names a source map, and the
# emoji of emojibase-data cut to what the picker uses. Written by bin/vendor; a test re-hashes each file.
"""
# Emoji that came with the newest version of Unicode are boxes on most people's devices.
NEWEST_EMOJI = 16
# The package's own names of the groups are of several minds in Chinese.
GROUPS = {
    "en": {0: "Smileys", 1: "People", 3: "Nature", 4: "Food", 5: "Travel", 6: "Activities", 7: "Objects", 8: "Symbols",
           9: "Flags"},
    "zh": {0: "笑脸", 1: "人物", 3: "动物与自然", 4: "饮食", 5: "旅行", 6: "活动", 7: "物品", 8: "符号", 9: "旗帜"},
}  # fmt: skip
# How many words to search by and short names an emoji keeps: characters of Chinese weigh more.
KEPT = {"en": (20, 3), "zh": (3, 1)}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("versions", nargs="*", metavar="NAME=VERSION")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = dict(pair.rpartition("=")[::2] for pair in options["versions"])
        folder = Path(apps.get_app_config("chat").path) / "static" / "chat" / "vendor"
        listing = folder / "vendor.toml"
        entries = tomllib.loads(listing.read_text(encoding="utf-8"))["module"]
        if unknown := wanted.keys() - {entry["name"] for entry in entries}:
            raise CommandError(f"vendor.toml does not name {', '.join(sorted(unknown))}.")
        with tempfile.TemporaryDirectory() as scratch:
            for entry in entries:
                entry["version"] = wanted.get(entry["name"], entry["version"])
                package = fetch(entry["name"], entry["version"], Path(scratch))
                text = cut_emoji(package, entry["published"]) if "emoji" in entry["file"] else module(package, entry)
                (folder / entry["file"]).write_text(text, encoding="utf-8")
                (folder / entry["licence_file"]).write_text(licence(package), encoding="utf-8")
                entry["sha256"] = hashlib.sha256(text.encode()).hexdigest()
                self.stdout.write(f"{entry['file']}: {entry['name']} {entry['version']}")
        listing.write_text(OPENING + "".join(map(_toml, entries)), encoding="utf-8")


def fetch(name: str, version: str, scratch: Path) -> Path:
    """The folder of a package of that version as npm has it."""
    target = scratch / name.replace("/", "-")
    if not target.exists():
        target.mkdir()
        told = subprocess.run(
            ["npm", "pack", "--silent", "--json", f"{name}@{version}"], cwd=target, check=True, capture_output=True
        )
        with tarfile.open(target / json.loads(told.stdout)[0]["filename"]) as archive:
            archive.extractall(target, filter="data")
    return target / "package"


def module(package: Path, entry: dict[str, str]) -> str:
    text = (package / entry["published"]).read_text(encoding="utf-8")
    return SOURCE_MAP.sub("\n", text)


def licence(package: Path) -> str:
    return next(package.glob("LICENSE*")).read_text(encoding="utf-8")


def cut_emoji(package: Path, published: str) -> str:
    """A module of one language: of each group its name and its emoji.

    One emoji a line, four fields with tabs between: the emoji, its name, its short names, words to find it by.
    """
    language = published.split("/")[0]
    lines: dict[int, list[str]] = {number: [] for number in GROUPS[language]}
    names = names_by_emoji()
    found = json.loads((package / published).read_text(encoding="utf-8"))
    for facts in sorted(found, key=lambda facts: facts.get("order", 0)):
        emoji = emoji_of(facts["emoji"])
        if emoji and facts.get("group") in lines and facts["version"] <= NEWEST_EMOJI:
            lines[facts["group"]].append(line(emoji, facts, names.get(emoji, []), *KEPT[language]))
    groups = [[name, "\n".join(lines[number])] for number, name in GROUPS[language].items()]
    return f"export default {json.dumps(groups, ensure_ascii=False, separators=(',', ':'))};\n"


def names_by_emoji() -> dict[str, list[str]]:
    """What people type between colons, as messages are rendered."""
    found: dict[str, list[str]] = {}
    for name, emoji in short_names().items():
        found.setdefault(emoji, []).append(name)
    return found


def line(emoji: str, facts: dict[str, Any], names: Iterable[str], words_most: int, names_most: int) -> str:
    label = facts["label"]
    kept = [name for name in names if name.replace("_", " ") != label.lower()][:names_most]
    known = " ".join([label.lower(), *kept]).replace("_", " ")
    words: list[str] = []
    for word in map(str.lower, facts.get("tags", ())):
        if word not in known and not any(word in other or other in word for other in words):
            words.append(word)
    return "\t".join([emoji, label, " ".join(kept), ",".join(words[:words_most])]).rstrip()


def _toml(entry: dict[str, str]) -> str:
    return "\n[[module]]\n" + "".join(f"{field} = {json.dumps(entry[field])}\n" for field in FIELDS)
