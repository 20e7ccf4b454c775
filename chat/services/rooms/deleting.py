"""Deleting rooms with all they hold: gone at once for everyone, for good when the time to undo it is over."""

from django.db import transaction
from django.utils import timezone

from accounts.models import Rank, User
from chat import broadcast, selectors
from chat.errors import BadRequest, Conflict, NotFound
from chat.models import UNDO_TIME, AuditEntry, Membership, Message, Room, SearchEntry
from chat.services import rules

MESSAGES_AT_ONCE = 1_000


@transaction.atomic
def delete_room(*, membership: Membership, confirmation: str, reason: str = "") -> Room:
    """Takes the room away from everyone. `confirmation`: its slug, typed by an owner.

    Raises Forbidden, BadRequest (typed something else), TooLong.
    """
    membership = rules.hold_shared(membership)
    rules.require_owner(membership)
    reason = rules.check_reason(reason)
    room = membership.room
    if confirmation != room.slug:
        raise BadRequest("Type the room's address to delete it.", field="confirmation")
    room.deleted_at = timezone.now()
    room.save(update_fields=["deleted_at"])
    _audit("room.delete", room, membership.user, reason)
    broadcast.room_gone(room, room.memberships.values_list("user_id", flat=True))
    return room


@transaction.atomic
def restore_deleted_room(*, actor: User, room: Room, reason: str = "") -> Room:
    """Brings a deleted room back as it was, within UNDO_TIME: for its owners and site moderators.

    One that is there stays as it is. Raises NotFound, Conflict (its time is over), TooLong.
    """
    found = Room.every.select_for_update().filter(pk=room.pk).first()
    owners = Membership.objects.filter(room=room, user=actor, role=Membership.Role.OWNER)
    if found is None or not (actor.rank >= Rank.SITE_MODERATOR or owners.exists()):
        raise NotFound("There is no such room.")
    reason = rules.check_reason(reason)
    if found.deleted_at is None:
        return found
    if found.deleted_at <= timezone.now() - UNDO_TIME:
        raise Conflict(f"It was deleted more than {UNDO_TIME.days} days ago.")
    found.deleted_at = None
    found.save(update_fields=["deleted_at"])
    _audit("room.undelete", found, actor, reason)
    for member in selectors.members_with_mentions(found):
        broadcast.room_joined(member, mentions=member.mention_count)
    return found


def purge_deleted_rooms() -> int:
    """Removes for good the rooms that were deleted longer ago than UNDO_TIME; how many. The audit log stays."""
    rooms = list(Room.every.filter(deleted_at__lte=timezone.now() - UNDO_TIME))
    for room in rooms:
        while _purge_some(room):
            pass
        with transaction.atomic():
            _audit("room.purge", room, None, "")
            room.delete()
    return len(rooms)


@transaction.atomic
def _purge_some(room: Room) -> int:
    """In steps, so that a large room holds up nobody."""
    oldest = dict(Message.objects.filter(room=room).order_by("seq").values_list("pk", "seq")[:MESSAGES_AT_ONCE])
    SearchEntry.objects.filter(room=room, seq__in=oldest.values()).delete()
    count, _ = Message.objects.filter(pk__in=oldest).delete()
    return count


def _audit(action: str, room: Room, actor: User | None, reason: str) -> None:
    facts = {"slug": room.slug, "name": room.name}
    AuditEntry.objects.create(action=action, actor=actor, room=room, reason=reason, before=facts)
