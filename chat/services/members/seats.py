"""What a seat in a room holds, so that one that moderation took can be given back as it was."""

from datetime import datetime
from typing import Any

from accounts.models import User
from chat import broadcast, protocol, selectors
from chat.models import Membership, Room

_PLAIN = ("role", "from_seq", "read_seq", "notify", "is_muted", "is_favourite", "place", "hidden_seq")
_TIMES = ("joined_at", "posted_at")


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
    Membership.objects.create(user=user, room=room, **{name: facts[name] for name in _PLAIN}, **times)
    membership = next(seat for seat in selectors.seats([user])[user.pk] if seat.room_id == room.pk)
    broadcast.room_joined(membership, mentions=membership.mention_count)
    broadcast.standing_changed(membership)
