"""Files that go: discarded, never sent, or gone with their message. And files that a forwarded message shares."""

from collections.abc import Collection
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import shelves
from accounts.models import User
from chat.models import Message, Upload
from chat.services.uploads.storing import own_unsent

UNSENT_TIME = timedelta(days=1)


@transaction.atomic
def discard(*, user: User, upload_id: UUID) -> None:
    """Removes an unsent file of one's own. Raises NotFound, Conflict (sent)."""
    remove(Upload.objects.filter(pk=own_unsent(user, upload_id).pk))


def expire() -> int:
    """Removes what was never sent for UNSENT_TIME; how many."""
    return remove(Upload.objects.unsent(until=timezone.now() - UNSENT_TIME))


@transaction.atomic
def remove(uploads: QuerySet[Upload]) -> int:
    """Removes these rows, and once that is committed their files, but for those that other rows have too; how many."""
    rows = list(uploads.select_for_update(no_key=True))
    Upload.objects.filter(pk__in=[row.pk for row in rows]).delete()
    transaction.on_commit(partial(_remove_unshared, {row.key: row.folder for row in rows}))
    return len(rows)


def copy(source: Message, user: User) -> list[UUID]:
    """New rows of this person for the files of a message, which share them; their ids, in order."""
    copies = list(source.uploads.order_by("position"))
    for row in copies:
        row.pk, row.uploader, row.message_id, row.created_at = uuid4(), user, None, timezone.now()
    return [row.pk for row in Upload.objects.bulk_create(copies)]


def sweep() -> int:
    """Removes files that no row knows of and that are not young; how many folders of them."""
    return shelves.sweep(Upload.SHELVES, _known)


def _remove_unshared(folders: dict[UUID, str]) -> None:
    shared = set(Upload.objects.filter(key__in=folders).values_list("key", flat=True))
    for key, folder in folders.items():
        if key not in shared:
            shelves.remove_files(folder)


def _known(names: Collection[str]) -> set[str]:
    """Those of these folders' names that are the key of an upload."""
    keys = []
    for name in names:
        try:
            keys.append(UUID(hex=name))
        except ValueError:
            continue
    return {key.hex for key in Upload.objects.filter(key__in=keys).values_list("key", flat=True)}
