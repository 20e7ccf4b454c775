"""What a member keeps for themselves: how far they have read in a room, and how they have it in their list."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from accounts.models import User
from chat import broadcast
from chat.errors import BadRequest, Conflict, Forbidden, NotFound
from chat.models import Membership, Room
from chat.services.members.seats import level_of

SETTINGS = ("notify", "has_own_level", "is_muted", "is_favourite", "hidden_seq")


@transaction.atomic
def mark_read(*, membership: Membership, seq: int, back: bool = False, origin: str = "") -> int:
    """Moves the read marker forward, with `back` also backward, within what one sees; where it stands now."""
    found = _hold_own(membership)
    wanted = max(min(seq, found.room.seq), found.first_seq - 1)
    if wanted > found.read_seq or (back and wanted < found.read_seq):
        found.read_seq = wanted
        found.save(update_fields=["read_seq"])
        broadcast.read_markers_moved([(found, origin)])
    return found.read_seq


@transaction.atomic
def set_room_settings(
    *,
    membership: Membership,
    notify: str | None = None,
    is_muted: bool | None = None,
    is_favourite: bool | None = None,
    is_hidden: bool | None = None,
    origin: str = "",
) -> Membership:
    """Changes what is given, for oneself: the level of notifications, mute, favourite.

    With AS_IN_SETTINGS for `notify` a room goes by the person's own level, which direct rooms don't. These also hide,
    until their next message. Raises BadRequest, Conflict (what rooms of that kind don't), Forbidden.
    """
    is_own = notify != Membership.AS_IN_SETTINGS
    level = notify if is_own else level_of(membership.user_id)
    found = _hold_own(membership)
    before = _kept(found)
    if level is not None:
        if level not in Membership.Notify.values:
            raise BadRequest("Notifications are for all, mentions or nothing.", field="notify")
        if found.room.is_direct and not is_own:
            raise Conflict("A direct conversation goes by no settings but its own.")
        found.notify, found.has_own_level = level, is_own
    if is_muted is not None:
        found.is_muted = is_muted
    if is_favourite is not None:
        found.is_favourite = is_favourite
    if is_hidden is not None:
        if not found.room.is_direct:
            raise Conflict("Only direct conversations hide; leave a room instead.")
        found.hidden_seq = found.room.seq if is_hidden else None
    if before != _kept(found):
        found.save(update_fields=SETTINGS)
        broadcast.room_settings_changed(found, origin)
    return found


def _kept(membership: Membership) -> list[Any]:
    return [getattr(membership, name) for name in SETTINGS]


@transaction.atomic
def order_rooms(*, user: User, rooms: Sequence[Room], origin: str = "") -> None:
    """Puts one's rooms into an order of one's own; those that are not named have none.

    Raises BadRequest (one twice), NotFound (not in one of them).
    """
    places = {room.pk: place for place, room in enumerate(rooms)}
    if len(places) < len(rooms):
        raise BadRequest("Name each room once.", field="rooms")
    mine = list(Membership.objects.select_for_update().filter(user=user).order_by("room"))
    if not places.keys() <= {membership.room_id for membership in mine}:
        raise NotFound("There is no such room.", field="rooms")
    moved = [membership for membership in mine if membership.place != places.get(membership.room_id)]
    for membership in moved:
        membership.place = places.get(membership.room_id)
    if Membership.objects.bulk_update(moved, ["place"]):
        broadcast.rooms_ordered(user.pk, rooms, origin)


def _hold_own(membership: Membership) -> Membership:
    """One's own membership as it is now, locked until the transaction ends."""
    found = Membership.objects.select_for_update(of=("self",)).select_related("room").filter(pk=membership.pk).first()
    if found is None:
        raise Forbidden("Join the room first.")
    return found
