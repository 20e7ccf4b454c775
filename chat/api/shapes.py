"""Shapes that several resources share, and how an answer is sent."""

from typing import Annotated, Any, ClassVar, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from chat.protocol import REASON_LENGTH, dumps
from chat.protocol.commands import Number, Text, moment

PAGE = 50


def sent(data: object, status: int = 200, **headers: str) -> HttpResponse:
    """An answer of these objects, or of a text that is JSON already."""
    text = data if isinstance(data, str) else dumps(data)
    return HttpResponse(text, status=status, content_type="application/json", headers=headers)


def next_page(request: HttpRequest, cursor: object) -> str:
    """The address of the page after `cursor`, everything else as in this request."""
    query = request.GET.copy()
    query["cursor"] = str(cursor)
    return f"{escape_uri_path(request.path)}?{query.urlencode()}"


def below(request: HttpRequest, name: object) -> str:
    """The address of something new in this collection."""
    return f"{escape_uri_path(request.path)}/{escape_uri_path(str(name))}"


Moment = Annotated[
    str,
    AfterValidator(moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2999-01-01T00:00:00Z"]}),
]
Slug = Annotated[Text, Field(min_length=1, max_length=80, examples=["lobby"])]
Seq = Annotated[Number, Field(examples=[121])]
Username = Annotated[Text, Field(min_length=1, max_length=128, examples=["ines"])]
Query = Annotated[Text, Field(max_length=80, description="What to look for.")]
Limit = Annotated[int, Field(ge=1, le=200, description="At most so many.")]


class Shape(BaseModel):
    """What the server sends."""


class Body(BaseModel):
    """What a client sends; fields that nobody knows are ignored."""

    model_config: ClassVar[ConfigDict] = ConfigDict(strict=True, extra="ignore", frozen=True)

    def given(self) -> dict[str, Any]:
        """The fields that were sent and say something."""
        return {name: getattr(self, name) for name in self.model_fields_set if getattr(self, name) is not None}


class Reason(Body):
    """Why; readers of the audit log see it, and for a deletion everyone."""

    reason: Annotated[Text, Field(description=f"At most {REASON_LENGTH} characters.")] = ""


NO_REASON = Reason()


class Person(Shape):
    """`avatar` is an address, there where the person has a picture."""

    id: int
    username: str
    name: str
    avatar: str | None = None


class Status(Shape):
    """What somebody says of themselves now; one of `emoji` and `text` may be empty, `until` null is for good."""

    emoji: str
    text: str
    until: str | None


class RoomState(Shape):
    """What readers see of a room itself; more fields may come."""

    name: str
    topic: str
    description: str
    icon: str
    kind: Literal["public", "private", "direct"]
    slow_mode: int
    posting: Literal["everyone", "moderators"]
    inviting: Literal["everyone", "moderators"]
    pinning: Literal["everyone", "moderators"]
    mention_all: Literal["by_size", "everyone", "moderators"]
    history_for_newcomers: bool
    listed: bool
    locked: dict[str, Any] | None
    archived: bool
    people: list[Person]


class Standing(Shape):
    """What one is in a room, and may do."""

    role: Literal["owner", "moderator", "member"] | None
    can: list[str]
    read_seq: int


class Room(Shape):
    """A room up to `rev`, as the protocol's `subscribed` has it."""

    slug: str
    epoch: str
    seq: int
    rev: int
    state: RoomState
    me: Standing

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "slug": "lobby", "epoch": "k3", "seq": 120, "rev": 131,
                "state": {
                    "name": "Lobby", "topic": "Come in", "description": "", "icon": "", "kind": "public",
                    "slow_mode": 0, "posting": "everyone", "inviting": "moderators", "pinning": "moderators",
                    "mention_all": "by_size", "history_for_newcomers": True, "listed": True, "locked": None,
                    "archived": False, "people": [],
                },
                "me": {"role": "member", "can": ["send", "react"], "read_seq": 118},
            }
        }
    )  # fmt: skip
