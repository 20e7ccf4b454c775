"""What a person says of themselves: a status, not to be disturbed, invisible. What runs out does so by itself."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
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


@transaction.atomic
def sweep_presence() -> int:
    """What is over leaves people's rows; how many statuses and silences that were. It was shown to nobody any more."""
    now = timezone.now()
    statuses, silences = User.objects.filter(status_until__lte=now), User.objects.filter(dnd_until__lte=now)
    said = _at_rest(statuses).update(status_emoji="", status_text="", status_until=None)
    return said + _at_rest(silences).update(dnd_until=None)


def _at_rest(people: QuerySet[User]) -> QuerySet[User]:
    """These, held in order of id, but those whom somebody else holds: they change at this moment, or are swept."""
    return User.objects.filter(
        pk__in=people.select_for_update(skip_locked=True, no_key=True).order_by("pk").values("pk")
    )


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
