"""What a file is, by its content, and what it may be called. Its sender's word is taken for neither."""

import unicodedata
from typing import IO

import filetype

from accounts import pictures

NAME_LENGTH = 200
UNKNOWN = "application/octet-stream"
HEAD_BYTES = 8_192

# What browsers show in place, with the endings that such a file may have: the first is the one it is given else.
SHOWN = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "audio/aac": (".aac",),
    "audio/flac": (".flac",),
    "audio/mp4": (".m4a", ".mp4"),
    "audio/mpeg": (".mp3",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/wav": (".wav",),
    "video/mp4": (".mp4", ".m4v"),
    "video/ogg": (".ogv", ".ogg"),
    "video/webm": (".webm",),
}
SAME = {"audio/x-flac": "audio/flac", "audio/x-wav": "audio/wav", "video/x-m4v": "video/mp4", "image/apng": "image/png"}


def kind_of(file: IO[bytes]) -> str:
    """The type that the first bytes tell: a picture's, one of SHOWN, or UNKNOWN."""
    file.seek(0)
    found = filetype.guess_mime(file.read(HEAD_BYTES)) or UNKNOWN
    file.seek(0)
    found = SAME.get(found, found)
    return found if found in SHOWN or found in pictures.FORMATS else UNKNOWN


def clean_name(name: str, kind: str) -> str:
    """The name without folders and invisible characters, with an ending that fits what the file is."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = (char for char in unicodedata.normalize("NFC", name) if not unicodedata.category(char).startswith("C"))
    name = " ".join("".join(kept).split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    fitting = SHOWN.get(kind)
    if fitting and f".{ending.lower()}" not in fitting:
        # Of a picture made anew the old ending would lie; of all else it may be part of the name.
        stem, ending = (stem if kind.startswith("image/") and dot else name), fitting[0].removeprefix(".")
    ending = f".{ending[:20]}" if ending else ""
    return (stem or "file")[: NAME_LENGTH - len(ending)] + ending
