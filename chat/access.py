"""Doors to rows: from a person and something from outside to the object that they may touch.

What one may not know of is NotFound, the same as what is not there. Raises ChatErrors.
"""

from django.db.models import QuerySet

from accounts.models import Rank, User
from chat.errors import Banned, Forbidden, NotFound
from chat.models import Membership, Message, Room, Sanction


def admit(user: User) -> None:
    """Raises Banned for somebody who is banned from the site."""
    _refuse_banned(Sanction.objects.standing().filter(user=user, room=None), "You are banned from this site")


def read_room(user: User, slug: str) -> Membership:
    """The membership of a room that this person may read.

    It is unsaved (a preview) in a public room that they are not in. Raises NotFound, Banned.
    """
    membership = Membership.objects.select_related("room").filter(room__slug=slug, user=user).first()
    if membership is None:
        room = joinable_room(user, slug)
        membership = Membership(room=room, role="", read_seq=0)
    membership.user = user
    return membership


def enter_room(user: User, slug: str) -> Membership:
    """The membership of a room that this person is in. Raises NotFound, Forbidden, Banned."""
    membership = read_room(user, slug)
    if membership.is_preview:
        raise Forbidden("Join the room first.")
    return membership


def joinable_room(user: User, slug: str) -> Room:
    """A room that this person may join by themselves. Raises NotFound, Banned."""
    room = Room.objects.filter(slug=slug, kind=Room.Kind.PUBLIC).first()
    if room is None:
        raise NotFound("There is no such room.")
    _refuse_banned(Sanction.objects.standing().filter(user=user, room=room), "You are banned from this room")
    return room


def moderate_room(user: User, room: Room) -> Membership:
    """The door of the desk and the admin: site moderators act in every room with their rank on the site.

    Unsaved where the person is no member. Raises Forbidden.
    """
    if user.rank < Rank.SITE_MODERATOR:
        raise Forbidden("That is for site moderators.")
    membership = Membership.objects.filter(room=room, user=user).first() or Membership(role="")
    membership.room = room
    membership.user = user
    return membership


def find_message(membership: Membership, seq: int) -> Message:
    """The message at that place of the room. Raises NotFound."""
    found = Message.objects.select_related("author").filter(room=membership.room, seq=seq).first()
    if found is None:
        raise NotFound("There is no such message.", field="seq")
    return found


def _refuse_banned(sanctions: QuerySet[Sanction], sentence: str) -> None:
    ban = sanctions.filter(kind=Sanction.Kind.BAN).first()
    if ban is not None:
        raise Banned(f"{sentence}: {ban.reason}" if ban.reason else f"{sentence}.", until=ban.ends_at)
