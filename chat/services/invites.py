"""Invite links, of a room or of the site."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Rank, User
from chat import access, protocol
from chat.errors import Archived, BadRequest, Conflict, Forbidden
from chat.models import AuditEntry, InviteLink, InviteUse, Membership, Room, digest_of
from chat.services import rules
from chat.services.members.joining import take_in

LASTS_MOST = timedelta(days=366)
USES_MOST = 1_000
LINKS_MOST = 50


@transaction.atomic
def create_invite(
    *, membership: Membership, expires_at: datetime | None = None, uses_most: int | None = None
) -> tuple[InviteLink, str]:
    """A link into the room, and its secret, which is shown this once. For those who may take people in.

    Raises Forbidden, Archived, BadRequest, Conflict (too many links).
    """
    membership = rules.hold_shared(membership)
    if not membership.may_invite:
        raise Forbidden("Only moderators take people into this room.")
    if membership.room.is_archived:
        raise Archived("This room is archived.")
    return _create(membership.user, membership.room, expires_at, uses_most)


@transaction.atomic
def create_site_invite(
    *, actor: User, expires_at: datetime | None = None, uses_most: int | None = None
) -> tuple[InviteLink, str]:
    """A link to make an account by, also where sign-up is closed. For site moderators.

    Raises Forbidden, BadRequest, Conflict (too many links).
    """
    if actor.rank < Rank.SITE_MODERATOR:
        raise Forbidden("That is for site moderators.")
    return _create(actor, None, expires_at, uses_most)


@transaction.atomic
def revoke_invite(*, actor: User, link: InviteLink) -> InviteLink:
    """Ends a link: its maker does, and the moderators of its room or the site. Raises Forbidden."""
    found = InviteLink.objects.select_for_update(of=("self",)).select_related("room").get(pk=link.pk)
    if found.by_id != actor.pk and not _is_moderator(actor, found.room):
        raise Forbidden("That is for moderators.")
    if found.revoked_at is None:
        found.revoked_at, found.revoked_by = timezone.now(), actor
        found.save(update_fields=["revoked_at", "revoked_by"])
        AuditEntry.objects.create(action="invite.revoke", actor=actor, user=found.by, room=found.room)
    return found


@transaction.atomic
def use_invite(*, user: User, secret: str, is_new: bool = False) -> Membership | None:
    """Takes somebody into the link's room; the membership, None for a link of the site.

    A link of the site is used up by new accounts only, one of a room by those who are not in it.
    Raises NotFound (no such link, or its time is over), Banned, Archived.
    """
    found = access.open_invite(secret)
    room = rules.hold_room(found.room_id) if found.room_id else None
    InviteLink.objects.select_for_update().get(pk=found.pk)
    membership = Membership.objects.select_related("user").filter(room=room, user=user).first() if room else None
    if membership is None and (room is not None or is_new):
        access.open_invite(secret)  # as it is now that nobody else can use it
        InviteUse.objects.get_or_create(link=found, user=user)
        membership = take_in(user, room, by=found.by or user) if room else None
    if membership is not None and room is not None:
        membership.room = room
    return membership


def _create(by: User, room: Room | None, expires_at: datetime | None, uses_most: int | None) -> tuple[InviteLink, str]:
    now = timezone.now()
    if expires_at is not None and not now < expires_at <= now + LASTS_MOST:
        raise BadRequest("A link lasts at most a year.", field="expires_at")
    if uses_most is not None and not 1 <= uses_most <= USES_MOST:
        raise BadRequest(f"A link is for 1 to {USES_MOST} people.", field="uses_most")
    if InviteLink.objects.live().filter(room=room).count() >= LINKS_MOST:
        raise Conflict(f"There are {LINKS_MOST} links already: revoke one first.")
    secret = secrets.token_urlsafe(18)
    link = InviteLink.objects.create(
        room=room, digest=digest_of(secret), by=by, expires_at=expires_at, uses_most=uses_most
    )
    after = {"until": expires_at and protocol.timestamp(expires_at), "uses_most": uses_most}
    AuditEntry.objects.create(action="invite.create", actor=by, room=room, after=after)
    return link, secret


def _is_moderator(user: User, room: Room | None) -> bool:
    if user.rank >= Rank.SITE_MODERATOR:
        return True
    seat = Membership.objects.select_related("user").filter(room=room, user=user).first() if room else None
    return seat is not None and seat.is_moderator
