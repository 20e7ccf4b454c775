"""What a person says of themselves: a status, not to be disturbed, invisible. What runs out does so by itself."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chat import broadcast
from chat.errors import BadRequest
from chat.protocol import STATUS_LENGTH, emoji_of
from chat.services.rooms.making import clean

LONGEST = timedelta(days=366)


@transaction.atomic
def set_status(*, user: User, emoji: str = "", text: str = "", until: datetime | None = None, origin: str = "") -> User:
    """Says something of oneself for a time (None: for good); with neither emoji nor text, nothing any more.

    Raises BadRequest (no emoji, unseen characters, a time that has passed or is more than LONGEST away), TooLong.
    """
    status = _emoji(emoji), clean(text, "text", STATUS_LENGTH) if text.strip() else ""
    until = _ahead(until, "until") if any(status) else None
    found = _hold(user)
    before = (found.status_emoji, found.status_text, found.status_until)
    if before != (*status, until):
        found.status_emoji, found.status_text = status
        found.status_until = until
        found.save(update_fields=["status_emoji", "status_text", "status_until"])
        broadcast.status_changed(found)
        broadcast.my_status_changed(found, origin)
    return found


@transaction.atomic
def set_do_not_disturb(*, user: User, until: datetime | None, origin: str = "") -> User:
    """Is to be left in peace until then; None: no longer. Raises BadRequest."""
    until = _ahead(until, "until")
    found = _hold(user)
    if found.dnd_until != until:
        found.dnd_until = until
        found.save(update_fields=["dnd_until"])
        broadcast.my_status_changed(found, origin)
    return found


@transaction.atomic
def set_invisible(*, user: User, on: bool, origin: str = "") -> User:
    """Is shown as online to nobody, or again to everyone."""
    found = _hold(user)
    if found.is_invisible != on:
        found.is_invisible = on
        found.save(update_fields=["is_invisible"])
        broadcast.visibility_changed(found)
        broadcast.my_status_changed(found, origin)
    return found


def _hold(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).get(pk=user.pk)


def _emoji(text: str) -> str:
    found = emoji_of(text) if text else ""
    if found is None:
        raise BadRequest("That is not one emoji.", field="emoji")
    return found


def _ahead(until: datetime | None, field: str) -> datetime | None:
    if until is not None and not timedelta() < until - timezone.now() <= LONGEST:
        raise BadRequest(f"The time must lie ahead, by {LONGEST.days} days at most.", field=field)
    return until
