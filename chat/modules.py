"""The browser modules: where they stand, by which names they know each other, what each needs before it runs."""

import re
from functools import cache
from pathlib import Path

from django.apps import apps

WORDS = "#words"
BARE_NAMES = {"lit-html": "chat/vendor/lit-html.js", "@preact/signals-core": "chat/vendor/signals-core.js"}
# What a page takes in its reader's language: the words, those that few ask for, emoji with their names.
SPOKEN = {WORDS: "js/words", "#words-later": "js/words-later", "#emoji": "vendor/emoji"}
IMPORT = re.compile(r"""^import\s+(?:[^'"]+\s+from\s+)?['"](?P<name>[^'"]+)['"]""", re.MULTILINE)


def module_folder() -> Path:
    """Where the site's own browser modules stand."""
    return Path(apps.get_app_config("chat").path) / "static" / "chat" / "js"


def spoken(folder: str, language: str) -> str:
    """The static path of a module in a language of the site; in English where there is none."""
    return next(
        f"chat/{folder}/{name}.js"
        for name in (language, "en")
        if (module_folder().parent / folder / f"{name}.js").is_file()
    )


def bare_names(language: str) -> dict[str, str]:
    """The names that modules may import beside each other's paths, each with its static path."""
    return BARE_NAMES | {name: spoken(folder, language) for name, folder in SPOKEN.items()}


def path_of(name: str) -> str:
    """The static path of a module that is the same in all languages."""
    return BARE_NAMES.get(name) or f"chat/js/{name}"


def source_of(name: str) -> str:
    """The text of a module that is the same in all languages."""
    return (module_folder().parents[1] / path_of(name)).read_text(encoding="utf-8")


@cache
def imports(name: str) -> tuple[str, ...]:
    """What a module imports: file names of the module folder, and bare names."""
    if name in BARE_NAMES or name in SPOKEN:
        return ()
    return tuple(dict.fromkeys(other.removeprefix("./") for other in IMPORT.findall(source_of(name))))


@cache
def imports_of(name: str) -> tuple[str, ...]:
    """What the module `name` needs before it runs, itself first: file names of the module folder, and bare names."""
    found = [name]
    for wanted in found:
        found += [other for other in imports(wanted) if other not in found]
    return tuple(found)
