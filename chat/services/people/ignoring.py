"""Ignoring a person: what they write folds away, they call nobody here and begin no talk. They are not told."""

from django.db import transaction

from accounts.models import User
from chat import broadcast
from chat.errors import Conflict
from chat.models import Membership
from chat.services.rooms.direct import key_of

IGNORED_MOST = 500
# No message comes after it: a direct room stays out of the list for good.
FOR_GOOD = 2**53 - 1


@transaction.atomic
def set_ignored(*, user: User, person: User, on: bool) -> list[int]:
    """Puts somebody on one's list of ignored people, or takes them off; the ids of all. What is so already stays so.

    The direct room of the two leaves one's list, and comes back. Raises Conflict (oneself, too many).
    """
    found = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if (person.pk in found.ignored) == on:
        return found.ignored
    if person.pk == user.pk:
        raise Conflict("One can't ignore oneself.")
    if on and len(found.ignored) >= IGNORED_MOST:
        raise Conflict(f"At most {IGNORED_MOST} people: take somebody off the list first.")
    found.ignored = [*found.ignored, person.pk] if on else [pk for pk in found.ignored if pk != person.pk]
    found.save(update_fields=["ignored"])
    _hide_talk(found, person, on)
    broadcast.ignored_changed(found)
    return found.ignored


def _hide_talk(user: User, person: User, on: bool) -> None:
    seats = Membership.objects.select_for_update(of=("self",)).select_related("room")
    seat = seats.filter(room__direct_key=key_of([user, person]), user=user).first()
    if seat is not None:
        seat.hidden_seq = FOR_GOOD if on else None
        seat.save(update_fields=["hidden_seq"])
        broadcast.room_settings_changed(seat)
