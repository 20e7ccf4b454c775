"""Rooms: mine, all of them, one; join and leave."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from chat import access, encoding, selectors
from chat.api.auth import Request
from chat.api.shapes import (
    PAGE,
    Body,
    Person,
    Query,
    Room,
    Shape,
    Slug,
    below,
    next_page,
    sent,
)
from chat.models import Membership
from chat.protocol import timestamp
from chat.protocol.commands import Number, Text
from chat.services import members, rooms

router = Router(tags=["Rooms"])
# The protocol's words for a room's settings that the service calls otherwise.
IN_SERVICE = {"listed": "is_listed", "slow_mode": "slow_mode_seconds"}


class RoomSettings(Shape):
    """How I have a room in my list; a direct one is out of it while nothing comes after `hidden_seq`.

    `notify` is what I am told of there; without an `own_level` it is my level for all rooms.
    """

    notify: Literal["all", "mentions", "nothing"]
    own_level: bool
    muted: bool
    favourite: bool
    place: int | None
    hidden_seq: int | None


class Entry(Shape):
    """A room in one's list, as in the protocol's `hello`."""

    slug: str
    name: str
    icon: str
    kind: Literal["public", "private", "direct"]
    epoch: str
    seq: int
    rev: int
    read_seq: int
    mentions: int
    role: Literal["owner", "moderator", "member"]
    settings: RoomSettings
    people: list[Person]

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "slug": "lobby", "name": "Lobby", "icon": "", "kind": "public", "epoch": "k3", "seq": 120, "rev": 131,
                "read_seq": 118, "mentions": 1, "role": "member", "people": [],
                "settings": {
                    "notify": "mentions", "own_level": False, "muted": False, "favourite": True, "place": 0,
                    "hidden_seq": None,
                },
            }
        }
    )  # fmt: skip


class Entries(Shape):
    rooms: list[Entry]


class Place(Shape):
    """A room in the directory; newcomers of the site join a `default` one."""

    slug: str
    name: str
    topic: str
    kind: Literal["public", "private"]
    icon: str
    archived: bool
    default: bool
    members: int
    joined: bool
    asked: bool
    active_at: str | None

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "slug": "lobby", "name": "Lobby", "topic": "Come in", "kind": "public", "icon": "",
                "archived": False, "default": False, "members": 12, "joined": True, "asked": False,
                "active_at": "2026-11-22T09:00:00.123Z",
            }
        }
    )  # fmt: skip


class Places(Shape):
    """Rooms in order of slug; `next` is the address of the next page, null on the last."""

    rooms: list[Place]
    next: str | None


class NewRoom(Body):
    name: Annotated[Text, Field(examples=["Café del Mar"])]
    kind: Literal["public", "private"] = "public"
    topic: Text = ""


class NewDirect(Body):
    people: Annotated[list[Number], Field(max_length=20, description="The ids of the others.", examples=[[9]])]


class RoomChanges(Body):
    """What is left out stays as it is."""

    name: Text | None = None
    topic: Annotated[Text, Field(examples=["Come in"])] | None = None
    description: Annotated[Text, Field(description="Lines of plain text.")] | None = None
    icon: Annotated[Text, Field(description="One emoji, or nothing.")] | None = None
    posting: Literal["everyone", "moderators"] | None = None
    inviting: Literal["everyone", "moderators"] | None = None
    pinning: Literal["everyone", "moderators"] | None = None
    mention_all: Literal["by_size", "everyone", "moderators"] | None = None
    history_for_newcomers: (
        Annotated[bool, Field(description="In a private room: they see what was said before.")] | None
    ) = None
    listed: Annotated[bool, Field(description="A private room is in the directory, to be asked for.")] | None = None
    slow_mode: Annotated[Number, Field(description="Seconds between two messages of a member.")] | None = None


@router.get("/rooms", response=Entries, summary="My rooms")
def my_rooms(request: Request) -> HttpResponse:
    return sent({"rooms": selectors.sidebar(request.auth)})


@router.get("/rooms/directory", response=Places, summary="All rooms that I may know of")
def directory(
    request: Request, query: Query = "", tab: Literal["all", "joined", "archived"] = "all", cursor: Text = ""
) -> HttpResponse:
    found = selectors.directory(request.auth, query=query, tab=tab).order_by("slug")
    rows = list(found.filter(slug__gt=cursor)[: PAGE + 1])
    more = next_page(request, rows[PAGE - 1].slug) if len(rows) > PAGE else None
    return sent({"rooms": [_place(row) for row in rows[:PAGE]], "next": more})


@router.post("/rooms", response={201: Room}, summary="Make a room")
def create_room(request: Request, room: NewRoom) -> HttpResponse:
    access.let_create(request.auth)
    membership = rooms.create_room(owner=request.auth, name=room.name, kind=room.kind, topic=room.topic)
    return sent(the_room(membership), 201, Location=below(request, membership.room.slug))


@router.post("/rooms/direct", response=Room, summary="Open a direct room")
def open_direct(request: Request, direct: NewDirect) -> HttpResponse:
    """The room of these people and me: the one that there is, or a new one."""
    people = access.find_people(direct.people)
    return sent(the_room(rooms.open_direct_room(user=request.auth, people=people)))


@router.get("/rooms/{slug}", response=Room, summary="A room")
def room(request: Request, slug: Slug) -> HttpResponse:
    return sent(the_room(access.read_room(request.auth, slug)))


@router.patch("/rooms/{slug}", response=Room, summary="Change a room")
def change_room(request: Request, slug: Slug, changes: RoomChanges) -> HttpResponse:
    """For owners of the room."""
    membership = access.enter_room(request.auth, slug)
    given = {IN_SERVICE.get(name, name): value for name, value in changes.given().items()}
    membership.room = rooms.update_room(membership=membership, **given)
    return sent(the_room(membership))


@router.delete("/rooms/{slug}", response={204: None}, summary="Delete a room with all it holds")
def delete_room(request: Request, slug: Slug, confirmation: Text = "", reason: Text = "") -> HttpResponse:
    """For owners; `confirmation` is its slug once more. For 7 days it can be brought back."""
    membership = access.enter_room(request.auth, slug)
    rooms.delete_room(membership=membership, confirmation=confirmation, reason=reason)
    return HttpResponse(status=204)


@router.post("/rooms/{slug}/join", response=Room, summary="Join a room")
def join(request: Request, slug: Slug) -> HttpResponse:
    membership = access.see_room(request.auth, slug)
    if membership.is_preview:
        membership = members.join_room(user=request.auth, room=membership.room)
        membership.user = request.auth
    return sent(the_room(membership))


@router.post("/rooms/{slug}/leave", response={204: None}, summary="Leave a room")
def leave(request: Request, slug: Slug) -> HttpResponse:
    membership = access.see_room(request.auth, slug)
    if not membership.is_preview:
        members.leave_room(membership=membership)
    return HttpResponse(status=204)


def the_room(membership: Membership) -> dict[str, Any]:
    room = membership.room
    return {
        "slug": room.slug,
        "epoch": membership.epoch,
        "seq": room.seq,
        "rev": room.rev,
        "state": encoding.state(room, selectors.others(room, membership.user)),
        "me": encoding.me(membership),
    }


def _place(room: Any) -> dict[str, Any]:
    """A row of `selectors.directory`."""
    return {
        "slug": room.slug,
        "name": room.name,
        "topic": room.topic,
        "kind": room.kind,
        "icon": room.icon,
        "archived": room.is_archived,
        "default": room.is_default,
        "members": room.member_count,
        "joined": room.is_joined,
        "asked": room.is_asked,
        "active_at": room.active_at and timestamp(room.active_at),
    }
