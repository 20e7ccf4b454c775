"""The people of a room."""

from django.db.models import QuerySet

from accounts.models import User
from chat.models import Membership, Room


def members(room: Room) -> QuerySet[Membership]:
    """All memberships of a room with their people, in an order that stays."""
    return Membership.objects.filter(room=room).select_related("user").order_by("user_id")


def others(room: Room, user: User | None = None) -> list[User]:
    """The people of a direct room but one; nobody for any other kind of room."""
    if room.kind != Room.Kind.DIRECT:
        return []
    members = User.objects.filter(memberships__room=room).order_by("pk")
    return list(members.exclude(pk=user.pk) if user else members)
