"""Files to upload, and where they end up."""

import random
import subprocess
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts import darkroom, shelves
from accounts.models import User
from accounts.queue import PICTURES
from chat.models import Upload
from chat.services import uploads

WAV = b"RIFF\x24\x08\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0" + bytes(range(256)) * 8
MP4 = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + bytes(200)


@pytest.fixture
def files(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder where the site keeps its files. Large pictures are made as soon as they are ordered."""
    monkeypatch.setattr("accounts.queue.enqueue", do_at_once)
    folder = tmp_path / "media"
    backend = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": folder, "allow_overwrite": True},
    }
    settings.STORAGES = settings.STORAGES | {"default": backend}
    return folder


def do_at_once(job: str, queue: str, /, **facts: Any) -> None:
    """What fails is the queue's to note: whoever ordered it reads the outcome."""
    assert (job, queue) == ("make_picture", PICTURES)
    with suppress(RuntimeError, subprocess.TimeoutExpired, shelves.StorageError):
        darkroom.make_picture(**facts)


def kept(files: Path) -> list[Path]:
    """All that is stored."""
    return sorted(path for path in files.rglob("*") if path.is_file())


def picture(form: str = "PNG", size: tuple[int, int] = (8, 4), *, colour: Any = (200, 30, 30), **options: Any) -> bytes:
    """A picture of one colour."""
    out = BytesIO()
    Image.new("RGB" if len(colour) == 3 else "RGBA", size, colour).save(out, form, **options)
    return out.getvalue()


def animation(form: str = "GIF", size: tuple[int, int] = (8, 4), frames: int = 3) -> bytes:
    """A picture of several colours, one after the other."""
    out = BytesIO()
    first, *rest = (Image.new("RGB", size, (place * 7 % 256, place // 36, 90)) for place in range(frames))
    first.save(out, form, save_all=True, append_images=rest, duration=40)
    return out.getvalue()


def noise(form: str, **options: Any) -> bytes:
    """A picture that hardly packs."""
    out = BytesIO()
    Image.frombytes("RGB", (64, 64), random.Random(7).randbytes(64 * 64 * 3)).save(out, form, **options)
    return out.getvalue()


def a_file(content: bytes = b"a plain file", name: str = "notes.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")  # what they say is not believed


def upload(user: User, content: bytes = b"a plain file", name: str = "notes.txt", **fields: Any) -> Upload:
    """An unsent file of this person."""
    return uploads.store(user=user, file=a_file(content, name), **fields)


def opened(data: bytes | Path) -> Image.Image:
    image = Image.open(BytesIO(data) if isinstance(data, bytes) else data)
    image.load()
    return image
