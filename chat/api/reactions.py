"""Reactions to a message."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from chat import access
from chat.api.auth import Request
from chat.api.messages import Message, the_message
from chat.api.shapes import Seq, Slug
from chat.protocol.commands import Text
from chat.services import messages

router = Router(tags=["Messages"])
PATH = "/rooms/{slug}/messages/{seq}/reactions/{emoji}"
Emoji = Annotated[Text, Field(min_length=1, description="One emoji, percent-encoded.", examples=["👍"])]


@router.put(PATH, response=Message, summary="React to a message")
def react(request: Request, slug: Slug, seq: Seq, emoji: Emoji) -> HttpResponse:
    return _react(request, slug, seq, emoji, on=True)


@router.delete(PATH, response=Message, summary="Take a reaction back")
def unreact(request: Request, slug: Slug, seq: Seq, emoji: Emoji) -> HttpResponse:
    return _react(request, slug, seq, emoji, on=False)


def _react(request: Request, slug: str, seq: int, emoji: str, *, on: bool) -> HttpResponse:
    membership = access.enter_room(request.auth, slug, seq=seq)
    messages.set_reaction(membership=membership, seq=seq, emoji=emoji, on=on)
    return the_message(membership, seq)
