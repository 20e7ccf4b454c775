"""Pictures that people send: looked at with care, and written anew with nothing in them but the picture.

Plain work on bytes, by Pillow: call it in a thread, never in the event loop.
"""

import struct
import threading
import warnings
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import IO, NamedTuple

from PIL import Image, ImageCms, ImageOps

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP", "image/avif": "AVIF"}
# What has more pixels, or moves, takes more than a third of a second of a core.
SMALL_PIXELS = 1_000_000
# A picture or an animation of more pixels is refused before any of them is unpacked.
PIXELS_MOST = 64_000_000
FRAMES_MOST = 500
SIDE_MOST = 4_096
MOVING_SIDE_MOST = 960
AT_ONCE = 2

# What Pillow raises for files that are not what their first bytes promise.
DAMAGED = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, struct.error, zlib.error)
_turns = threading.BoundedSemaphore(AT_ONCE)


class PictureError(Exception):
    """A picture that is not taken; the text is for the person."""


class Picture(NamedTuple):
    """A file of `type`; sides in pixels."""

    data: bytes
    type: str
    width: int
    height: int


class Made(NamedTuple):
    """What became of a picture, by the names under which it is kept."""

    parts: dict[str, Picture]
    is_animated: bool = False


def is_large(file: IO[bytes], kind: str | None) -> bool:
    """Whether it takes long to work on. Nothing of it is unpacked. Raises PictureError."""
    with _opened(file, kind) as image:
        return image.width * image.height > SMALL_PIXELS or getattr(image, "is_animated", False)


def rewrite(file: IO[bytes], kind: str | None, sides: Sequence[int]) -> Made:
    """The picture ("original") upright and in sRGB; smaller WebP ones for those of `sides` that are less than its own.

    `kind` is the file's type, one of FORMATS. JPEG and PNG stay that, what moves and all else becomes WebP; a GIF that
    stands still becomes PNG. Of one that moves the smaller ones stand still, and there is always one. A smaller one is
    named by its longer side. Raises PictureError.
    """
    with _opened(file, kind) as image:
        if getattr(image, "is_animated", False):
            frames, pauses = _frames(image)
            picture = _webp(frames[0], save_all=True, append_images=frames[1:], duration=pauses, loop=0, method=2)
            wanted = [side for side in sides if side < max(frames[0].size)] or list(sides[:1])
            return Made({"original": picture} | _smaller(frames[0], wanted), is_animated=True)
        still = _still(image)
        if kind in {"image/png", "image/gif"}:
            picture = _saved(still, "PNG", "image/png")
        elif kind == "image/jpeg":
            still = still.convert("RGB") if still.mode != "L" else still
            picture = _saved(still, "JPEG", "image/jpeg", quality=87, progressive=True)
        else:
            picture = _webp(still)
        return Made({"original": picture} | _smaller(still, [side for side in sides if side < max(still.size)]))


def squares(file: IO[bytes], kind: str | None, sides: Sequence[int]) -> Made:
    """The middle of the picture (its first frame) as WebP squares of these sides, named by them.

    Raises PictureError.
    """
    with _opened(file, kind) as image:
        still = _plain(_still(image))
        return Made({str(side): _webp(ImageOps.fit(still, (side, side))) for side in sides})


# What can be made of a picture, by name.
WORKS = {work.__name__: work for work in (rewrite, squares)}


@contextmanager
def _opened(file: IO[bytes], kind: str | None) -> Iterator[Image.Image]:
    """The picture (of any kind for None) while it is worked on, with what may go wrong put in words."""
    with _turns:
        try:
            with (
                warnings.catch_warnings(action="ignore"),
                Image.open(file, formats=[FORMATS[kind]] if kind else list(FORMATS.values())) as image,
            ):
                if image.width * image.height > PIXELS_MOST:
                    raise PictureError("A picture has at most 64 million pixels.")
                yield image
        except (Image.DecompressionBombError, MemoryError):
            raise PictureError("This picture is too large.") from None
        except DAMAGED:
            raise PictureError("This picture is damaged.") from None


def _still(image: Image.Image) -> Image.Image:
    image.draft(None, (SIDE_MOST, SIDE_MOST))  # a JPEG may be read smaller from the start
    image.load()
    still = _in_srgb(ImageOps.exif_transpose(image))
    # Palettes and grey stay what they are; of the rest only what is seen stays.
    if still.mode not in {"1", "L", "P", "RGB", "RGBA"}:
        still = _plain(still)
    if max(still.size) > SIDE_MOST:
        still = _plain(still)
        still.thumbnail((SIDE_MOST, SIDE_MOST), reducing_gap=2.0)
    return _bare(still)


def _frames(image: Image.Image) -> tuple[list[Image.Image], list[int]]:
    """The frames of an animation, and for how many milliseconds each stands."""
    frames: list[Image.Image] = []
    pauses: list[int] = []
    for place in range(FRAMES_MOST + 1):
        try:
            image.seek(place)
        except EOFError:
            break
        if place == FRAMES_MOST or (place + 1) * image.width * image.height > PIXELS_MOST:
            raise PictureError("This animation is too long.")
        frame = image.convert("RGBA")
        frame.thumbnail((MOVING_SIDE_MOST, MOVING_SIDE_MOST))
        frames.append(_bare(frame))
        pauses.append(max(20, int(image.info.get("duration", 100))))
    return frames, pauses


def _smaller(image: Image.Image, sides: Iterable[int]) -> dict[str, Picture]:
    found = {}
    for side in sides:
        small = _plain(image)
        small.thumbnail((side, side), reducing_gap=3.0)
        found[str(max(small.size))] = _webp(small)
    return found


def _webp(image: Image.Image, **options: object) -> Picture:
    return _saved(_plain(image), "WEBP", "image/webp", **({"quality": 82} | options))


def _saved(image: Image.Image, form: str, kind: str, **options: object) -> Picture:
    out = BytesIO()
    image.save(out, form, **options)
    return Picture(out.getvalue(), kind, image.width, image.height)


def _plain(image: Image.Image) -> Image.Image:
    """A copy in RGB, or RGBA where one can see through it."""
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _bare(image: Image.Image) -> Image.Image:
    """Without what savers would write beside the picture: comments, profiles, XMP."""
    image.info = {name: value for name, value in image.info.items() if name == "transparency"}
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK"}:
        return image
    mode = "RGB" if image.mode == "CMYK" else image.mode
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, *DAMAGED):
        return image
    return converted or image
