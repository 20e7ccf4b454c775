"""People's pictures of themselves: squares, at an address that changes with them, so browsers keep them for good."""

from collections.abc import Collection
from typing import IO
from uuid import uuid4

from accounts import darkroom, pictures, shelves
from accounts.models import User

SHELVES = "avatars"
SIDES = (96, 256)
BYTES_MOST = 10 * 2**20


class AvatarError(Exception):
    """A picture that is not taken; the text is for the person, in English. `code` is a word of the protocol.

    `retry_after`: seconds until it may be taken.
    """

    def __init__(self, text: str, code: str = "bad_request", retry_after: float | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.retry_after = retry_after


def set_avatar(*, user: User, file: IO[bytes]) -> None:
    """Gives this person the middle of a picture. Raises AvatarError."""
    if file.seek(0, 2) > BYTES_MOST:
        raise AvatarError("A picture of a person has at most 10 MB.", "too_large")
    file.seek(0)
    name = uuid4().hex
    folder = shelves.place(SHELVES, name)
    try:
        darkroom.make("squares", file, kind=None, sides=SIDES, folder=folder)
        _note(user, name)
    except BaseException as error:
        shelves.remove_files(folder)
        raise _refusal(error) from error


def _refusal(error: BaseException) -> BaseException:
    match error:
        case pictures.PictureError():
            return AvatarError(str(error))
        case shelves.StorageError():
            return AvatarError("The picture could not be stored: the site's disk may be full.", "unavailable", 60.0)
        case darkroom.DarkroomError():
            return AvatarError(darkroom.BUSY, "unavailable", darkroom.RETRY_SECONDS)
    return error


def remove_avatar(*, user: User) -> None:
    """From now on, initials. The file goes with the next `sweep`: pages that are open still ask for it."""
    _note(user, "")


def sweep() -> int:
    """Removes the pictures that nobody has any more and that are not young; how many."""
    return shelves.sweep(SHELVES, _known)


def _note(user: User, name: str) -> None:
    user.avatar = name
    user.save(update_fields=["avatar"])


def _known(names: Collection[str]) -> set[str]:
    return set(User.objects.filter(avatar__in=names).values_list("avatar", flat=True))
