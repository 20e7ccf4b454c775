"""The modules of the room page as one file: decisions 20 and 24.

The source stays as it is, and so does what other modules import: the manifest gives every module of a bundle the
address of the bundle, which exports what they all export.
"""

import re
from collections.abc import Iterable
from graphlib import TopologicalSorter

from chat.modules import BARE_NAMES, imports, imports_of
from site_config.lean import lean

ENTRIES = ("live.js",)
# The forms in which modules of bundles may import and export; `bundle` refuses every other.
IMPORT = re.compile(r"""^import \{(?P<names>[^}]*)\} from ['"](?P<source>[^'"]+)['"];\n?""", re.MULTILINE)
DECLARED = re.compile(r"^export (?=(?:async )?(?:function|class|const) (?P<name>[\w$]+))", re.MULTILINE)
LISTED = re.compile(r"\bexport\s*\{(?P<names>[^{}]*)\};?\s*\Z")
OTHER = re.compile(r"^(?:import|export)\b(?![(.]).*", re.MULTILINE)


def bundles() -> list[list[str]]:
    """The bundles: names of modules, each after those that it imports.

    What a page takes in its reader's language is apart. Raises `CycleError` where modules import each other.
    """
    found: list[list[str]] = []
    taken: set[str] = set()
    for entry in ENTRIES:
        group = [name for name in imports_of(entry) if not name.startswith("#") and name not in taken]
        needs = {name: [other for other in imports(name) if other in group] for name in group}
        found.append(list(TopologicalSorter(needs).static_order()))
        taken.update(group)
    return found


def bundle(texts: dict[str, str]) -> str:
    """One module of several, by name in the order in which they run.

    Each has a scope of its own and finds what it imports in the one around it, so no two may export the same name.
    Raises `ValueError` for that, and for a module that is written in another way than this knows.
    """
    owners: dict[str, str] = {}  # the modules that names come from
    outside: dict[str, list[str]] = {}
    scopes = []
    for name, text in texts.items():
        for found in IMPORT.finditer(text):
            source, names = found["source"].removeprefix("./"), _listed(found["names"])
            if source not in texts:
                outside.setdefault(found["source"], []).extend(names)
                _claim(owners, names, source)
            elif odd := [one for one in names if owners.get(one) != source]:
                raise ValueError(f"{name}: {source} has no {odd[0]!r} for it.")
        scope, exports = _apart(IMPORT.sub("", text))
        if other := OTHER.search(scope):
            raise ValueError(f"{name}: a module of a bundle can't have {other[0]!r}.")
        _claim(owners, exports, name)
        inner = ",".join(f"{outer}:{own}" if outer != own else outer for outer, own in exports.items())
        scope = scope if name in BARE_NAMES else lean(scope)  # vendored modules are
        scopes.append(f"export const {{{','.join(exports)}}}=(()=>{{{scope}\nreturn{{{inner}}}}})();\n")
    heads = (f"import{{{','.join(dict.fromkeys(names))}}}from'{source}';\n" for source, names in outside.items())
    return "".join([*heads, *scopes])


def _listed(names: str) -> list[str]:
    """What stands between braces."""
    return [name.strip() for name in names.split(",") if name.strip()]


def _claim(owners: dict[str, str], names: Iterable[str], module: str) -> None:
    for name in names:
        if " " in name or owners.setdefault(name, module) != module:
            raise ValueError(f"{module}: {name!r} is renamed, or a name of {owners.get(name)} in the same bundle.")


def _apart(text: str) -> tuple[str, dict[str, str]]:
    """A module without its `export` words, and what it exports: outer names with inner ones."""
    names = DECLARED.findall(text)
    exports = dict(zip(names, names, strict=True))
    text = DECLARED.sub("", text)
    if listed := LISTED.search(text):
        pairs = (pair.split(" as ") for pair in _listed(listed["names"]))
        exports |= {pair[-1]: pair[0] for pair in pairs}
        text = text[: listed.start()]
    return text, exports
