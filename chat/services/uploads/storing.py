"""A file on its way into the site: looked at, made harmless, counted, kept."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Sum

from accounts import darkroom, pictures, shelves
from accounts.models import User
from chat.errors import BadRequest, Conflict, Empty, Forbidden, NotFound, TooLarge, TooLong, Unavailable
from chat.models import Upload
from chat.protocol import ALT_LENGTH
from chat.services import rules
from chat.services.uploads.kinds import clean_name, kind_of

THUMBNAIL_SIDES = (480, 960)
MEGABYTE = 1024 * 1024


def store(*, user: User, file: "File[bytes]", alt: str = "") -> Upload:
    """Keeps a file until its message is sent. Pictures are written anew, everything else is kept as it is.

    Raises Muted (on the site), Empty, TooLarge, TooLong, BadRequest (a damaged picture), Conflict (too many unsent),
    Forbidden (no room left for the person, or on the site), Unavailable (the disk, or nobody to work on a picture).
    """
    rules.refuse_silenced(user)
    size = file.size or 0
    _check_size(size)
    alt = _clean_alt(alt)
    _check_room(user, size)
    upload = Upload(key=uuid4(), uploader=user, alt=alt)
    try:
        _keep(upload, file)
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=user.pk)
            _check_room(user, upload.size)
            upload.save(force_insert=True)
    except BaseException:
        shelves.remove_files(upload.folder)
        raise
    return upload


@transaction.atomic
def describe(*, user: User, upload_id: UUID, alt: str) -> Upload:
    """Says in words what an unsent file of one's own shows. Raises NotFound, TooLong, Conflict (sent)."""
    upload = own_unsent(user, upload_id)
    upload.alt = _clean_alt(alt)
    upload.save(update_fields=["alt"])
    return upload


def own_unsent(user: User, upload_id: UUID) -> Upload:
    """An unsent file of this person, locked. Raises NotFound, Conflict."""
    upload = Upload.objects.lock([upload_id]).get(upload_id)
    if upload is None or upload.uploader_id != user.pk:
        raise NotFound("There is no such upload.", field="id")
    if upload.message_id is not None:
        raise Conflict("This file was sent already.")
    return upload


def _keep(upload: Upload, file: "File[bytes]") -> None:
    """Stores the file, and says on the row to be what it is. Raises BadRequest, Unavailable."""
    kind = kind_of(file)
    try:
        if kind in pictures.FORMATS:
            _keep_picture(upload, file, kind)
        else:
            upload.type, upload.size = kind, file.size or 0
            shelves.keep(upload.folder, {"original": file})
    except pictures.PictureError as error:
        raise BadRequest(str(error), field="file") from error
    except shelves.StorageError as error:
        raise Unavailable("The file could not be stored: the site's disk may be full.", retry_after=60.0) from error
    except darkroom.DarkroomError as error:
        raise Unavailable(darkroom.BUSY, retry_after=darkroom.RETRY_SECONDS) from error
    upload.name = clean_name(file.name or "", upload.type)


def _keep_picture(upload: Upload, file: "File[bytes]", kind: str) -> None:
    made = darkroom.make("rewrite", file, kind=kind, sides=THUMBNAIL_SIDES, folder=upload.folder)
    upload.type, upload.size, upload.width, upload.height = made.parts.pop("original")
    upload.is_animated = made.is_animated
    upload.thumbnails = [[small.width, small.height] for small in made.parts.values()]


def _check_size(size: int) -> None:
    most = settings.UPLOAD_BYTES
    if not most:
        raise Forbidden("This site takes no files.")
    if not size:
        raise Empty("The file is empty.", field="file")
    if size > most:
        raise TooLarge(f"A file has at most {most // MEGABYTE} MB.", field="file")


def _check_room(user: User, size: int) -> None:
    """Raises Conflict or Forbidden where there is no room for so many bytes more."""
    mine = Upload.objects.filter(uploader=user)
    if mine.unsent().count() >= settings.UPLOADS_UNSENT:
        raise Conflict("Too many files wait to be sent. Send or remove some of them first.")
    if (most := settings.UPLOAD_PERSON_BYTES) and _sum(mine) + size > most:
        raise Forbidden(f"There is no room left for your files: you have {most // MEGABYTE} MB in all.")
    if (most := settings.UPLOAD_SITE_BYTES) and _sum(Upload.objects.all()) + size > most:
        raise Forbidden("There is no room left for files on this site.")


def _sum(rows: Iterable[Upload]) -> int:
    total: int | None = rows.aggregate(total=Sum("size"))["total"]  # type: ignore[attr-defined]
    return int(total or 0)


def _clean_alt(alt: str) -> str:
    if len(alt) > ALT_LENGTH:
        raise TooLong(f"A description has at most {ALT_LENGTH} characters.", field="alt")
    return " ".join(alt.split())
