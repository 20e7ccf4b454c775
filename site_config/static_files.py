"""Static files as they are served: hashed, compressed, modules without their comments, one style sheet in one file."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

# The modules' types stand in JSDoc, a quarter of their weight. Nothing else in them looks like the first two:
# a block that begins with two asterisks, and a line that begins with two slashes.
JSDOC = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n|/\*\*.*?\*/ ?", re.DOTALL | re.MULTILINE)
LINE = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
INDENT = re.compile(r"^[ \t]+|^\n", re.MULTILINE)  # in templates of HTML it is white space beside white space
MODULES = re.compile(r"chat/js/(?:[\w-]+/)?[\w-]+\.js")
SHEET = "chat/css/site.css"
SHEET_IMPORT = re.compile(r'^@import url\("([\w-]+\.css)"\);\n', re.MULTILINE)


def lean(text: str) -> str:
    """The same module with fewer bytes: without comments, indentation and empty lines."""
    return INDENT.sub("", LINE.sub("", JSDOC.sub("", text)))


def in_one(sheet: Path) -> str:
    """A style sheet with the text of those that it imports in their place."""
    return SHEET_IMPORT.sub(lambda match: in_one(sheet.parent / match[1]), sheet.read_text(encoding="utf-8"))


class LeanStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, with the site's own modules made lean and its style sheet whole before they are hashed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """Looked up once: a page names dozens, and the manifest is read when the process begins."""
        if name is None or force:
            return str(super().url(name, force))
        if name not in self._addresses:
            self._addresses[name] = str(super().url(name))
        return self._addresses[name]

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            self._make_lean(paths)
            # The copies that were made lean are to be hashed, not the files that they came from.
            paths = {name: (self, name) for name in paths}
        yield from super().post_process(paths, dry_run, **options)

    def _make_lean(self, names: Iterable[str]) -> None:
        for name in names:
            file = Path(self.path(name))
            if name == SHEET:
                file.write_text(in_one(file), encoding="utf-8")
            elif MODULES.fullmatch(name):
                file.write_text(lean(file.read_text(encoding="utf-8")), encoding="utf-8")
