"""People's pictures of themselves: squares, named by what is in them, so that browsers keep them for good."""

import hashlib
from collections.abc import Collection
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts import pictures, shelves
from accounts.models import User

SHELVES = "avatars"
SIDES = (96, 256)
BYTES_MOST = 10 * 2**20


class AvatarError(Exception):
    """A picture that is not taken; the text is for the person. `code` is a word of the protocol."""

    def __init__(self, text: str, code: str = "bad_request") -> None:
        super().__init__(text)
        self.code = code


def set_avatar(*, user: User, file: IO[bytes]) -> None:
    """Gives this person the middle of a picture. Raises AvatarError."""
    if file.seek(0, 2) > BYTES_MOST:
        raise AvatarError(f"A picture of a person has at most {BYTES_MOST // 2**20} MB.", "too_large")
    file.seek(0)
    try:
        squares = pictures.squares(file, SIDES)
    except pictures.PictureError as error:
        raise AvatarError(str(error)) from error
    digest = hashlib.sha256(squares[-1].data).hexdigest()[:32]
    folder = shelves.place(SHELVES, digest)
    try:
        for square in squares:
            _keep(f"{folder}/{square.width}", square.data)
    except OSError as error:
        raise AvatarError("The picture could not be stored: the site's disk may be full.", "unavailable") from error
    _note(user, digest)


def remove_avatar(*, user: User) -> None:
    """From now on, initials. The file goes with the next `sweep`: pages that are open still ask for it."""
    _note(user, "")


def sweep() -> int:
    """Removes the pictures that nobody has any more and that are not young; how many."""
    return shelves.sweep(SHELVES, _known)


def _keep(path: str, data: bytes) -> None:
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(data))


def _note(user: User, digest: str) -> None:
    user.avatar = digest
    user.save(update_fields=["avatar"])


def _known(digests: Collection[str]) -> set[str]:
    return set(User.objects.filter(avatar__in=digests).values_list("avatar", flat=True))
