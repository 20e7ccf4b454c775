"""Coming into a room and going."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chat import broadcast
from chat.errors import Archived, Banned, Conflict, Forbidden, NotFound
from chat.models import AuditEntry, InviteLink, JoinRequest, Membership, Room
from chat.services import rules
from chat.services.members.roles import has_other_owner, require_higher
from chat.services.members.seats import facts_of_seat, take_seat
from chat.services.messages.system import say_who_came


@transaction.atomic
def join_room(*, user: User, room: Room, is_quiet: bool = False) -> Membership:
    """Makes a person a member of a public room; a joined one stays as it is. `is_quiet`: without a line in the room.

    Raises Banned, NotFound, Archived.
    """
    room = rules.hold_room(room.pk)
    membership = Membership.objects.filter(room=room, user=user).first()
    if membership is None:
        if not room.is_public:
            raise NotFound("There is no such room.")
        return take_in(user, room, by=user, is_quiet=is_quiet)
    membership.room, membership.user = room, user
    return membership


def join_default_rooms(*, user: User) -> None:
    """A newcomer joins the rooms that are meant for everyone."""
    for room in Room.objects.live().filter(is_default=True, kind=Room.Kind.PUBLIC).order_by("pk"):
        try:
            join_room(user=user, room=room, is_quiet=True)
        except (Banned, Archived, NotFound):
            continue


@transaction.atomic
def add_member(*, membership: Membership, user: User, is_quiet: bool = False) -> Membership:
    """Takes somebody into the room, a private one too: moderators do, and members where the room lets them.

    `is_quiet`: without a line in the room.

    Raises Forbidden, Banned, Archived.
    """
    membership = rules.hold_shared(membership)
    if not membership.may_invite:
        raise Forbidden("Only moderators take people into this room.")
    room = membership.room
    found = Membership.objects.filter(room=room, user=user).first()
    if found is None:
        found = take_in(user, room, by=membership.user, is_quiet=is_quiet)
        AuditEntry.objects.create(action="member.add", actor=membership.user, user=user, room=room)
    found.room, found.user = room, user
    return found


@transaction.atomic
def leave_room(*, membership: Membership) -> None:
    """Ends one's own membership. Raises Conflict for the last owner, Forbidden in a direct room."""
    room = rules.hold_room(membership.room_id)
    found = Membership.objects.filter(room=room, user=membership.user).first()
    if found is None:
        return
    rules.refuse_direct(room)
    if found.role == Membership.Role.OWNER and not has_other_owner(found):
        raise Conflict("You are the last owner of this room: hand it over first.")
    found.delete()
    broadcast.room_left(membership.user_id, room, "left")


@transaction.atomic
def remove_member(*, membership: Membership, user: User, reason: str = "") -> None:
    """Ends somebody's membership; they may come back. Raises Forbidden, TooLong."""
    membership = rules.hold_shared(membership)
    rules.require_moderator(membership)
    reason = rules.check_reason(reason)
    target = Membership.objects.select_related("user").filter(room=membership.room, user=user).first()
    if target is None:
        return
    require_higher(membership.rank, target)
    before = {"seat": facts_of_seat(target), "invites": live_invites(user, membership.room)}
    target.delete()
    broadcast.room_left(user.pk, membership.room, "removed")
    end_invites(user, membership.room, membership.user)
    AuditEntry.objects.create(
        action="member.remove",
        actor=membership.user,
        user=user,
        room=membership.room,
        reason=reason,
        before=before,
    )


def take_in(user: User, room: Room, *, by: User, is_quiet: bool = False) -> Membership:
    """A new member of a locked room, who has nothing unread and asks no more. Raises Banned, Archived.

    Where the room hides its history, the line that tells of them is the first that they see.
    """
    rules.refuse_banned(user, room)
    if room.is_archived:
        raise Archived("This room is archived.")
    from_seq = 0 if room.shows_history else room.seq + 1
    if not is_quiet:
        say_who_came(room, user, by)
    membership = take_seat(user, room, from_seq=from_seq, read_seq=room.seq)
    broadcast.room_joined(membership)
    broadcast.standing_changed(membership)
    close_request(user, room, JoinRequest.Answer.ACCEPTED, by)
    return membership


def live_invites(user: User, room: Room) -> list[int]:
    """The ids of the links that a person made into a room and that were not revoked."""
    return list(InviteLink.objects.filter(room=room, by=user, revoked_at=None).values_list("pk", flat=True))


def end_invites(user: User, room: Room, by: User) -> None:
    """The links that a person made into a room end with their time there."""
    links = InviteLink.objects.filter(pk__in=live_invites(user, room))
    links.update(revoked_at=timezone.now(), revoked_by=by)


def close_request(user: User, room: Room, answer: JoinRequest.Answer, by: User) -> None:
    """Answers the person's request to join a locked room, if one waits."""
    waiting = JoinRequest.objects.filter(room=room, user=user, answer=JoinRequest.Answer.WAITING)
    if waiting.update(answer=answer, answered_at=timezone.now(), answered_by=by):
        broadcast.join_requests_changed(room)
