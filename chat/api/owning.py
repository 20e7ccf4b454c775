"""What owners and moderators do with a whole room."""

from typing import Literal

from django.http import HttpResponse
from ninja import Router

from chat import access
from chat.api.auth import Request
from chat.api.members import Member, member_of
from chat.api.rooms import the_room
from chat.api.shapes import NO_REASON, Moment, Reason, Room, Slug, Username, sent
from chat.services import members, rooms

router = Router(tags=["Rooms"])


class Lock(Reason):
    until: Moment | None = None


NO_LOCK = Lock()


class Conversion(Reason):
    kind: Literal["public", "private"]


class HandOver(Reason):
    username: Username


@router.post("/rooms/{slug}/archive", response=Room, summary="Archive a room")
def archive(request: Request, slug: Slug, why: Reason = NO_REASON) -> HttpResponse:
    """For owners: it can be read, not written in."""
    membership = access.enter_room(request.auth, slug)
    membership.room = rooms.archive_room(membership=membership, reason=why.reason)
    return sent(the_room(membership))


@router.post("/rooms/{slug}/restore", response=Room, summary="Undo the archiving of a room")
def restore(request: Request, slug: Slug, why: Reason = NO_REASON) -> HttpResponse:
    membership = access.enter_room(request.auth, slug)
    membership.room = rooms.restore_room(membership=membership, reason=why.reason)
    return sent(the_room(membership))


@router.post("/rooms/{slug}/lock", response=Room, summary="Lock a room")
def lock(request: Request, slug: Slug, lock: Lock = NO_LOCK) -> HttpResponse:
    """For moderators: only they write until it is unlocked, or `until` has come."""
    membership = access.enter_room(request.auth, slug)
    membership.room = rooms.lock_room(membership=membership, reason=lock.reason, until=lock.until)  # type: ignore[arg-type]
    return sent(the_room(membership))


@router.post("/rooms/{slug}/unlock", response=Room, summary="Unlock a room")
def unlock(request: Request, slug: Slug, why: Reason = NO_REASON) -> HttpResponse:
    membership = access.enter_room(request.auth, slug)
    membership.room = rooms.unlock_room(membership=membership, reason=why.reason)
    return sent(the_room(membership))


@router.post("/rooms/{slug}/convert", response=Room, summary="Make a room public or private")
def convert(request: Request, slug: Slug, to: Conversion) -> HttpResponse:
    """For owners. Made private, it is read by its members alone; made public, by everyone, with all it holds."""
    membership = access.enter_room(request.auth, slug)
    membership.room = rooms.convert_room(membership=membership, kind=to.kind, reason=to.reason)
    return sent(the_room(membership))


@router.post("/rooms/{slug}/hand-over", response=Member, summary="Make somebody else the owner of a room")
def hand_over(request: Request, slug: Slug, to: HandOver) -> HttpResponse:
    """In one's own place, who becomes a moderator."""
    membership = access.enter_room(request.auth, slug)
    person = access.find_person(to.username)
    return sent(member_of(members.hand_over_room(membership=membership, user=person, reason=to.reason)))


@router.post("/rooms/{slug}/undelete", response={204: None}, summary="Bring a deleted room back")
def undelete(request: Request, slug: Slug, why: Reason = NO_REASON) -> HttpResponse:
    """For those who owned it, and site moderators."""
    room = access.deleted_room(request.auth, slug)
    rooms.restore_deleted_room(actor=request.auth, room=room, reason=why.reason)
    return HttpResponse(status=204)
