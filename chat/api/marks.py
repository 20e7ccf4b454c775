"""What one does with a message besides: reactions, pins, earlier versions, forwarding."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from ninja import Router
from pydantic import Field

from chat import access, selectors
from chat.api.auth import Request
from chat.api.messages import Message, NewClientId, the_message, the_posted
from chat.api.shapes import Body, Seq, Shape, Slug, sent
from chat.protocol.commands import Text
from chat.services import messages

router = Router(tags=["Messages"])
MESSAGE = "/rooms/{slug}/messages/{seq}"
Emoji = Annotated[Text, Field(min_length=1, description="One emoji, percent-encoded.", examples=["👍"])]


class Pins(Shape):
    """The newest pin first."""

    messages: list[Message]


class Revision(Shape):
    """What the message said, until `edited_at`."""

    body: str
    edited_at: str


class Revisions(Shape):
    """From the first version on."""

    revisions: list[Revision]


class Forward(Body):
    to: Slug
    client_id: NewClientId


@router.put(f"{MESSAGE}/reactions/{{emoji}}", response=Message, summary="React to a message")
def react(request: Request, slug: Slug, seq: Seq, emoji: Emoji) -> HttpResponse:
    return _react(request, slug, seq, emoji, on=True)


@router.delete(f"{MESSAGE}/reactions/{{emoji}}", response=Message, summary="Take a reaction back")
def unreact(request: Request, slug: Slug, seq: Seq, emoji: Emoji) -> HttpResponse:
    return _react(request, slug, seq, emoji, on=False)


@router.get("/rooms/{slug}/pins", response=Pins, summary="Pinned messages of a room")
def list_pins(request: Request, slug: Slug) -> HttpResponse:
    membership = access.read_room(request.auth, slug)
    texts = [change.text for change in selectors.encode(selectors.pins(membership))]
    return sent(f'{{"messages":[{",".join(texts)}]}}')


@router.put(f"{MESSAGE}/pin", response=Message, summary="Pin a message")
def pin(request: Request, slug: Slug, seq: Seq) -> HttpResponse:
    """The room says who did."""
    return _pin(request, slug, seq, on=True)


@router.delete(f"{MESSAGE}/pin", response=Message, summary="Unpin a message")
def unpin(request: Request, slug: Slug, seq: Seq) -> HttpResponse:
    return _pin(request, slug, seq, on=False)


@router.get(f"{MESSAGE}/revisions", response=Revisions, summary="What a message said before")
def list_revisions(request: Request, slug: Slug, seq: Seq) -> HttpResponse:
    """For moderators, and for everyone where the site allows it."""
    message = access.find_edited(access.read_room(request.auth, slug), seq)
    return sent({"revisions": selectors.revisions(message)})


@router.post(f"{MESSAGE}/forward", response={201: Message, 200: Message}, summary="Quote a message in another room")
def forward(request: Request, slug: Slug, seq: Seq, to: Forward) -> HttpResponse:
    """201: it is posted there. 200: it was posted before with this `client_id`."""
    source = access.enter_room(request.auth, slug, seq=seq)
    target = access.enter_room(request.auth, to.to)
    client_id: UUID = to.client_id  # type: ignore[assignment]
    posted = messages.forward_message(membership=source, seq=seq, to=target, client_id=client_id)
    at = reverse("chat:api:get_message", args=[target.room.slug, posted.seq])
    return the_posted(posted, 200 if posted.is_duplicate else 201, Location=at)


def _react(request: Request, slug: str, seq: int, emoji: str, *, on: bool) -> HttpResponse:
    membership = access.enter_room(request.auth, slug, seq=seq)
    messages.set_reaction(membership=membership, seq=seq, emoji=emoji, on=on)
    return the_message(membership, seq)


def _pin(request: Request, slug: str, seq: int, *, on: bool) -> HttpResponse:
    membership = access.enter_room(request.auth, slug, seq=seq)
    messages.set_pin(membership=membership, seq=seq, on=on)
    return the_message(membership, seq)
