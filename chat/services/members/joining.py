"""Coming into a room and going."""

from django.db import transaction

from accounts.models import User
from chat import broadcast
from chat.errors import Archived, Banned, Conflict, NotFound
from chat.models import AuditEntry, Membership, Room
from chat.services import rules
from chat.services.members.roles import has_other_owner


@transaction.atomic
def join_room(*, user: User, room: Room) -> Membership:
    """Makes a person a member of a public room; a joined one stays as it is. Raises Banned, NotFound, Archived."""
    room = Room.objects.lock([room.pk])[room.pk]
    membership = Membership.objects.filter(room=room, user=user).first()
    if membership is None:
        if not room.is_public:
            raise NotFound("There is no such room.")
        return _take_in(user, room)
    membership.room, membership.user = room, user
    return membership


def join_default_rooms(*, user: User) -> None:
    """A newcomer joins the rooms that are meant for everyone."""
    for room in Room.objects.live().filter(is_default=True, kind=Room.Kind.PUBLIC).order_by("pk"):
        try:
            join_room(user=user, room=room)
        except (Banned, Archived, NotFound):
            continue


@transaction.atomic
def add_member(*, membership: Membership, user: User) -> Membership:
    """A moderator takes somebody into the room, a private one too. Raises Forbidden, Banned, Archived."""
    membership = rules.hold_shared(membership)
    rules.require_moderator(membership)
    room = membership.room
    found = Membership.objects.filter(room=room, user=user).first()
    if found is None:
        found = _take_in(user, room)
        AuditEntry.objects.create(action="member.add", actor=membership.user, user=user, room=room)
    found.room, found.user = room, user
    return found


@transaction.atomic
def leave_room(*, membership: Membership) -> None:
    """Ends one's own membership. Raises Conflict for the last owner, Forbidden in a direct room."""
    room = Room.objects.lock([membership.room_id])[membership.room_id]
    found = Membership.objects.filter(room=room, user=membership.user).first()
    if found is None:
        return
    rules.refuse_direct(room)
    if found.role == Membership.Role.OWNER and not has_other_owner(found):
        raise Conflict("You are the last owner of this room: hand it over first.")
    found.delete()
    broadcast.room_left(membership.user_id, room, "left")


def _take_in(user: User, room: Room) -> Membership:
    """A new member of a locked room, who has nothing unread. Raises Banned, Archived."""
    rules.refuse_banned(user, room)
    if room.is_archived:
        raise Archived("This room is archived.")
    membership = Membership.objects.create(room=room, user=user, read_seq=room.seq)
    broadcast.room_joined(membership)
    broadcast.standing_changed(membership)
    return membership
