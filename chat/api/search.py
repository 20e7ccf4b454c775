"""Search across my rooms, and the way to a day."""

import json
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.timezone import get_current_timezone
from ninja import Router
from pydantic import ConfigDict, Field

from accounts.zones import zone_of
from chat import access, selectors
from chat.api import limits
from chat.api.auth import Request
from chat.api.messages import Message
from chat.api.shapes import Shape, Slug, next_page, sent
from chat.errors import NotFound
from chat.protocol import timestamp
from chat.protocol.commands import Text
from chat.search import QUERY_LENGTH, first_moment
from chat.selectors.finding import Sort
from chat.services import searching

router = Router(tags=["Search"])
PAGE, PAGE_MOST = 20, 50

Words = Annotated[
    Text,
    Field(
        max_length=QUERY_LENGTH,
        description="Words, “phrases”, beginnings*, and from: in: before: after: on: has: is: mentions:, or with a -.",
        examples=["deploy from:ines after:2026-05 has:link"],
    ),
]


class SnippetPart(Shape):
    """A line of the message's source, as plain text; each mark is from where to where, in code points."""

    text: str
    marks: list[list[int]]


class Found(Shape):
    room: str
    message: Message
    snippet: SnippetPart

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "room": "lobby",
                "message": Message.model_config["json_schema_extra"]["example"],  # type: ignore[index]
                "snippet": {"text": "hello **all**", "marks": [[0, 5]]},
            }
        }
    )


class SearchResults(Shape):
    """`next` is the address of the next page, null on the last; what is posted meanwhile does not move it."""

    results: list[Found]
    next: str | None


class DayBegins(Shape):
    seq: int
    created_at: str

    model_config = ConfigDict(json_schema_extra={"example": {"seq": 121, "created_at": "2026-11-22T09:00:00.123Z"}})


@router.get("/search", response=SearchResults, summary="Search in my rooms")
def search(
    request: Request,
    q: Words,
    sort: Sort = "relevance",
    cursor: Text = "",
    limit: Annotated[int, Field(ge=1, le=PAGE_MOST, description="At most so many.")] = PAGE,
) -> HttpResponse:
    """The newest thousand that fit by `relevance`, or all of them by time. Days are those of my own time zone."""
    limits.draw_search(request.auth)
    found = searching.search_messages(user=request.auth, text=q, sort=sort, cursor=cursor, limit=limit)
    more = next_page(request, found.cursor) if found.cursor else None
    return sent({"results": [_found(one) for one in found.found], "next": more})


@router.get("/rooms/{slug}/days/{day}", response=DayBegins, summary="Where a day begins in a room")
def find_day(
    request: Request,
    slug: Slug,
    day: Annotated[str, Field(description="As in 2026-05-03.", examples=["2026-05-03"])],
) -> HttpResponse:
    """The first message on that day of my time zone, or after it."""
    zone = zone_of(request.auth) or get_current_timezone()
    found = selectors.first_since(access.read_room(request.auth, slug), first_moment(day, zone))
    if found is None:
        raise NotFound("There is nothing on that day or after it.", field="day")
    seq, created_at = found
    return sent({"seq": seq, "created_at": timestamp(created_at)})


def _found(one: searching.Result) -> dict[str, Any]:
    (change,) = selectors.encode([one.message])
    return {
        "room": one.message.room.slug,
        "message": json.loads(change.text),
        "snippet": {"text": one.snippet.text, "marks": one.snippet.marks},
    }
