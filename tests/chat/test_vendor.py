"""The vendored browser libraries are what vendor.toml says."""

import hashlib
import json
import tomllib
from pathlib import Path

from chat.management.commands.vendor import cut_emoji, module

FOLDER = Path(__file__).parents[2] / "chat" / "static" / "chat" / "vendor"


def test_hashes() -> None:
    entries = tomllib.loads((FOLDER / "vendor.toml").read_text(encoding="utf-8"))["module"]
    for entry in entries:
        assert hashlib.sha256((FOLDER / entry["file"]).read_bytes()).hexdigest() == entry["sha256"], entry["name"]
        assert entry["version"]
        assert (FOLDER / entry["licence_file"]).read_text(encoding="utf-8").strip(), entry["licence"]


def test_every_file_is_listed() -> None:
    entries = tomllib.loads((FOLDER / "vendor.toml").read_text(encoding="utf-8"))["module"]
    listed = {entry[key] for entry in entries for key in ("file", "licence_file")}
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert files == listed | {"vendor.toml"}


def test_only_one_module_makes_html() -> None:
    modules = FOLDER.parent / "js"
    words = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "unsafeHTML", "createPolicy", "eval(")
    makers = {path.name for path in modules.glob("*.js") if any(word in path.read_text("utf-8") for word in words)}
    assert makers == {"html.js"}


def test_emoji_are_cut_to_what_the_picker_uses(tmp_path: Path) -> None:
    whole = {"emoji": "🎉", "label": "party popper", "tags": ["Party", "hooray", "hoo"], "group": 6, "order": 2}
    facts = [
        whole | {"version": 0.6},
        whole | {"emoji": "🐙", "label": "octopus", "tags": [], "group": 3, "order": 1, "version": 0.6},
        whole | {"emoji": "🫪", "version": 17},  # newer than most devices
        {"emoji": "🇦", "label": "regional indicator A", "version": 0},  # a part of emoji
    ]
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "data.json").write_text(json.dumps(facts), encoding="utf-8")
    text = cut_emoji(tmp_path, "en/data.json")
    groups = dict(json.loads(text.removeprefix("export default ").removesuffix(";\n")))
    assert next(iter(groups)) == "Smileys"
    assert groups["Nature"] == "🐙\toctopus"
    assert groups["Activities"] == "🎉\tparty popper\ttada\thooray"
    assert not any(groups[name] for name in groups.keys() - {"Nature", "Activities"})


def test_a_line_that_names_a_source_map_goes(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("export {};\n//# sourceMappingURL=a.js.map\n", encoding="utf-8")
    assert module(tmp_path, {"published": "a.js"}) == "export {};\n"
