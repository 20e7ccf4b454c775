"""What a room is like: its name and rules, locked, archived."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from accounts.models import Rank, User
from chat import broadcast, encoding, selectors
from chat.errors import Archived, BadRequest, Conflict, Forbidden, TooLong
from chat.models import AuditEntry, Membership, Room
from chat.services import rules
from chat.services.messages.system import say_what_changed
from chat.services.rooms.making import NAME_LENGTH, clean, clean_icon, clean_topic

DESCRIPTION_LENGTH = 2_000
SLOW_MODE_MOST = 6 * 3600


class Changes(TypedDict, total=False):
    """Settings to change; None leaves one as it is. Lengths are code points."""

    name: str | None
    topic: str | None
    description: str | None
    icon: str | None
    posting: str | None
    inviting: str | None
    pinning: str | None
    mention_all: str | None
    history_for_newcomers: bool | None
    is_listed: bool | None
    slow_mode_seconds: int | None


@transaction.atomic
def update_room(*, membership: Membership, **changes: Unpack[Changes]) -> Room:
    """Changes what is given. Raises Forbidden, Archived, BadRequest, TooLong."""
    membership = rules.hold_shared(membership)
    rules.require_owner(membership)
    room = membership.room
    if room.is_archived:
        raise Archived("This room is archived.")
    before = encoding.state(room)
    for field, value in changes.items():
        if value is not None:
            setattr(room, field, CHECKS[field](value))
    _save_state(membership, "room.update", before)
    _show_history(room)
    return room


def _name(text: str) -> str:
    name = clean(text, "name", NAME_LENGTH)
    if not name:
        raise BadRequest("A room needs a name.", field="name")
    return name


def _description(text: str) -> str:
    """Plain lines; those at both ends that are empty go."""
    if len(text) > DESCRIPTION_LENGTH:
        raise TooLong(f"At most {DESCRIPTION_LENGTH} characters.", field="description")
    lines = [clean(line, "description", DESCRIPTION_LENGTH) for line in text.splitlines()]
    return "\n".join(lines).strip("\n")


def _one_of_posting(field: str, text: str) -> str:
    if text not in Room.Posting.values:
        raise BadRequest("Say everyone or moderators.", field=field)
    return text


def _mention_all(text: str) -> str:
    if text not in Room.MentionAll.values:
        raise BadRequest("Say by_size, everyone or moderators.", field="mention_all")
    return text


def _slow_mode(seconds: int) -> int:
    if not 0 <= seconds <= SLOW_MODE_MOST:
        raise BadRequest(f"Slow mode is 0 to {SLOW_MODE_MOST} seconds.", field="slow_mode_seconds")
    return seconds


CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "topic": clean_topic,
    "description": _description,
    "icon": clean_icon,
    "posting": partial(_one_of_posting, "posting"),
    "inviting": partial(_one_of_posting, "inviting"),
    "pinning": partial(_one_of_posting, "pinning"),
    "mention_all": _mention_all,
    "history_for_newcomers": bool,
    "is_listed": bool,
    "slow_mode_seconds": _slow_mode,
}


@transaction.atomic
def convert_room(*, membership: Membership, kind: str, reason: str = "") -> Room:
    """Makes a private room public, with all it holds, or a public one private: then who is no member reads no more.

    Raises Forbidden, Archived, BadRequest, TooLong.
    """
    membership = rules.hold_shared(membership)
    rules.require_owner(membership)
    reason = rules.check_reason(reason)
    room = membership.room
    if kind not in (Room.Kind.PUBLIC, Room.Kind.PRIVATE):
        raise BadRequest("A room is public or private.", field="kind")
    if room.is_archived:
        raise Archived("This room is archived.")
    before = encoding.state(room)
    room.kind = Room.Kind(kind)
    room.is_default = room.is_default and room.is_public
    _save_state(membership, "room.convert", before, reason)
    _show_history(room)
    if not room.is_public:
        broadcast.room_narrowed(room)
    return room


@transaction.atomic
def set_default_room(*, actor: User, room: Room, is_default: bool, reason: str = "") -> Room:
    """Whether newcomers of the site join the room. For site moderators; a private room can't be one.

    Raises Forbidden, NotFound, Conflict, TooLong.
    """
    if actor.rank < Rank.SITE_MODERATOR:
        raise Forbidden("That is for site moderators.")
    room = rules.hold_room(room.pk)
    reason = rules.check_reason(reason)
    if is_default and not room.is_public:
        raise Conflict("Newcomers join public rooms only.")
    if room.is_default != is_default:
        room.is_default = is_default
        room.save(update_fields=["is_default"])
        facts = {"before": {"is_default": not is_default}, "after": {"is_default": is_default}}
        AuditEntry.objects.create(action="room.default", actor=actor, room=room, reason=reason, **facts)
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


def _show_history(room: Room) -> None:
    """What is for newcomers is for those who came earlier, too."""
    if room.shows_history:
        clipped = room.memberships.filter(from_seq__gt=0)
        user_ids = list(clipped.values_list("user_id", flat=True))
        if clipped.update(from_seq=0):
            broadcast.sight_changed(room, user_ids)


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
    say_what_changed(room, membership.user, changed)
    if {"posting", "inviting", "pinning", "mention_all", "archived"} & changed:
        for member in room.memberships.select_related("user"):
            member.room = room
            broadcast.standing_changed(member)
