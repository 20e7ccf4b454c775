"""Doors to rooms, messages and people."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts import people
from accounts.models import Rank, User
from chat import selectors
from chat.errors import Banned, Forbidden, NotFound
from chat.models import InviteLink, JoinRequest, Membership, Message, Room, Sanction, Upload, digest_of, sql
from chat.models.memberships import IS_SMALL

# People, each with a ban from the site, if there is one.
ARRIVING = f"""
SELECT {sql.columns(("u", User), ("s", Sanction))} FROM accounts_user u
LEFT JOIN chat_sanction s ON s.user_id = u.id AND s.room_id IS NULL AND s.kind = 'ban' AND s.lifted_at IS NULL
    AND (s.ends_at IS NULL OR s.ends_at > %s)
WHERE u.id = ANY(%s::bigint[])
"""  # noqa: S608 - our own words


def arriving(users: Iterable[User]) -> dict[int, tuple[User, Banned | None]]:
    """By id, these people as they are now, and what those are refused with who are banned from the site."""
    found = {}
    for row in sql.fetch(ARRIVING, [timezone.now(), sql.array(user.pk for user in users)]):
        user, ban = sql.instances((User, Sanction), row)
        found[user.pk] = user, _refusal(ban) if ban.pk else None
    return found


def admit(user: User) -> None:
    """Raises Banned for somebody who is banned from the site."""
    for sanction in Sanction.objects.against([user.pk], ()):
        if sanction.kind == Sanction.Kind.BAN:
            raise _refusal(sanction)


def may_create_rooms(user: User) -> bool:
    """Whether this person may make a room of their own."""
    return bool(settings.ROOM_CREATION or user.rank >= Rank.SITE_MODERATOR)


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


def find_ignored(user: User, username: str) -> User:
    """The person of that name whom `user` ignores, also one whose account has ended; else as `find_person`."""
    return selectors.ignored(user).filter(username__iexact=username).first() or find_person(username)


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


def find_message(membership: Membership, seq: int) -> Message:
    """The message at that place of the room, where this person may see it. Raises NotFound."""
    found = Message.objects.select_related("author").filter(room=membership.room, seq=seq).first()
    if found is None or not membership.sees(seq):
        raise NotFound("There is no such message.", field="seq")
    found.room = membership.room
    return found


def find_upload(user: User, upload_id: UUID) -> Upload:
    """An upload that this person may see: of a message that they see, or their own that is not sent yet. Moderators see
    those of deleted messages, too.

    Raises NotFound, Banned.
    """
    upload = Upload.objects.select_related("message__room").filter(pk=upload_id).first()
    if upload is None or (upload.message is None and upload.uploader_id != user.pk):
        raise NotFound("There is no such upload.", field="id")
    if upload.message is not None:
        membership = read_room(user, upload.message.room.slug)
        if find_message(membership, upload.message.seq).is_deleted and not membership.may_review:
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
    return Banned(f"You are banned from {where}: {ban.reason}", until=ban.ends_at, reason=ban.reason)
