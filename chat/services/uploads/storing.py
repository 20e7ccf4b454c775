"""A file on its way into the site: looked at, made harmless, counted, kept."""

import logging
from collections.abc import Iterable
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum

from accounts import pictures, shelves
from accounts.models import User
from chat.errors import BadRequest, Conflict, Empty, Forbidden, NotFound, TooLarge, TooLong, Unavailable
from chat.models import Upload
from chat.protocol import ALT_LENGTH
from chat.services import rules
from chat.services.uploads.kinds import clean_name, kind_of

logger = logging.getLogger(__name__)

THUMBNAIL_SIDES = (480, 960)
MEGABYTE = 1024 * 1024


def store(*, user: User, file: "File[bytes]", alt: str = "") -> Upload:
    """Keeps a file until its message is sent. Pictures are written anew, everything else is kept as it is.

    Raises Muted (on the site), Empty, TooLarge, TooLong, BadRequest (a damaged picture), Conflict (too many unsent),
    Forbidden (no room left for the person, or on the site), Unavailable (the disk).
    """
    rules.refuse_silenced(user)
    size = file.size or 0
    _check_size(size)
    alt = _clean_alt(alt)
    _check_room(user, size)
    upload, parts = _prepared(file)
    upload.uploader, upload.alt = user, alt
    try:
        _keep(upload, parts)
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


def _prepared(file: "File[bytes]") -> "tuple[Upload, dict[str, File[bytes]]]":
    """The row to be, and what is stored for it by name."""
    kind = kind_of(file)
    if kind not in pictures.FORMATS:
        upload = Upload(key=uuid4(), name=clean_name(file.name or "", kind), type=kind, size=file.size)
        return upload, {"original": file}
    try:
        picture, is_animated, smaller = pictures.rewrite(file, kind, THUMBNAIL_SIDES)
    except pictures.PictureError as error:
        raise BadRequest(str(error), field="file") from error
    upload = Upload(
        key=uuid4(),
        name=clean_name(file.name or "", picture.type),
        type=picture.type,
        size=len(picture.data),
        width=picture.width,
        height=picture.height,
        is_animated=is_animated,
        thumbnails=[[small.width, small.height] for small in smaller.values()],
    )
    parts = {"original": picture} | {str(max(small.width, small.height)): small for small in smaller.values()}
    return upload, {name: ContentFile(part.data) for name, part in parts.items()}


def _keep(upload: Upload, parts: "dict[str, File[bytes]]") -> None:
    """Raises Unavailable."""
    try:
        for name, content in parts.items():
            default_storage.save(f"{upload.folder}/{name}", content)
    except Exception as error:
        logger.exception("%s could not be stored", upload.folder)
        raise Unavailable("The file could not be stored: the site's disk may be full.", retry_after=60.0) from error


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
