"""Moderation of people: mutes, bans, their end, and who is a site moderator."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Rank, User
from chat import access, broadcast, encoding, protocol
from chat.errors import BadRequest, Forbidden
from chat.models import AuditEntry, JoinRequest, Membership, Report, Room, Sanction
from chat.services import rules
from chat.services.members.joining import close_request, end_invites, live_invites
from chat.services.members.seats import facts_of_seat


@transaction.atomic
def ban_user(
    *,
    actor: User,
    user: User,
    reason: str,
    until: datetime | None = None,
    room: Room | None = None,
    report: Report | None = None,
) -> Sanction:
    """Shuts a person out of a room, or of the site: memberships of the room and live sockets end at once.

    `report`: the case that this decides.

    Raises Forbidden, BadRequest, TooLong.
    """
    if room is not None:
        rules.refuse_direct(room)
    sanction = _impose(Sanction.Kind.BAN, actor, user, reason, until, room, report)
    if room is None:
        broadcast.access_changed(user.pk)
        return sanction
    broadcast.noticed(user.pk, encoding.notice("banned", sanction))
    Membership.objects.filter(room=room, user=user).delete()
    broadcast.room_left(user.pk, room, "banned")
    close_request(user, room, JoinRequest.Answer.DECLINED, actor)
    end_invites(user, room, actor)
    return sanction


@transaction.atomic
def mute_user(
    *,
    actor: User,
    user: User,
    reason: str,
    until: datetime | None = None,
    room: Room | None = None,
    report: Report | None = None,
) -> Sanction:
    """The person can read but not write, in a room or on the site. `report`: the case that this decides.

    Raises Forbidden, BadRequest, TooLong.
    """
    sanction = _impose(Sanction.Kind.MUTE, actor, user, reason, until, room, report)
    broadcast.noticed(user.pk, encoding.notice("muted", sanction))
    return sanction


@transaction.atomic
def lift_sanction(*, actor: User, sanction: Sanction, reason: str = "") -> Sanction:
    """Ends a sanction early; one that has ended stays as it is. Raises Forbidden, TooLong."""
    sanction = Sanction.objects.select_for_update(of=("self",)).select_related("user", "room").get(pk=sanction.pk)
    _require_higher(actor, sanction.user, sanction.room)
    reason = rules.check_reason(reason)
    if sanction.lifted_at is None:
        _lift(sanction, actor)
        AuditEntry.objects.create(
            action=f"{sanction.kind}.lift",
            actor=actor,
            user=sanction.user,
            room=sanction.room,
            reason=reason,
            before={"until": sanction.ends_at and protocol.timestamp(sanction.ends_at)},
        )
        if sanction.kind == Sanction.Kind.MUTE:
            broadcast.noticed(sanction.user_id, encoding.unmuted(sanction))
    return sanction


@transaction.atomic
def set_site_moderator(*, actor: User, user: User, is_moderator: bool, reason: str = "") -> User:
    """Makes a person a site moderator, or no longer one. Only the site's owner may. Raises Forbidden, TooLong."""
    if actor.rank < Rank.SITE_OWNER:
        raise Forbidden("That is for the owner of the site.")
    reason = rules.check_reason(reason)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.rank >= actor.rank:
        raise Forbidden("Nobody acts on somebody of an equal or higher rank.")
    if user.is_staff != is_moderator:
        user.is_staff = is_moderator
        user.save(update_fields=["is_staff"])
        broadcast.access_changed(user.pk)
        AuditEntry.objects.create(
            action="user.moderator",
            actor=actor,
            user=user,
            reason=reason,
            before={"is_staff": not is_moderator},
            after={"is_staff": is_moderator},
        )
    return user


def _impose(
    kind: Sanction.Kind,
    actor: User,
    user: User,
    reason: str,
    until: datetime | None,
    room: Room | None,
    report: Report | None,
) -> Sanction:
    """One standing sanction of a kind a person and room: a new one takes the place of the earlier."""
    if room is not None:
        room = rules.hold_room(room.pk)
    User.objects.select_for_update().get(pk=user.pk)
    _require_higher(actor, user, room)
    reason = rules.check_reason(reason)
    if protocol.is_blank(reason):
        raise BadRequest("Say why: the person reads it.", field="reason")
    if until is not None and until <= timezone.now():
        raise BadRequest("The end must lie ahead.", field="until")
    replaced = list(Sanction.objects.standing().filter(user=user, room=room, kind=kind))
    for earlier in replaced:
        _lift(earlier, actor)
    sanction = Sanction.objects.create(user=user, room=room, kind=kind, reason=reason, by=actor, ends_at=until)
    AuditEntry.objects.create(
        action=kind,
        actor=actor,
        user=user,
        room=room,
        reason=reason,
        report=report,
        before={"replaced": [one.pk for one in replaced]} | (_taken(user, room) if kind == Sanction.Kind.BAN else {}),
        after={"sanction": sanction.pk, "until": until and protocol.timestamp(until)},
    )
    return sanction


def _taken(user: User, room: Room | None) -> dict[str, Any]:
    """What goes with a ban from a room, for the way back."""
    seat = Membership.objects.filter(room=room, user=user).first() if room else None
    asked = JoinRequest.objects.filter(room=room, user=user, answer=JoinRequest.Answer.WAITING).first()
    return {
        "seat": seat and facts_of_seat(seat),
        "invites": live_invites(user, room) if room else [],
        "request": asked and asked.pk,
    }


def _lift(sanction: Sanction, actor: User) -> None:
    sanction.lifted_at, sanction.lifted_by = timezone.now(), actor
    sanction.save(update_fields=["lifted_at", "lifted_by"])


def _require_higher(actor: User, user: User, room: Room | None) -> None:
    """Moderators of the room act in it; the whole site is for site moderators."""
    if room is None:
        mine, theirs = actor.rank, user.rank
    else:
        mine, theirs = (_rank_in(room, person) for person in (actor, user))
    if mine < (Rank.SITE_MODERATOR if room is None else Rank.ROOM_MODERATOR):
        raise access.forbidden(actor, "That is for moderators.")
    if theirs >= mine:
        raise Forbidden("Nobody acts on somebody of an equal or higher rank.")


def _rank_in(room: Room, user: User) -> Rank:
    membership = Membership.objects.filter(room=room, user=user).first() or Membership(role="")
    membership.user = user
    return membership.rank
