"""The browser modules: where they stand, by which names they know each other, what each needs before it runs.

What pages ask of the sources is read once (`read_all`): under a running site they may become those of another version.
"""

import re
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings

WORDS = "#words"
BARE_NAMES = {"lit-html": "chat/vendor/lit-html.js", "@preact/signals-core": "chat/vendor/signals-core.js"}
# What a page takes in its reader's language: the words, those that few ask for, those of files, emoji with their names.
SPOKEN = {
    WORDS: "js/words",
    "#words-later": "js/words-later",
    "#words-files": "js/words-files",
    "#emoji": "vendor/emoji",
}
IMPORT = re.compile(r"""^import\s+(?:[^'"]+\s+from\s+)?['"](?P<name>[^'"]+)['"]""", re.MULTILINE)


def module_folder() -> Path:
    """Where the site's own browser modules stand."""
    return Path(apps.get_app_config("chat").path) / "static" / "chat" / "js"


@cache
def mapped() -> tuple[str, ...]:
    """What the import map names: the modules, and the style sheets that come later; paths below `static/chat`."""
    folder = module_folder().parent
    files = sorted([*folder.glob("js/*.js"), *folder.glob("css/later/*.css")])
    return tuple(file.relative_to(folder).as_posix() for file in files)


@cache
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


def read_all() -> None:
    """Reads now what any page in any language of the site will ask for."""
    for path in mapped():
        folder, _, name = path.rpartition("/")
        if folder == "js":
            imports(name)
    for language, _ in settings.LANGUAGES:
        bare_names(language)
