"""Who is in a room: the list, and what owners and moderators do with it."""

from typing import Any, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import ConfigDict

from chat import access, encoding, selectors
from chat.api.auth import Request
from chat.api.shapes import PAGE, Body, Person, Query, Shape, Slug, Status, Username, next_page, sent
from chat.hub import who_is_here
from chat.models import Membership
from chat.protocol import timestamp
from chat.protocol.commands import Number, Text
from chat.services import members

router = Router(tags=["Members"])


class Member(Person):
    status: Status | None
    bot: bool
    role: Literal["owner", "moderator", "member"]
    joined_at: str

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": 7, "username": "ines", "name": "Inés", "status": None, "bot": False, "role": "member",
                "joined_at": "2026-11-22T09:00:00.123Z",
            }
        }
    )  # fmt: skip


class Members(Shape):
    """In order of their accounts; `next` is the address of the next page, null on the last."""

    members: list[Member]
    next: str | None


class Presence(Shape):
    """Ids of members: up to a thousand who are online, those of them who are away among them, and how many in all."""

    online: list[int]
    away: list[int]
    count: int


class NewMember(Body):
    username: Username


class Role(Body):
    role: Literal["owner", "moderator", "member"]
    reason: Text = ""


@router.get("/rooms/{slug}/members", response=Members, summary="Members of a room")
def list_members(
    request: Request,
    slug: Slug,
    query: Query = "",
    role: Literal["", "owner", "moderator", "member"] = "",
    cursor: Number = 0,
) -> HttpResponse:
    """All of them, or those of a role, or whose names have `query` in them."""
    membership = access.read_room(request.auth, slug)
    rows = list(selectors.members(membership.room, query=query, role=role).filter(user_id__gt=cursor)[: PAGE + 1])
    more = next_page(request, rows[PAGE - 1].user_id) if len(rows) > PAGE else None
    return sent({"members": [member_of(row) for row in rows[:PAGE]], "next": more})


@router.get("/rooms/{slug}/presence", response=Presence, summary="Who is here")
def presence(request: Request, slug: Slug) -> HttpResponse:
    """Whoever is invisible is not."""
    membership = access.read_room(request.auth, slug)
    return sent(who_is_here(membership.room))


@router.post("/rooms/{slug}/members", response=Member, summary="Take somebody into a room")
def add_member(request: Request, slug: Slug, member: NewMember) -> HttpResponse:
    """For moderators. Somebody who is in the room stays as they are."""
    membership = access.enter_room(request.auth, slug)
    person = access.find_person(member.username)
    return sent(member_of(members.add_member(membership=membership, user=person)))


@router.patch("/rooms/{slug}/members/{username}", response=Member, summary="Give a member another role")
def set_role(request: Request, slug: Slug, username: Username, role: Role) -> HttpResponse:
    """For owners."""
    membership = access.enter_room(request.auth, slug)
    person = access.find_person(username)
    return sent(member_of(members.set_role(membership=membership, user=person, role=role.role, reason=role.reason)))


@router.delete("/rooms/{slug}/members/{username}", response={204: None}, summary="Remove a member")
def remove_member(request: Request, slug: Slug, username: Username, reason: Text = "") -> HttpResponse:
    """For moderators. They may come back."""
    membership = access.enter_room(request.auth, slug)
    person = access.find_person(username)
    members.remove_member(membership=membership, user=person, reason=reason)
    return HttpResponse(status=204)


def member_of(row: Membership) -> dict[str, Any]:
    return encoding.profile(row.user) | {
        "bot": row.user.is_bot,
        "role": row.role,
        "joined_at": timestamp(row.joined_at),
    }
