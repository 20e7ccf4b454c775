"""Messages of a room, in the protocol's own JSON, and one's read marker."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from chat import access, protocol, selectors
from chat.api.auth import Request
from chat.api.shapes import NO_REASON, Body, Limit, Person, Reason, Seq, Shape, Slug, below, sent
from chat.errors import BadRequest, NotFound
from chat.hub import who_is_online
from chat.models import Membership
from chat.protocol import BACKLOG, upload_ids
from chat.protocol.commands import ClientId, Number, Text
from chat.services import members, messages

router = Router(tags=["Messages"])


class Author(Person):
    bot: bool


class Reaction(Shape):
    emoji: str
    count: int
    users: list[int]


class Deletion(Shape):
    by: Literal["author", "moderator"]
    reason: str


class Thumbnail(Shape):
    url: str
    width: int
    height: int


class Attachment(Shape):
    """A file of a message. Sides are known of pictures alone, in pixels; `thumbnails` are WebP, the smallest first."""

    id: str
    name: str
    type: str
    size: int
    width: int | None
    height: int | None
    animated: bool
    alt: str
    url: str
    thumbnails: list[Thumbnail]

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "5f0c9d0e-4c49-4a6b-8f5e-0d9a3c5f7b21", "name": "plan.png", "type": "image/png", "size": 81920,
                "width": 1200, "height": 800, "animated": False, "alt": "The plan of the house",
                "url": "/uploads/5f0c9d0e-4c49-4a6b-8f5e-0d9a3c5f7b21/",
                "thumbnails": [
                    {"url": "/uploads/5f0c9d0e-4c49-4a6b-8f5e-0d9a3c5f7b21/480/", "width": 480, "height": 320}
                ],
            }
        }
    )  # fmt: skip


class Message(Shape):
    """A message as every reader gets it, on the socket too. A tombstone has `deleted`, and no text."""

    seq: int
    rev: int
    kind: Literal["text", "system"]
    client_id: str | None
    author: Author | None
    created_at: str
    edited_at: str | None
    body: str
    html: str
    reply_to: int | None
    mentions: list[int]
    mentions_all: Literal["room", "here"] | None
    reactions: list[Reaction]
    attachments: list[Attachment]
    pinned: bool
    deleted: Deletion | None
    event: dict[str, Any] | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "seq": 121, "rev": 132, "kind": "text", "client_id": "0b0e6c1e-5b0c-4f0e-9c53-5f8f0f1d2a3b",
                "author": {"id": 7, "username": "ines", "name": "Inés", "bot": False},
                "created_at": "2026-11-22T09:00:00.123Z", "edited_at": None, "body": "hello **all**",
                "html": "hello <strong>all</strong>", "reply_to": 90, "mentions": [9], "mentions_all": None,
                "reactions": [{"emoji": "👍", "count": 2, "users": [7, 9]}], "attachments": [], "pinned": False,
                "deleted": None,
            }
        }
    )  # fmt: skip


class History(Shape):
    """The protocol's `history`: messages in order of seq, and whether there are others on either side."""

    type: Literal["history"]
    room: str
    epoch: str
    has_before: bool
    has_after: bool
    mine: dict[str, list[str]]
    messages: list[Message]


NewClientId = Annotated[ClientId, Field(examples=["0b0e6c1e-5b0c-4f0e-9c53-5f8f0f1d2a3b"])]


class NewMessage(Body):
    """`client_id` is a new UUID for each message, and the same one on each retry of it."""

    body: Annotated[Text, Field(description="Markdown.", examples=["hello **all**"])]
    client_id: NewClientId
    reply_to: Number | None = None
    attachments: Annotated[list[Text], Field(description="Ids of uploads.", examples=[[]])] | None = None


class Edit(Body):
    body: Annotated[Text, Field(examples=["hello *all*"])]
    if_rev: Annotated[Number, Field(description="Edit only what still has this `rev`.")] | None = None


class Marker(Body):
    seq: Annotated[Number, Field(examples=[121])]
    back: Annotated[bool, Field(description="Move it backward too.")] = False


class Marked(Shape):
    read_seq: int


