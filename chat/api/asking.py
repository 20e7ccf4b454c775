"""Asking to join a private room that is in the directory."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from chat import access, encoding, selectors
from chat.api.auth import Request
from chat.api.shapes import NO_REASON, PAGE, Body, Person, Reason, Shape, Slug, next_page, sent
from chat.models import JoinRequest
from chat.protocol import timestamp
from chat.protocol.commands import Number, Text
from chat.services import members

router = Router(tags=["Ways in"])
PATH = "/rooms/{slug}/requests"


class Wish(Body):
    words: Annotated[Text, Field(description="To the moderators, at most 200 characters.", examples=["Hello!"])] = ""


NO_WORDS = Wish()


class Asked(Shape):
    """A request to join a room."""

    id: int
    user: Person
    words: str
    asked_at: str


class AskedList(Shape):
    """The oldest first; `next` is the address of the next page, null on the last."""

    requests: list[Asked]
    next: str | None


@router.post(PATH, response={201: Asked}, summary="Ask to join a room")
def ask(request: Request, slug: Slug, wish: Wish = NO_WORDS) -> HttpResponse:
    """Who asks already goes on asking."""
    room = access.askable_room(request.auth, slug)
    return sent(_asked(members.ask_to_join(user=request.auth, room=room, words=wish.words)), 201)


@router.delete(PATH, response={204: None}, summary="Ask no longer")
def withdraw(request: Request, slug: Slug) -> HttpResponse:
    members.withdraw_join_request(user=request.auth, room=access.askable_room(request.auth, slug))
    return HttpResponse(status=204)


@router.get(PATH, response=AskedList, summary="Who asks to join")
def list_requests(request: Request, slug: Slug, cursor: Number = 0) -> HttpResponse:
    """For moderators, like the answers."""
    membership = access.enter_to_moderate(request.auth, slug)
    rows = list(selectors.join_requests(membership.room).filter(pk__gt=cursor).order_by("pk")[: PAGE + 1])
    more = next_page(request, rows[PAGE - 1].pk) if len(rows) > PAGE else None
    return sent({"requests": [_asked(row) for row in rows[:PAGE]], "next": more})


@router.post(f"{PATH}/{{number}}/accept", response={204: None}, summary="Let somebody in who asks")
def accept(request: Request, slug: Slug, number: Number, why: Reason = NO_REASON) -> HttpResponse:
    return _answer(request, slug, number, why.reason, accept=True)


@router.post(f"{PATH}/{{number}}/decline", response={204: None}, summary="Decline somebody who asks")
def decline(request: Request, slug: Slug, number: Number, why: Reason = NO_REASON) -> HttpResponse:
    return _answer(request, slug, number, why.reason, accept=False)


def _answer(request: Request, slug: str, number: int, reason: str, *, accept: bool) -> HttpResponse:
    membership = access.enter_to_moderate(request.auth, slug)
    asked = access.find_request(membership, number)
    members.answer_join_request(membership=membership, request=asked, accept=accept, reason=reason)
    return HttpResponse(status=204)


def _asked(row: JoinRequest) -> dict[str, Any]:
    return {
        "id": row.pk,
        "user": encoding.person(row.user),
        "words": row.words,
        "asked_at": timestamp(row.asked_at),
    }
