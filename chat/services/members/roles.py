"""Roles."""

from django.db import transaction

from accounts.models import Rank, User
from chat import broadcast, encoding
from chat.errors import BadRequest, Conflict, Forbidden, NotFound
from chat.models import AuditEntry, Membership
from chat.services import rules
from chat.services.messages.system import post_system_line


@transaction.atomic
def set_role(*, membership: Membership, user: User, role: str, reason: str = "", is_quiet: bool = False) -> Membership:
    """Gives a member another role, at most one's own. `is_quiet`: without a line in the room.

    Raises Forbidden, NotFound, BadRequest, Conflict (last owner).
    """
    membership = rules.hold_shared(membership)
    if role not in Membership.Role.values:
        raise BadRequest("A role is owner, moderator or member.", field="role")
    rules.require_owner(membership)
    reason = rules.check_reason(reason)
    target = _target(membership, user)
    if target.role == role:
        return target
    if user.pk != membership.user_id:
        require_higher(membership.rank, target)
    if target.role == Membership.Role.OWNER and not has_other_owner(target):
        raise Conflict("A room needs an owner: make somebody else one first.")
    _give(membership, target, role, reason)
    if not is_quiet:
        post_system_line(membership.room, membership.user, f"made_{role}", user=encoding.person(user))
    return target


@transaction.atomic
def hand_over_room(*, membership: Membership, user: User, reason: str = "") -> Membership:
    """Makes another member an owner in one's own place, and oneself a moderator; the other's membership.

    Raises Forbidden, NotFound (no member), Conflict (oneself), TooLong.
    """
    membership = rules.hold_shared(membership)
    if membership.role != Membership.Role.OWNER:
        raise Forbidden("That is for owners of the room.")
    reason = rules.check_reason(reason)
    if user.pk == membership.user_id:
        raise Conflict("You own this room already.")
    target = _target(membership, user)
    if target.role != Membership.Role.OWNER:
        _give(membership, target, Membership.Role.OWNER, reason)
    _give(membership, membership, Membership.Role.MODERATOR, reason)
    post_system_line(membership.room, membership.user, "handed_over", user=encoding.person(user))
    return target


def _target(membership: Membership, user: User) -> Membership:
    target = Membership.objects.select_related("user").filter(room=membership.room, user=user).first()
    if target is None:
        raise NotFound("They are not in this room.", field="user")
    target.room = membership.room
    return target


def _give(membership: Membership, target: Membership, role: str, reason: str) -> None:
    first_seq = target.first_seq
    before, target.role = target.role, role
    target.save(update_fields=["role"])
    AuditEntry.objects.create(
        action="member.role",
        actor=membership.user,
        user=target.user,
        room=membership.room,
        reason=reason,
        before={"role": before},
        after={"role": role},
    )
    broadcast.standing_changed(target)
    if target.first_seq != first_seq:
        broadcast.sight_changed(target.room, [target.user_id])


def require_higher(rank: Rank, target: Membership) -> None:
    if target.rank >= rank:
        raise Forbidden("Nobody acts on somebody of an equal or higher rank.")


def has_other_owner(membership: Membership) -> bool:
    owners = Membership.objects.filter(room=membership.room, role=Membership.Role.OWNER)
    return owners.exclude(pk=membership.pk).exists()
