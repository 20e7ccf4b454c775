"""What people uploaded, for those who may see it: whole or in ranges, and never as anything that could run."""

import logging
import re
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from typing import IO, NamedTuple
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth.views import redirect_to_login
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from ninja.errors import AuthenticationError

from accounts import avatars, shelves
from accounts.models import User
from chat import access
from chat.api import problems
from chat.api.auth import who_asks
from chat.errors import ChatError, NotFound, Unavailable
from chat.models import Upload
from chat.threads import RETRY_SECONDS

logger = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024
SHOWN = ("image/", "audio/", "video/")
DIGEST = re.compile("[0-9a-f]{32}")
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
FACTS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Place(NamedTuple):
    """A file of the storage, what it is, and what it is called where it is saved."""

    path: str
    type: str
    name: str

    @property
    def etag(self) -> str:
        """A place never gets another content."""
        return '"{}"'.format("-".join(self.path.rsplit("/", 2)[1:]))


@require_safe
def upload(request: HttpRequest, pk: UUID, side: int | None = None) -> HttpResponseBase:
    """An uploaded file, or a smaller picture of it."""
    return _answer_to(request, lambda user: _place(access.find_upload(user, pk), side))


@require_safe
def avatar(request: HttpRequest, digest: str, side: int) -> HttpResponseBase:
    """A person's picture, for everyone who is signed in."""
    if side not in avatars.SIDES or not DIGEST.fullmatch(digest):
        raise Http404
    path = f"{shelves.place(avatars.SHELVES, digest)}/{side}"
    return _answer_to(request, lambda user: Place(path, "image/webp", f"{digest}.webp"))


def _answer_to(request: HttpRequest, place_for: Callable[[User], Place]) -> HttpResponseBase:
    try:
        user = who_asks(request)
        if user is None:
            return redirect_to_login(request.get_full_path())
        return _answer(request, place_for(user))
    except AuthenticationError:
        return problems.describe(HttpResponse(status=401), "unauthorized", "This token is not good.")
    except ChatError as error:
        return problems.of_error(error)


def _place(upload: Upload, side: int | None) -> Place:
    """Raises NotFound."""
    if side is None:
        return Place(f"{upload.folder}/original", upload.type, upload.name)
    if side not in map(max, upload.thumbnails):
        raise NotFound("There is no such picture.")
    return Place(f"{upload.folder}/{side}", "image/webp", f"{upload.name.rpartition('.')[0]}-{side}.webp")


def _answer(request: HttpRequest, place: Place) -> HttpResponseBase:
    shown = get_conditional_response(request, etag=place.etag, response=None)
    if shown is not None:
        response: HttpResponseBase = shown
        file = None
    else:
        file = _opened(place.path)
        response = _content(request, file, file.size, place.etag)
    for name, value in FACTS.items():
        response[name] = value
    response["ETag"] = place.etag
    if file is not None:
        response["Content-Type"] = place.type
        is_shown = place.type.startswith(SHOWN)
        response["Content-Disposition"] = content_disposition_header(not is_shown, place.name) or "attachment"
    return response


def _opened(path: str) -> "File[bytes]":
    """Raises NotFound, Unavailable."""
    try:
        file = default_storage.open(path)
        _ = file.size  # a bucket is asked only now
    except FileNotFoundError:
        raise NotFound("This file is gone.") from None
    except Exception as error:
        logger.exception("%s could not be read", path)
        raise Unavailable("The file can't be read right now.", retry_after=RETRY_SECONDS) from error
    return file


def _content(request: HttpRequest, file: IO[bytes], size: int, etag: str) -> HttpResponseBase:
    """All of it, or the one range that is asked for."""
    first, last = 0, size - 1
    status = HTTPStatus.OK
    asked = RANGE.fullmatch(request.headers.get("Range", "").strip())
    if asked and any(asked.groups()) and request.headers.get("If-Range", etag) == etag:
        first, last = _bounds(asked[1], asked[2], size)
        if first > last:
            file.close()
            refusal = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            refusal["Content-Range"] = f"bytes */{size}"
            return refusal
        status = HTTPStatus.PARTIAL_CONTENT
    response: HttpResponseBase
    if request.method == "HEAD":
        file.close()
        response = HttpResponse(status=status)
    else:
        response = StreamingHttpResponse(Chunks(file, first, last), status=status)
    response["Content-Length"] = str(last - first + 1)
    if status == HTTPStatus.PARTIAL_CONTENT:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """Where a range begins and ends, both inside; it ends before it begins where there is no such range."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last or size), size - 1)


class Chunks:
    """The bytes of a file from `first` to `last`, read in threads, one chunk as the reader takes the one before."""

    def __init__(self, file: IO[bytes], first: int, last: int) -> None:
        self._file = file
        self._first = first
        self._left = last - first + 1

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = sync_to_async(self._read, thread_sensitive=False)
        while self._left > 0 and (chunk := await read()):
            yield chunk

    def _read(self) -> bytes:
        self._file.seek(self._first)
        chunk = self._file.read(min(CHUNK_BYTES, self._left))
        self._first += len(chunk)
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        self._file.close()
