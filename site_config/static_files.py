"""Static files as they are served: hashed, compressed, modules and styles lean, in few files."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from chat.modules import path_of, source_of
from site_config.bundles import bundle, bundles
from site_config.lean import lean, lean_sheet

MODULES = re.compile(r"chat/js/(?:[\w-]+/)?[\w-]+\.js")
SHEETS = re.compile(r"chat/css/(?:site|later/[\w-]+)\.css")
SHEET_IMPORT = re.compile(r'^@import url\("([\w-]+\.css)"\);\n', re.MULTILINE)


def in_one(sheet: Path) -> str:
    """A style sheet with the text of those that it imports in their place."""
    return SHEET_IMPORT.sub(lambda match: in_one(sheet.parent / match[1]), sheet.read_text(encoding="utf-8"))


def bundle_of(modules: list[str]) -> str:
    """The static path of a bundle: in the folder of its modules, to which they say `./`."""
    return f"chat/js/{modules[-1].removesuffix('.js')}.bundle.js"


class LeanStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, with the site's own modules and style sheets made lean, and few, before they are hashed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str, str] = {}
        self._takes_its_time = False

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
            # The copies that were changed are to be hashed, not the files that they came from.
            paths = {name: (self, name) for name in [*paths, *self._make_bundles()]}
        yield from super().post_process(paths, dry_run, **options)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Brotli takes ten times as long as gzip for a tenth less, so it is for what the site's own pages fetch."""
        ours = {path for path in self.hashed_files.values() if path.startswith("chat/")}
        for self._takes_its_time, names in ((True, ours), (False, set(paths) - ours)):
            yield from super().compress_files(names)

    def create_compressor(self, **options: Any) -> Compressor:
        return Compressor(use_brotli=self._takes_its_time, **options)

    def save_manifest(self) -> None:
        for names in bundles():
            self.hashed_files |= dict.fromkeys(map(path_of, names), self.hashed_files[bundle_of(names)])
        super().save_manifest()

    def _make_lean(self, paths: dict[str, Any]) -> None:
        """From the sources: the copy of an earlier time is whole already, and may hold parts that have changed."""
        for name, (storage, path) in paths.items():
            copy, source = Path(self.path(name)), Path(storage.path(path))
            if SHEETS.fullmatch(name):
                copy.write_text(lean_sheet(in_one(source)), encoding="utf-8")
            elif MODULES.fullmatch(name):
                copy.write_text(lean(source.read_text(encoding="utf-8")), encoding="utf-8")

    def _make_bundles(self) -> Iterator[str]:
        for names in bundles():
            text = bundle({name: source_of(name) for name in names})
            Path(self.path(bundle_of(names))).write_text(text, encoding="utf-8")
            yield bundle_of(names)
