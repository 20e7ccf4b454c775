"""Doors to rows: from a person and something from outside to the object that they may touch.

What one may not know of is NotFound, the same as what is not there. Raises ChatErrors.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from accounts import people
from accounts.models import Rank, User
from chat import encoding, selectors
from chat.errors import Banned, Forbidden, NotFound
from chat.models import InviteLink, JoinRequest, Membership, Message, Room, Sanction, Upload, digest_of, sql
from chat.models.memberships import IS_SMALL
from chat.protocol import Close


def bans(users: Collection[User]) -> dict[int, Banned]:
    """Those of them who are banned from the site, by id, with what they are refused with."""
    found = Sanction.objects.against([user.pk for user in users], ())
    return {one.user_id: _refusal(one) for one in found if one.kind == Sanction.Kind.BAN}


def admit(user: User) -> None:
    """Raises Banned for somebody who is banned from the site."""
    if (refusal := bans([user]).get(user.pk)) is not None:
        raise refusal


def may_create_rooms(user: User) -> bool:
    """Whether this person may make a room of their own."""
    return bool(settings.ROOM_CREATION or user.is_staff)


def let_create(user: User) -> None:
    """Raises Forbidden for somebody who may not make rooms."""
    if not may_create_rooms(user):
        raise Forbidden("Only the site's staff makes rooms here.")


def find_person(username: str) -> User:
    """The person of that name, in any case. Raises NotFound."""
    person = people.find_person(username)
    if person is None:
        raise NotFound("There is nobody of that name.", field="username")
    return person


def see_room(user: User, slug: str) -> Membership:
    """The membership of a room that this person may know of, unsaved (a preview) in a public room. Raises NotFound."""
    found = Membership.objects.with_rooms("r.slug = %s AND m.user_id = %s", [slug, user.pk], is_small=IS_SMALL)
    if found:
        membership = found[0]
    else:
        room = Room.objects.filter(slug=slug, kind=Room.Kind.PUBLIC).first()
        if room is None:
            raise NotFound("There is no such room.")
        membership = Membership(room=room, role="", read_seq=0)
    membership.user = user
    return membership


def read_room(user: User, slug: str) -> Membership:
    """The membership of a room that this person may read. Raises NotFound, Banned."""
    membership = see_room(user, slug)
    if membership.is_preview:
        _refuse_banned(user, membership.room)
    return membership


def enter_room(user: User, slug: str, *, seq: int | None = None) -> Membership:
    """The membership of a room that this person is in, there to do something to message `seq`.

    Raises NotFound (the message's too, which comes first), Forbidden, Banned.
    """
    membership = read_room(user, slug)
    if membership.is_preview:
        if seq is not None:
            find_message(membership, seq)
        raise Forbidden("Join the room first.")
    return membership


def enter_to_invite(user: User, slug: str) -> Membership:
    """The membership of somebody who may take people into the room. Raises NotFound, Forbidden, Banned."""
    membership = enter_room(user, slug)
    if not membership.may_invite:
        raise Forbidden("Only moderators take people into this room.")
    return membership


def enter_to_moderate(user: User, slug: str) -> Membership:
    """The membership of somebody who moderates the room. Raises NotFound, Forbidden, Banned."""
    membership = enter_room(user, slug)
    if not membership.is_moderator:
        raise Forbidden("That is for moderators.")
    return membership


def moderate_site(user: User) -> None:
    """Raises Forbidden for somebody who does not moderate the site."""
    if user.rank < Rank.SITE_MODERATOR:
        raise Forbidden("That is for site moderators.")


def find_own_rooms(user: User, slugs: Sequence[str]) -> list[Room]:
    """The rooms of these slugs, all of them the person's own, in that order. Raises NotFound."""
    found = {room.slug: room for room in Room.objects.filter(memberships__user=user, slug__in=slugs)}
    if not found.keys() >= set(slugs):
        raise NotFound("There is no such room.", field="rooms")
    return [found[slug] for slug in slugs]


def find_request(membership: Membership, number: int) -> JoinRequest:
    """A request to join the room. Raises NotFound."""
    found = JoinRequest.objects.filter(room=membership.room, pk=number).first()
    if found is None:
        raise NotFound("There is no such request.", field="number")
    return found


def find_sanction(membership: Membership, number: int) -> Sanction:
    """A mute or a ban in the room. Raises NotFound."""
    found = Sanction.objects.filter(room=membership.room, pk=number).first()
    if found is None:
        raise NotFound("There is no such sanction.", field="number")
    return found


def find_invite(room: Room | None, number: int) -> InviteLink:
    """An invite link of the room or (None) the site. Raises NotFound."""
    found = InviteLink.objects.filter(room=room, pk=number).first()
    if found is None:
        raise NotFound("There is no such link.", field="number")
    return found


def joinable_room(user: User, slug: str) -> Room:
    """A room that this person may join by themselves. Raises NotFound, Banned."""
    membership = see_room(user, slug)
    _refuse_banned(user, membership.room)
    return membership.room


def find_people(user_ids: Collection[int]) -> list[User]:
    """The people of these ids, all of them. Raises NotFound."""
    found = list(User.objects.filter(pk__in=set(user_ids), is_active=True))
    if len(found) < len(set(user_ids)):
        raise NotFound("There is nobody of that name.", field="people")
    return found


def askable_room(user: User, slug: str) -> Room:
    """A private room in the directory, which this person may ask to join. Raises NotFound."""
    room = Room.objects.filter(slug=slug, kind=Room.Kind.PRIVATE, is_listed=True).first()
    if room is None:
        raise NotFound("There is no such room.")
    return room


def deleted_room(user: User, slug: str) -> Room:
    """A deleted room that this person may bring back: an owner, or a site moderator. Raises NotFound."""
    room = selectors.deleted_rooms(user).filter(slug=slug).first()
    if room is None:
        raise NotFound("There is no such room.")
    return room


def open_invite(secret: str) -> InviteLink:
    """The invite link with this secret, while it lets somebody in. Raises NotFound."""
    found = InviteLink.objects.live().select_related("room", "by").filter(digest=digest_of(secret)).first()
    if found is None:
        raise NotFound("This invitation is not good any more.")
    return found


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
    """The message at that place of the room, where this person may see it. Raises NotFound."""
    found = Message.objects.select_related("author").filter(room=membership.room, seq=seq).first()
    if found is None or not membership.sees(seq):
        raise NotFound("There is no such message.", field="seq")
    found.room = membership.room
    return found


def find_upload(user: User, upload_id: UUID) -> Upload:
    """An upload that this person may see: of a message that they see, or their own that is not sent yet.

    Raises NotFound, Banned.
    """
    upload = Upload.objects.select_related("message__room").filter(pk=upload_id).first()
    if upload is None or (upload.message is None and upload.uploader_id != user.pk):
        raise NotFound("There is no such upload.", field="id")
    if upload.message is not None:
        membership = read_room(user, upload.message.room.slug)
        if find_message(membership, upload.message.seq).is_deleted:
            raise NotFound("There is no such upload.", field="id")
    return upload


def find_edited(membership: Membership, seq: int) -> Message:
    """The message whose earlier versions this person may see: moderators may, others where the site lets them.

    Raises NotFound, Forbidden.
    """
    message = find_message(membership, seq)
    if not membership.is_moderator and (message.is_deleted or not settings.EDIT_HISTORY):
        raise Forbidden("Earlier versions are for moderators.")
    return message


def may_write(membership: Membership) -> bool:
    """Whether what this member writes would be accepted now, but for rates."""
    found = Membership.objects.with_rooms("m.id = %s", [membership.pk])
    if not found:
        return False
    found[0].user = membership.user
    room = found[0].room
    if "send" not in found[0].can() or (room.is_locked and not found[0].is_moderator):
        return False
    here = Sanction.objects.standing().filter(user=membership.user).filter(Q(room=None) | Q(room=room))
    return not here.exists()


def _refuse_banned(user: User, room: Room) -> None:
    ban = Sanction.objects.standing_ban(user.pk, room.pk)
    if ban is not None:
        raise _refusal(ban)


def _refusal(ban: Sanction) -> Banned:
    where = "this room" if ban.room_id else "this site"
    return Banned(f"You are banned from {where}: {ban.reason}", until=ban.ends_at)


# ---------- access that has ended: asked for everyone who has a socket open


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a socket, and with what: a session's key or a token's digest. `password` is its hash at that time."""

    user_id: int
    password: str
    session: str = ""
    token: str = ""


class Lapse(NamedTuple):
    """Why a socket ends: its close code, and what to tell first."""

    code: Close
    notice: str | None = None


# Every few seconds, of all who have a socket open: the answer names only those whose access has ended.
SIGNED_OUT = """
SELECT place FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
    WITH ORDINALITY AS h(user_id, password, session, token, place)
WHERE NOT EXISTS (SELECT FROM accounts_user u WHERE u.id = h.user_id AND u.is_active AND u.password = h.password)
   OR NOT EXISTS (SELECT FROM django_session WHERE session_key = h.session AND expire_date > now())
  AND NOT EXISTS (SELECT FROM accounts_apitoken WHERE digest = h.token AND revoked_at IS NULL
                     AND (expires_at IS NULL OR expires_at > now()))
"""
NOT_MEMBERS = """
SELECT h.user_id, h.room_id, r.kind FROM unnest(%s::bigint[], %s::bigint[]) AS h(user_id, room_id)
LEFT JOIN chat_room r ON r.id = h.room_id AND r.deleted_at IS NULL
WHERE r.id IS NULL OR NOT EXISTS (SELECT FROM chat_membership m WHERE m.room_id = r.id AND m.user_id = h.user_id)
"""


def lapsed(holders: Collection[Holder]) -> dict[Holder, Lapse]:
    """Those who are banned, deactivated or signed out by now, or whose password is another."""
    everyone = list(holders)
    columns = zip(*((one.user_id, one.password, one.session, one.token) for one in everyone), strict=True)
    rows = sql.fetch(SIGNED_OUT, [list(column) for column in columns]) if everyone else ()
    found = {everyone[place - 1]: Lapse(Close.SIGNED_OUT) for (place,) in rows}
    against = Sanction.objects.against({one.user_id for one in everyone}, ())
    banned = {ban.user_id: ban for ban in against if ban.kind == Sanction.Kind.BAN}
    for one in everyone if banned else ():
        if one.user_id in banned:
            found[one] = Lapse(Close.BANNED, encoding.notice("banned", banned[one.user_id]))
    return found


def lost_rooms(seats: Collection[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Of these (user id, room id), those who may not read the room any more, with the reason for `room_left`."""
    rows = sql.fetch(NOT_MEMBERS, [sql.array(column) for column in zip(*seats, strict=True)]) if seats else []
    kinds = {(user_id, room_id): kind for user_id, room_id, kind in rows}
    against = Sanction.objects.against({seat[0] for seat in kinds}, {seat[1] for seat in kinds}) if kinds else ()
    banned = {(ban.user_id, ban.room_id) for ban in against if ban.kind == Sanction.Kind.BAN}
    lost = {}
    for seat, kind in kinds.items():
        if kind is None:
            lost[seat] = "deleted"
        elif seat in banned:
            lost[seat] = "banned"
        elif kind != Room.Kind.PUBLIC:
            lost[seat] = "removed"
    return lost
