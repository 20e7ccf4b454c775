"""Mutes and bans in a room, for its moderators."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from chat import access, encoding, selectors
from chat.api.auth import Request
from chat.api.shapes import Body, Moment, Person, Shape, Slug, Username, sent
from chat.models import Sanction
from chat.protocol import timestamp
from chat.protocol.commands import Number, Text
from chat.services import moderation

router = Router(tags=["Members"])
PATH = "/rooms/{slug}/sanctions"


class NewSanction(Body):
    """A mute lets one read only, a ban shuts one out; without `until` for good. The person reads the reason."""

    username: Username
    kind: Literal["mute", "ban"]
    reason: Annotated[Text, Field(examples=["Advertising"])]
    until: Moment | None = None


class Standing(Shape):
    id: int
    user: Person
    kind: Literal["mute", "ban"]
    reason: str
    by: Person | None
    starts_at: str
    ends_at: str | None


class Sanctions(Shape):
    """Those in force, the newest first."""

    sanctions: list[Standing]


@router.get(PATH, response=Sanctions, summary="Who is muted in a room or banned from it")
def list_sanctions(request: Request, slug: Slug) -> HttpResponse:
    membership = access.enter_to_moderate(request.auth, slug)
    return sent({"sanctions": [_standing(row) for row in selectors.sanctions(membership.room)]})


@router.post(PATH, response={201: Standing}, summary="Mute somebody in a room, or ban them from it")
def impose(request: Request, slug: Slug, new: NewSanction) -> HttpResponse:
    """In the place of an earlier one of the same kind."""
    membership = access.enter_to_moderate(request.auth, slug)
    act = moderation.mute_user if new.kind == "mute" else moderation.ban_user
    person = access.find_person(new.username)
    sanction = act(actor=request.auth, user=person, reason=new.reason, until=new.until, room=membership.room)  # type: ignore[arg-type]
    return sent(_standing(sanction), 201)


@router.delete(f"{PATH}/{{number}}", response={204: None}, summary="End a mute or a ban early")
def lift(request: Request, slug: Slug, number: Number, reason: Text = "") -> HttpResponse:
    membership = access.enter_to_moderate(request.auth, slug)
    moderation.lift_sanction(actor=request.auth, sanction=access.find_sanction(membership, number), reason=reason)
    return HttpResponse(status=204)


def _standing(row: Sanction) -> dict[str, Any]:
    return {
        "id": row.pk,
        "user": encoding.person(row.user),
        "kind": row.kind,
        "reason": row.reason,
        "by": row.by and encoding.person(row.by),
        "starts_at": timestamp(row.starts_at),
        "ends_at": row.ends_at and timestamp(row.ends_at),
    }
