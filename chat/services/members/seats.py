"""Seats in rooms: new ones, and what one holds, so that one that moderation took can be given back as it was."""

from datetime import datetime
from typing import Any

from accounts.models import User
from chat import broadcast, protocol, selectors
from chat.models import Membership, Room, sql

_LEVEL = ("notify", "has_own_level")
_PLAIN = ("role", "from_seq", "read_seq", *_LEVEL, "is_muted", "is_favourite", "place", "hidden_seq")
_TIMES = ("joined_at", "posted_at")


def take_seat(user: User, room: Room, **facts: Any) -> Membership:
    """A new membership of a room that is not direct: as long as it has no level of its own, it goes by the person's."""
    return Membership.objects.create(user=user, room=room, **{"notify": level_of(user.pk)} | facts)


def level_of(user_id: int) -> str:
    """What a person wants to hear of rooms without a level of their own; it stays so until the transaction ends."""
    [(notify,)] = sql.fetch("SELECT notify FROM accounts_user WHERE id = %s FOR SHARE", [user_id])
    return str(notify)


def facts_of_seat(membership: Membership) -> dict[str, Any]:
    """Everything of it but whose and where, for JSON."""
    times = {name: getattr(membership, name) for name in _TIMES}
    plain = {name: getattr(membership, name) for name in _PLAIN}
    return plain | {name: at and protocol.timestamp(at) for name, at in times.items()}


def give_seat_back(user: User, room: Room, facts: dict[str, Any]) -> None:
    """Into a locked room; who has taken a seat of their own meanwhile keeps that."""
    if Membership.objects.filter(user=user, room=room).exists():
        return
    times = {name: facts[name] and datetime.fromisoformat(facts[name]) for name in _TIMES}
    # Of a seat that was taken before there was a level for all rooms: what differed from everybody's was chosen.
    facts = {"has_own_level": facts["notify"] != Membership.Notify.MENTIONS} | facts
    kept = _PLAIN if facts["has_own_level"] else set(_PLAIN) - {"notify"}
    take_seat(user, room, **{name: facts[name] for name in kept}, **times)
    membership = next(seat for seat in selectors.seats([user])[user.pk] if seat.room_id == room.pk)
    broadcast.room_joined(membership, mentions=membership.mention_count)
    broadcast.standing_changed(membership)
