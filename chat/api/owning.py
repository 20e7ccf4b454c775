"""What owners and moderators do with a whole room."""

from datetime import datetime
from typing import Any, Literal, cast

from django.http import HttpResponse
from ninja import Router

from chat import access, selectors
from chat.api.auth import Request
from chat.api.members import Member, member_of
from chat.api.rooms import the_room
from chat.api.shapes import NO_REASON, PAGE, Moment, Reason, Room, Shape, Slug, Username, next_page, sent
from chat.models import UNDO_TIME
from chat.models import Room as RoomRow
from chat.protocol import timestamp
from chat.protocol.commands import Number, Text
from chat.services import members, rooms

router = Router(tags=["Rooms"])


class Lock(Reason):
    until: Moment | None = None


NO_LOCK = Lock()


class Conversion(Reason):
    kind: Literal["public", "private"]


class DeletedRoom(Shape):
    """`until`: from then on it can't be brought back."""

    slug: str
    name: str
    kind: Literal["public", "private"]
    deleted_at: str
    until: str


class DeletedRooms(Shape):
    """The youngest room first; `next` is the address of the next page, null on the last."""

    rooms: list[DeletedRoom]
    next: str | None


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


@router.put("/rooms/{slug}/default", response={204: None}, summary="Let newcomers of the site join a room")
def make_default(request: Request, slug: Slug, reason: Text = "") -> HttpResponse:
    """For site moderators; a public room."""
    return _set_default(request, slug, reason, is_default=True)


@router.delete("/rooms/{slug}/default", response={204: None}, summary="Let newcomers of the site join a room no more")
def make_ordinary(request: Request, slug: Slug, reason: Text = "") -> HttpResponse:
    return _set_default(request, slug, reason, is_default=False)


@router.get("/me/rooms/deleted", response=DeletedRooms, summary="Deleted rooms that I can bring back")
def list_deleted(request: Request, cursor: Number | None = None) -> HttpResponse:
    """Those that I owned; for site moderators all."""
    rows = list(selectors.deleted_rooms(request.auth, before=cursor)[: PAGE + 1])
    more = next_page(request, rows[PAGE - 1].pk) if len(rows) > PAGE else None
    return sent({"rooms": [_deleted(row) for row in rows[:PAGE]], "next": more})


@router.post("/rooms/{slug}/undelete", response={204: None}, summary="Bring a deleted room back")
def undelete(request: Request, slug: Slug, why: Reason = NO_REASON) -> HttpResponse:
    """For those who owned it, and site moderators."""
    room = access.deleted_room(request.auth, slug)
    rooms.restore_deleted_room(actor=request.auth, room=room, reason=why.reason)
    return HttpResponse(status=204)


def _set_default(request: Request, slug: str, reason: str, *, is_default: bool) -> HttpResponse:
    room = access.read_room(request.auth, slug).room
    rooms.set_default_room(actor=request.auth, room=room, is_default=is_default, reason=reason)
    return HttpResponse(status=204)


def _deleted(room: RoomRow) -> dict[str, Any]:
    deleted_at = cast("datetime", room.deleted_at)
    return {
        "slug": room.slug,
        "name": room.name,
        "kind": room.kind,
        "deleted_at": timestamp(deleted_at),
        "until": timestamp(deleted_at + UNDO_TIME),
    }
