"""Invite links, into a room or to the site."""

from typing import Annotated, Any

from django.http import HttpResponse
from django.urls import reverse
from ninja import Router
from pydantic import Field

from chat import access, encoding, selectors
from chat.api.auth import Request
from chat.api.rooms import the_room
from chat.api.shapes import Body, Moment, Person, Room, Shape, Slug, sent
from chat.models import InviteLink
from chat.protocol import timestamp
from chat.protocol.commands import Number, Text
from chat.services import invites

router = Router(tags=["Ways in"])
PATH = "/rooms/{slug}/invites"


class NewLink(Body):
    """Without `expires_at` or `uses_most` the link has no such bound."""

    expires_at: Annotated[Moment, Field(description="Within a year.")] | None = None
    uses_most: Annotated[Number, Field(description="For 1 to 1,000 people.", examples=[10])] | None = None


NO_BOUND = NewLink()


class Link(Shape):
    id: int
    by: Person | None
    created_at: str
    expires_at: str | None
    uses_most: int | None
    uses: int


class MadeLink(Link):
    """`address` is in this answer and nowhere else; whoever has it may come in."""

    address: str


class Links(Shape):
    """Those that still let somebody in, the newest first."""

    invites: list[Link]


class Use(Shape):
    user: Person
    used_at: str


class Uses(Shape):
    """Who came by a link, the newest first."""

    uses: list[Use]


class Secret(Body):
    secret: Annotated[Text, Field(description="The last part of a link's address.", examples=["Zm9yIHlvdQ"])]


@router.post("/invites/use", response={200: Room, 204: None}, summary="Come in by an invite link")
def use_invite(request: Request, link: Secret) -> HttpResponse:
    """200 and the room; 204 where the link is one of the site, where I am already."""
    membership = invites.use_invite(user=request.auth, secret=link.secret)
    if membership is None:
        return HttpResponse(status=204)
    membership.user = request.auth
    return sent(the_room(membership))


# ---------- into a room


@router.get(PATH, response=Links, summary="Invite links of a room")
def list_invites(request: Request, slug: Slug) -> HttpResponse:
    """For those who may take people in."""
    return _links(access.enter_to_invite(request.auth, slug).room)


@router.post(PATH, response={201: MadeLink}, summary="Make an invite link into a room")
def create_invite(request: Request, slug: Slug, link: NewLink = NO_BOUND) -> HttpResponse:
    membership = access.enter_to_invite(request.auth, slug)
    made = invites.create_invite(membership=membership, expires_at=link.expires_at, uses_most=link.uses_most)  # type: ignore[arg-type]
    return _made(request, *made)


@router.delete(f"{PATH}/{{number}}", response={204: None}, summary="Revoke an invite link of a room")
def revoke_invite(request: Request, slug: Slug, number: Number) -> HttpResponse:
    """For its maker, and moderators."""
    membership = access.enter_room(request.auth, slug)
    invites.revoke_invite(actor=request.auth, link=access.find_invite(membership.room, number))
    return HttpResponse(status=204)


@router.get(f"{PATH}/{{number}}/uses", response=Uses, summary="Who came by an invite link of a room")
def list_uses(request: Request, slug: Slug, number: Number) -> HttpResponse:
    """For moderators."""
    membership = access.enter_to_moderate(request.auth, slug)
    return _uses(access.find_invite(membership.room, number))


# ---------- to the site


@router.get("/invites", response=Links, summary="Invite links of the site")
def list_site_invites(request: Request) -> HttpResponse:
    """For site moderators."""
    access.moderate_site(request.auth)
    return _links(None)


@router.post("/invites", response={201: MadeLink}, summary="Make an invite link to the site")
def create_site_invite(request: Request, link: NewLink = NO_BOUND) -> HttpResponse:
    """For site moderators."""
    made = invites.create_site_invite(actor=request.auth, expires_at=link.expires_at, uses_most=link.uses_most)  # type: ignore[arg-type]
    return _made(request, *made)


@router.delete("/invites/{number}", response={204: None}, summary="Revoke an invite link of the site")
def revoke_site_invite(request: Request, number: Number) -> HttpResponse:
    """For site moderators."""
    access.moderate_site(request.auth)
    invites.revoke_invite(actor=request.auth, link=access.find_invite(None, number))
    return HttpResponse(status=204)


@router.get("/invites/{number}/uses", response=Uses, summary="Who came by an invite link of the site")
def list_site_uses(request: Request, number: Number) -> HttpResponse:
    """For site moderators."""
    access.moderate_site(request.auth)
    return _uses(access.find_invite(None, number))


def _links(room: Any) -> HttpResponse:
    rows: list[Any] = list(selectors.invites(room))
    return sent({"invites": [_link(row, row.use_count) for row in rows]})


def _link(row: InviteLink, uses: int) -> dict[str, Any]:
    return {
        "id": row.pk,
        "by": row.by and encoding.person(row.by),
        "created_at": timestamp(row.created_at),
        "expires_at": row.expires_at and timestamp(row.expires_at),
        "uses_most": row.uses_most,
        "uses": uses,
    }


def _made(request: Request, row: InviteLink, secret: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("chat:invite", args=[secret]))
    return sent(_link(row, 0) | {"address": address}, 201)


def _uses(link: InviteLink) -> HttpResponse:
    rows = selectors.invite_uses(link)
    return sent({"uses": [{"user": encoding.person(row.user), "used_at": timestamp(row.used_at)} for row in rows]})
