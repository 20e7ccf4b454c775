"""The vendored browser libraries are what vendor.toml says."""

import hashlib
import tomllib
from pathlib import Path

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
    assert {path.name for path in FOLDER.iterdir()} == listed | {"vendor.toml"}


def test_only_one_module_makes_html() -> None:
    modules = FOLDER.parent / "js"
    words = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "unsafeHTML", "createPolicy", "eval(")
    makers = {path.name for path in modules.glob("*.js") if any(word in path.read_text("utf-8") for word in words)}
    assert makers == {"html.js"}
