"""What a room is like: its name and rules, locked, archived."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from chat import broadcast, encoding, selectors
from chat.errors import Archived, BadRequest
from chat.models import AuditEntry, Membership, Room
from chat.services import rules
from chat.services.rooms.making import NAME_LENGTH, TOPIC_LENGTH, clean

SLOW_MODE_MOST = 6 * 3600


@transaction.atomic
def update_room(
    *,
    membership: Membership,
    name: str | None = None,
    topic: str | None = None,
    posting: str | None = None,
    slow_mode_seconds: int | None = None,
) -> Room:
    """Changes what is given. Raises Forbidden, BadRequest, TooLong."""
    membership = rules.hold_shared(membership)
    rules.require_owner(membership)
    room = membership.room
    if room.is_archived:
        raise Archived("This room is archived.")
    before = encoding.state(room)
    if name is not None:
        room.name = clean(name, "name", NAME_LENGTH)
        if not room.name:
            raise BadRequest("A room needs a name.", field="name")
    if topic is not None:
        room.topic = clean(topic, "topic", TOPIC_LENGTH) if topic.strip() else ""
    if posting is not None:
        if posting not in Room.Posting.values:
            raise BadRequest("Everyone or moderators post in a room.", field="posting")
        room.posting = posting
    if slow_mode_seconds is not None:
        if not 0 <= slow_mode_seconds <= SLOW_MODE_MOST:
            raise BadRequest(f"Slow mode is 0 to {SLOW_MODE_MOST} seconds.", field="slow_mode_seconds")
        room.slow_mode_seconds = slow_mode_seconds
    _save_state(membership, "room.update", before)
    return room


@transaction.atomic
def lock_room(*, membership: Membership, reason: str, until: datetime | None = None) -> Room:
    """Only moderators write until it is unlocked or `until` has come. Raises Forbidden, BadRequest, TooLong."""
    membership = rules.hold_shared(membership)
    rules.require_moderator(membership)
    reason = rules.check_reason(reason)
    if until is not None and until <= timezone.now():
        raise BadRequest("The end of the lock must lie ahead.", field="until")
    room = membership.room
    before = encoding.state(room)
    if (room.is_locked, room.lock_reason, room.locked_until) != (True, reason, until):
        room.locked_at, room.locked_until, room.lock_reason = timezone.now(), until, reason
        _save_state(membership, "room.lock", before, reason)
    return room


@transaction.atomic
def unlock_room(*, membership: Membership, reason: str = "") -> Room:
    """Ends a lock. Raises Forbidden, TooLong."""
    membership = rules.hold_shared(membership)
    rules.require_moderator(membership)
    reason = rules.check_reason(reason)
    room = membership.room
    before = encoding.state(room)
    if room.locked_at is not None:
        room.locked_at, room.locked_until, room.lock_reason = None, None, ""
        _save_state(membership, "room.unlock", before, reason)
    return room


@transaction.atomic
def archive_room(*, membership: Membership, reason: str = "") -> Room:
    """The room is kept, to be read only. Raises Forbidden, TooLong."""
    return _set_archived(membership, timezone.now(), "room.archive", reason)


@transaction.atomic
def restore_room(*, membership: Membership, reason: str = "") -> Room:
    """Undoes archiving. Raises Forbidden, TooLong."""
    return _set_archived(membership, None, "room.restore", reason)


def _set_archived(membership: Membership, moment: datetime | None, action: str, reason: str) -> Room:
    membership = rules.hold_shared(membership)
    rules.require_owner(membership)
    reason = rules.check_reason(reason)
    room = membership.room
    before = encoding.state(room)
    if room.is_archived != (moment is not None):
        room.archived_at = moment
        _save_state(membership, action, before, reason)
    return room


def _save_state(membership: Membership, action: str, before: dict[str, object], reason: str = "") -> None:
    """Numbers and announces a change of the room itself; no change takes no number."""
    room = membership.room
    after = encoding.state(room)
    if after == before:
        return
    prev = room.rev
    room.rev += 1
    room.state_rev = room.rev
    room.save()
    changed = {key for key in after if after[key] != before[key]}
    AuditEntry.objects.create(
        action=action,
        actor=membership.user,
        room=room,
        reason=reason,
        before={key: before[key] for key in changed},
        after={key: after[key] for key in changed},
    )
    broadcast.room_changed(room, prev, [encoding.state_change(room, selectors.others(room))])
    if {"posting", "archived"} & changed:
        for member in room.memberships.select_related("user"):
            member.room = room
            broadcast.standing_changed(member)
