"""Pictures made ready and kept: small ones at once, large ones by the queue, for which whoever brought one waits.

A large picture takes seconds of a core, and nothing breaks as easily as what unpacks it. So that is done where no
socket lives, two at a time for each host, behind everything else; who brought it still gets one answer, with all that
is known of it.
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import IO, Any, NamedTuple
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from accounts import apart, pictures, queue, shelves
from accounts.models import PictureOrder

WAIT = timedelta(seconds=45)
KEPT = timedelta(hours=1)
RETRY_SECONDS = 15.0
BUSY = gettext_noop("The site has no time for large pictures right now. Try again soon.")
# Of what was waited already, until the next look.
PAUSE_SHARE, PAUSE_LEAST, PAUSE_MOST = 0.1, 0.01, 0.25


class DarkroomError(Exception):
    """The queue did not get to it in time, or could not; it may at another time."""


class Part(NamedTuple):
    """A picture that is kept: its type, bytes, and sides in pixels."""

    type: str
    size: int
    width: int
    height: int


class Kept(NamedTuple):
    """What is kept of a picture, by name."""

    parts: dict[str, Part]
    is_animated: bool


def make(work: str, file: IO[bytes], *, kind: str | None, sides: Sequence[int], folder: str) -> Kept:
    """Keeps in `folder` what `pictures.WORKS[work]` makes of a picture.

    Raises PictureError, StorageError, DarkroomError. What was kept until then is left to who asked.
    """
    if not pictures.is_large(file, kind):
        return _keep(folder, pictures.WORKS[work](file, kind, sides))
    order = PictureOrder()
    facts = {"order": str(order.pk), "work": work, "kind": kind, "sides": list(sides), "folder": folder}
    file.seek(0)
    try:
        shelves.keep(order.folder, {"source": File(file)})
        with transaction.atomic():
            order.save(force_insert=True)
            queue.enqueue("make_picture", queue.PICTURES, **facts)
        return _answer(_outcome(order.pk))
    finally:
        _forget(order)


def make_picture(*, order: str, work: str, kind: str | None, sides: Sequence[int], folder: str) -> None:
    """The job: makes what was ordered, unless nobody waits any more, and notes on the order what came of it."""
    waiting = PictureOrder.objects.filter(pk=UUID(order), outcome__isnull=True, created_at__gt=Now() - WAIT)
    found = waiting.first()
    if found is None:
        return
    outcome: dict[str, Any] = {}
    try:
        with default_storage.open(f"{found.folder}/source") as file:
            made = apart.make(work, file.read(), kind, sides)
        kept = _keep(folder, made)
        outcome = {"parts": list(kept.parts.items()), "is_animated": kept.is_animated}
    except pictures.PictureError as error:
        outcome = {"refused": str(error)}
    finally:
        if not waiting.update(outcome=outcome):
            shelves.remove_files(folder)


def expire() -> int:
    """Removes orders that nobody was left to fetch; how many."""
    left = list(PictureOrder.objects.filter(created_at__lt=Now() - KEPT))
    for order in left:
        _forget(order)
    return len(left)


def sweep() -> int:
    """Removes sources that were left behind; how many."""
    return shelves.sweep(PictureOrder.SHELVES, lambda names: ())


def _keep(folder: str, made: pictures.Made) -> Kept:
    shelves.keep(folder, {name: part.data for name, part in made.parts.items()})
    parts = {name: Part(one.type, len(one.data), one.width, one.height) for name, one in made.parts.items()}
    return Kept(parts, made.is_animated)


def _outcome(order: UUID) -> dict[str, Any]:
    """What the job noted, as soon as it has. Raises DarkroomError."""
    begin = time.monotonic()
    while (waited := time.monotonic() - begin) < WAIT.total_seconds():
        found: dict[str, Any] | None = PictureOrder.objects.values_list("outcome", flat=True).filter(pk=order).first()
        if found is not None:
            return found
        if not connection.in_atomic_block:
            connection.close()  # others need it meanwhile
        time.sleep(min(max(waited * PAUSE_SHARE, PAUSE_LEAST), PAUSE_MOST))
    raise DarkroomError


def _answer(outcome: dict[str, Any]) -> Kept:
    if "refused" in outcome:
        raise pictures.PictureError(outcome["refused"])
    if "parts" not in outcome:
        raise DarkroomError
    return Kept({name: Part(*part) for name, part in outcome["parts"]}, outcome["is_animated"])


def _forget(order: PictureOrder) -> None:
    """What can't be removed now goes with `expire` and `sweep`."""
    shelves.remove_files(order.folder)
    try:
        PictureOrder.objects.filter(pk=order.pk).delete()
    except DatabaseError:
        return
