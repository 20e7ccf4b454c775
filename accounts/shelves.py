"""Folders of the file storage, two levels deep: `ROOT/ab/ab12…/` with a few files each."""

import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import timedelta

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils import timezone

logger = logging.getLogger(__name__)

# What was stored since then may be about to be known.
YOUNG = timedelta(days=1)


def place(root: str, name: str) -> str:
    """Where the folder of that name is."""
    return f"{root}/{name[:2]}/{name}"


class StorageError(Exception):
    """Something could not be kept: the disk is full, the bucket is away."""


def keep(folder: str, parts: "Mapping[str, File[bytes] | bytes]") -> None:
    """Stores files in a folder that has none, by their names. Raises StorageError."""
    try:
        for name, part in parts.items():
            default_storage.save(f"{folder}/{name}", ContentFile(part) if isinstance(part, bytes) else part)
    except Exception as error:
        logger.exception("%s could not be stored", folder)
        raise StorageError from error


def remove_files(folder: str) -> None:
    """Removes a folder with its files. What can't be removed now is left to `sweep`."""
    try:
        for name in _names_in(folder)[1]:
            default_storage.delete(f"{folder}/{name}")
        default_storage.delete(folder)
    except Exception as error:  # noqa: BLE001 - each storage has errors of its own
        logger.warning("could not remove %s: %r", folder, error)


def sweep(root: str, known: Callable[[Collection[str]], Collection[str]]) -> int:
    """Removes the folders below `root` that are not `known` (those of these names that are) nor young; how many."""
    count = 0
    for shelf in _names_in(root)[0]:
        names = set(_names_in(f"{root}/{shelf}")[0])
        for name in names - set(known(names)):
            folder = f"{root}/{shelf}/{name}"
            if _is_old(folder):
                remove_files(folder)
                count += 1
    return count


def _is_old(folder: str) -> bool:
    before = timezone.now() - YOUNG
    return all(default_storage.get_modified_time(f"{folder}/{name}") < before for name in _names_in(folder)[1])


def _names_in(folder: str) -> tuple[list[str], list[str]]:
    """The folders and the files in a folder; none where it is not there."""
    with suppress(FileNotFoundError):
        folders, files = default_storage.listdir(folder)
        return list(folders), list(files)
    return [], []
