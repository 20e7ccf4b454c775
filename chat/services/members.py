"""Members: join, leave, remove, roles, read markers."""

from django.db import transaction

from accounts.models import Rank, User
from chat import broadcast
from chat.errors import Archived, BadRequest, Banned, Conflict, Forbidden, NotFound
from chat.models import AuditEntry, Membership, Room
from chat.services import rules


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
    membership = rules.hold(membership)
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
    """Ends one's own membership. Raises Conflict for the last owner."""
    room = Room.objects.lock([membership.room_id])[membership.room_id]
    found = Membership.objects.filter(room=room, user=membership.user).first()
    if found is None:
        return
    if found.role == Membership.Role.OWNER and not _has_other_owner(found):
        raise Conflict("You are the last owner of this room: hand it over first.")
    found.delete()
    broadcast.room_left(membership.user_id, room, "left")


@transaction.atomic
def remove_member(*, membership: Membership, user: User, reason: str = "") -> None:
    """Ends somebody's membership; they may come back. Raises Forbidden, TooLong."""
    membership = rules.hold(membership)
    rules.require_moderator(membership)
    reason = rules.check_reason(reason)
    target = Membership.objects.select_related("user").filter(room=membership.room, user=user).first()
    if target is None:
        return
    require_higher(membership.rank, target)
    target.delete()
    broadcast.room_left(user.pk, membership.room, "removed")
    AuditEntry.objects.create(
        action="member.remove",
        actor=membership.user,
        user=user,
        room=membership.room,
        reason=reason,
        before={"role": target.role},
    )


@transaction.atomic
def set_role(*, membership: Membership, user: User, role: str, reason: str = "") -> Membership:
    """Gives a member another role, at most one's own. Raises Forbidden, NotFound, BadRequest, Conflict (last owner)."""
    membership = rules.hold(membership)
    if role not in Membership.Role.values:
        raise BadRequest("A role is owner, moderator or member.", field="role")
    rules.require_owner(membership)
    reason = rules.check_reason(reason)
    target = Membership.objects.select_related("user").filter(room=membership.room, user=user).first()
    if target is None:
        raise NotFound("They are not in this room.", field="user")
    target.room = membership.room
    if target.role == role:
        return target
    if user.pk != membership.user_id:
        require_higher(membership.rank, target)
    if target.role == Membership.Role.OWNER and not _has_other_owner(target):
        raise Conflict("A room needs an owner: make somebody else one first.")
    before, target.role = target.role, role
    target.save(update_fields=["role"])
    AuditEntry.objects.create(
        action="member.role",
        actor=membership.user,
        user=user,
        room=membership.room,
        reason=reason,
        before={"role": before},
        after={"role": role},
    )
    broadcast.standing_changed(target)
    return target


@transaction.atomic
def mark_read(*, membership: Membership, seq: int, back: bool = False, origin: str = "") -> int:
    """Moves the read marker forward, with `back` also backward, within the room; where it stands now."""
    found = Membership.objects.select_for_update(of=("self",)).select_related("room").filter(pk=membership.pk).first()
    if found is None:
        raise Forbidden("Join the room first.")
    wanted = min(seq, found.room.seq)
    if wanted > found.read_seq or (back and wanted < found.read_seq):
        found.read_seq = wanted
        found.save(update_fields=["read_seq"])
        broadcast.read_marker_moved(found, origin)
    return found.read_seq


def require_higher(rank: Rank, target: Membership) -> None:
    if target.rank >= rank:
        raise Forbidden("Nobody acts on somebody of an equal or higher rank.")


def _take_in(user: User, room: Room) -> Membership:
    """A new member of a locked room, who has nothing unread. Raises Banned, Archived."""
    rules.refuse_banned(user, room)
    if room.is_archived:
        raise Archived("This room is archived.")
    membership = Membership.objects.create(room=room, user=user, read_seq=room.seq)
    broadcast.room_joined(membership)
    broadcast.standing_changed(membership)
    return membership


def _has_other_owner(membership: Membership) -> bool:
    owners = Membership.objects.filter(room=membership.room, role=Membership.Role.OWNER)
    return owners.exclude(pk=membership.pk).exists()
