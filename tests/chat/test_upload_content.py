"""What a file is, is in its content; pictures are written anew, and the hostile ones refused."""

import struct
import zipfile
import zlib
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from accounts import pictures
from accounts.models import User
from chat.errors import BadRequest
from chat.services.uploads.kinds import NAME_LENGTH, UNKNOWN, clean_name
from tests.uploads import MP4, WAV, animation, kept, noise, opened, picture, upload

pytestmark = pytest.mark.django_db


def zip_bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(20_000_000))
    return out.getvalue()


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_bomb(width: int, height: int) -> bytes:
    """A few bytes that say that they are a picture of that size."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + png_chunk(b"IDAT", zlib.compress(bytes(100))) + png_chunk(b"IEND", b"")


# Content and the name it comes under; the type it is, and the name it gets.
KINDS = {
    "text": (b"hello", "notes.txt", UNKNOWN, "notes.txt"),
    "a page that says it is a picture": (b"<html><script>x</script>", "cat.png", UNKNOWN, "cat.png"),
    "svg with a script": (b'<svg xmlns="x"><script>x</script></svg>', "x.svg", UNKNOWN, "x.svg"),
    "pdf that is a page too": (b"%PDF-1.4\n<html><script>x</script>", "x.pdf", UNKNOWN, "x.pdf"),
    "zip bomb": (zip_bomb(), "bomb.zip", UNKNOWN, "bomb.zip"),
    "sound": (WAV, "a.wav", "audio/wav", "a.wav"),
    "film": (MP4, "a.MP4", "video/mp4", "a.MP4"),
    "film that says it is a page": (MP4, "a.html", "video/mp4", "a.html.mp4"),
    "picture": (picture(), "cat.png", "image/png", "cat.png"),
    "jpeg under another name": (picture("JPEG"), "cat.png", "image/jpeg", "cat.jpg"),
    "webp": (picture("WEBP"), "cat.webp", "image/webp", "cat.webp"),
    "avif": (picture("AVIF"), "cat.avif", "image/webp", "cat.webp"),
    "gif": (picture("GIF"), "cat.gif", "image/png", "cat.png"),
    "gif that moves": (animation(), "cat.gif", "image/webp", "cat.webp"),
    "tiff": (picture("TIFF"), "cat.tiff", UNKNOWN, "cat.tiff"),
}  # fmt: skip


@pytest.mark.parametrize("case", KINDS)
def test_what_it_is_and_is_called(files: Path, bob: User, case: str) -> None:
    content, name, kind, called = KINDS[case]
    found = upload(bob, content, name)
    assert (found.type, found.name) == (kind, called)
    stored = (files / found.folder / "original").read_bytes()
    assert found.size == len(stored)
    if kind.startswith("image/"):
        assert (found.width, found.height) == opened(stored).size == (8, 4)
    else:
        assert stored == content, "kept as it is"
        assert (found.width, found.height, found.thumbnails) == (None, None, [])


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\bob\\x.txt", "x.txt"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("a\x00b\nc\u200b.txt", "abc.txt"),
        ("  two   words .txt ", "two words .txt"),
        ("...", "file"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("大厅.pdf", "大厅.pdf"),
        ("e\u0301.txt", "\xe9.txt"),
        ("x" * 300 + ".txt", "x" * (NAME_LENGTH - 4) + ".txt"),
        ("x." + "y" * 300, "x." + "y" * 20),
        ("/", "file"),
    ],
)
def test_names(name: str, clean: str) -> None:
    assert clean_name(name, UNKNOWN) == clean


def test_a_picture_is_upright_and_says_nothing_of_its_camera(files: Path, bob: User) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "the camera"
    found = upload(bob, picture("JPEG", (60, 30), exif=exif, comment=b"the comment"), "x.jpg")
    stored = (files / found.folder / "original").read_bytes()
    assert (found.width, found.height) == (30, 60)
    assert not dict(opened(stored).getexif())
    assert b"the c" not in stored


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_the_picture(files: Path, bob: User, form: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "the camera"
    found = upload(bob, picture(form, exif=exif, xmp=b"<x>the xmp</x>") + b"the rest <script>", "x")
    stored = (files / found.folder / "original").read_bytes()
    assert b"the " not in stored
    assert b"<script>" not in stored


def test_what_one_can_see_through_stays_so(files: Path, bob: User) -> None:
    for form in ("PNG", "WEBP"):
        found = upload(bob, picture(form, (600, 10), colour=(9, 9, 9, 0)), "x")
        for name in ("original", "480"):
            assert opened(files / found.folder / name).convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("size", "smaller"),
    [
        ((480, 100), []),
        ((481, 240), [[480, 240]]),
        ((1920, 1080), [[480, 270], [960, 540]]),
        ((300, 961), [[150, 480], [300, 960]]),
        ((3000, 1), [[480, 1], [960, 1]]),
    ],
)
def test_smaller_pictures_have_the_sizes_that_are_told(
    files: Path, bob: User, size: tuple[int, int], smaller: list[list[int]]
) -> None:
    found = upload(bob, picture(size=size), "x.png")
    assert found.thumbnails == smaller
    for width, height in smaller:
        small = opened(files / found.folder / str(max(width, height)))
        assert (small.format, small.size) == ("WEBP", (width, height))


def test_a_large_picture_is_made_smaller(files: Path, bob: User) -> None:
    found = upload(bob, picture("JPEG", (5_000, 1_000)), "x.jpg")
    assert (found.width, found.height) == (4_096, 819)


def test_an_animation_goes_on_moving(files: Path, bob: User) -> None:
    found = upload(bob, animation(size=(1_000, 500)), "x.gif")
    whole = opened(files / found.folder / "original")
    assert (found.type, found.is_animated, found.width, found.height) == ("image/webp", True, 960, 480)
    assert whole.n_frames == 3  # type: ignore[attr-defined]
    assert found.thumbnails == [[480, 240]]
    assert not getattr(opened(files / found.folder / "480"), "is_animated", False)


def test_a_small_animation_has_a_picture_that_stands_still(files: Path, bob: User) -> None:
    assert upload(bob, animation(size=(20, 10)), "x.gif").thumbnails == [[20, 10]]


REFUSED = {
    "a bomb": (png_bomb(60_000, 60_000), "too large"),
    "a smaller bomb": (png_bomb(8_001, 8_000), "64 million"),
    "a png with other bytes": (noise("PNG")[:3_000] + bytes(99) + noise("PNG")[3_099:], "damaged"),
    "a truncated jpeg": (noise("JPEG")[:-600], "damaged"),
    "a truncated png": (noise("PNG")[:-600], "damaged"),
    "a truncated webp": (noise("WEBP")[:-600], "damaged"),
    "a gif that is a script": (b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)//", "damaged"),
    "only a signature": (b"\x89PNG\r\n\x1a\n", "damaged"),
    "an animation without end": (animation(frames=pictures.FRAMES_MOST + 1), "too long"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_leaves_nothing(files: Path, bob: User, case: str) -> None:
    content, words = REFUSED[case]
    with pytest.raises(BadRequest, match=words) as refusal:
        upload(bob, content, "cat.png")
    assert refusal.value.field == "file"
    assert kept(files) == []
    assert not bob.uploads.exists()


def test_the_longest_animation(files: Path, bob: User) -> None:
    found = upload(bob, animation(frames=pictures.FRAMES_MOST), "x.gif")
    assert opened(files / found.folder / "original").n_frames == pictures.FRAMES_MOST  # type: ignore[attr-defined]


def test_an_animation_of_too_many_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PIXELS_MOST", 100)
    for frames, is_taken in ((2, True), (3, False)):
        file = BytesIO(animation(size=(10, 5), frames=frames))
        with nullcontext() if is_taken else pytest.raises(pictures.PictureError, match="too long"):
            pictures.rewrite(file, "image/gif", [480])