@router.get("/rooms/{slug}/messages", response=History, summary="Messages of a room")
def list_messages(
    request: Request,
    slug: Slug,
    before: Number | None = None,
    after: Number | None = None,
    around: Number | None = None,
    limit: Limit = BACKLOG,
) -> HttpResponse:
    """Those next `before` or `after` a seq, or `around` one; the newest where no place is given."""
    place = {"before": before, "after": after, "around": around}
    given = {name: seq for name, seq in place.items() if seq is not None}
    if len(given) > 1:
        raise BadRequest("Give at most one of before, after and around.", field="before")
    with selectors.snapshot_of_now():
        membership = access.read_room(request.auth, slug)
        fields = selectors.history_fields(membership, **(given or {"before": membership.room.seq + 1}), limit=limit)
    return sent(protocol.page_frame("history", None, fields))


@router.post(
    "/rooms/{slug}/messages",
    response={201: Message, 200: Message},
    summary="Post a message",
)
def post_message(request: Request, slug: Slug, message: NewMessage) -> HttpResponse:
    """201: it is posted. 200: it was posted before with this `client_id`; as it is now."""
    membership = access.see_room(request.auth, slug)
    client_id: UUID = message.client_id  # type: ignore[assignment]
    posted = messages.post_message(
        membership=membership,
        body=message.body,
        client_id=client_id,
        reply_to=message.reply_to,
        uploads=upload_ids(message.attachments or ()),
        online=who_is_online,
    )
    status = 200 if posted.is_duplicate else 201
    return the_posted(posted, status, Location=below(request, posted.seq))


@router.get("/rooms/{slug}/messages/{seq}", response=Message, summary="A message")
def get_message(request: Request, slug: Slug, seq: Seq) -> HttpResponse:
    return the_message(access.read_room(request.auth, slug), seq)


@router.patch("/rooms/{slug}/messages/{seq}", response=Message, summary="Edit my message")
def edit_message(request: Request, slug: Slug, seq: Seq, edit: Edit) -> HttpResponse:
    membership = access.enter_room(request.auth, slug, seq=seq)
    messages.edit_message(membership=membership, seq=seq, body=edit.body, if_rev=edit.if_rev, online=who_is_online)
    return the_message(membership, seq)


@router.delete("/rooms/{slug}/messages/{seq}", response=Message, summary="Delete a message")
def delete_message(request: Request, slug: Slug, seq: Seq, reason: Text = "") -> HttpResponse:
    """One's own, or as a moderator that of somebody of lower rank. The answer is the tombstone."""
    membership = access.enter_room(request.auth, slug, seq=seq)
    messages.delete_message(membership=membership, seq=seq, reason=reason)
    return the_message(membership, seq)


@router.post("/rooms/{slug}/messages/{seq}/restore", response=Message, summary="Undo a deletion")
def restore_message(request: Request, slug: Slug, seq: Seq, why: Reason = NO_REASON) -> HttpResponse:
    """For moderators; for ten minutes also what one deleted oneself."""
    membership = access.enter_room(request.auth, slug, seq=seq)
    messages.restore_message(membership=membership, seq=seq, reason=why.reason)
    return the_message(membership, seq)


@router.put("/rooms/{slug}/read", response=Marked, summary="Move my read marker")
def mark_read(request: Request, slug: Slug, marker: Marker) -> HttpResponse:
    membership = access.enter_room(request.auth, slug)
    return sent({"read_seq": members.mark_read(membership=membership, seq=marker.seq, back=marker.back)})


def the_message(membership: Membership, seq: int) -> HttpResponse:
    """The message at that place as it is now. Raises NotFound."""
    found = selectors.encode(selectors.in_sight(membership).filter(seq=seq))
    if not found:
        raise NotFound("There is no such message.", field="seq")
    return sent(found[0].text)


def the_posted(posted: messages.Posted, status: int, **headers: str) -> HttpResponse:
    """One's own message as it is now, for whom it was posted, also where it was long ago."""
    (found,) = selectors.encode(selectors.messages(posted.message.room).filter(seq=posted.seq))
    return sent(found.text, status, **headers)
