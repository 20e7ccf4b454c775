"""What is put on a message: reactions and pins."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from chat import access, selectors
from chat.api.auth import Request
from chat.api.messages import Message, the_message
from chat.api.shapes import Seq, Shape, Slug, sent
from chat.protocol.commands import Text
from chat.services import messages

router = Router(tags=["Messages"])
MESSAGE = "/rooms/{slug}/messages/{seq}"
Emoji = Annotated[Text, Field(min_length=1, description="One emoji, percent-encoded.", examples=["👍"])]


class Pins(Shape):
    """The newest pin first."""

    messages: list[Message]


@router.put(f"{MESSAGE}/reactions/{{emoji}}", response=Message, summary="React to a message")
def react(request: Request, slug: Slug, seq: Seq, emoji: Emoji) -> HttpResponse:
    return _react(request, slug, seq, emoji, on=True)


@router.delete(f"{MESSAGE}/reactions/{{emoji}}", response=Message, summary="Take a reaction back")
def unreact(request: Request, slug: Slug, seq: Seq, emoji: Emoji) -> HttpResponse:
    return _react(request, slug, seq, emoji, on=False)


@router.get("/rooms/{slug}/pins", response=Pins, summary="Pinned messages of a room")
def list_pins(request: Request, slug: Slug) -> HttpResponse:
    membership = access.read_room(request.auth, slug)
    texts = [change.text for change in selectors.encode(selectors.pins(membership.room))]
    return sent(f'{{"messages":[{",".join(texts)}]}}')


@router.put(f"{MESSAGE}/pin", response=Message, summary="Pin a message")
def pin(request: Request, slug: Slug, seq: Seq) -> HttpResponse:
    """The room says who did."""
    return _pin(request, slug, seq, on=True)


@router.delete(f"{MESSAGE}/pin", response=Message, summary="Unpin a message")
def unpin(request: Request, slug: Slug, seq: Seq) -> HttpResponse:
    return _pin(request, slug, seq, on=False)


def _react(request: Request, slug: str, seq: int, emoji: str, *, on: bool) -> HttpResponse:
    membership = access.enter_room(request.auth, slug, seq=seq)
    messages.set_reaction(membership=membership, seq=seq, emoji=emoji, on=on)
    return the_message(membership, seq)


def _pin(request: Request, slug: str, seq: int, *, on: bool) -> HttpResponse:
    membership = access.enter_room(request.auth, slug, seq=seq)
    messages.set_pin(membership=membership, seq=seq, on=on)
    return the_message(membership, seq)
