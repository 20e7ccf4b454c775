"""The words on the wire: limits, close codes, commands and frames. docs/protocol.md is the contract.

Knows neither users nor rows nor sockets. Lengths are code points unless a name says bytes.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from typing import Annotated, Any, Literal, NamedTuple, cast
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from chat.errors import BadRequest, ChatError

VERSION = 1
BUILD = "0.1.0"
BODY_LENGTH = 4_000
SLUG_LENGTH = 80
REASON_LENGTH = 200
REF_LENGTH = 64
BACKLOG = 50
BACKLOG_MOST = 200
REPLAY_MOST = 500
ROOMS_MOST = 500
FRAME_BYTES = 65_536
SERVER_FRAME_BYTES = 4 * 1024 * 1024
COMMANDS_WAITING = 100
COMMANDS_FLOOD = 1_000
BAD_FRAMES = 30
BAD_FRAMES_SECONDS = 60
LIMITS = {"body": BODY_LENGTH, "frame": FRAME_BYTES, "backlog": BACKLOG_MOST, "rooms": ROOMS_MOST}


class Close(IntEnum):
    """Why the server ends a socket."""

    RESTART = 1012
    TOO_BIG = 1009
    BAD_FRAMES = 4400
    SIGNED_OUT = 4401
    BANNED = 4403
    TOO_SLOW = 4408
    FLOODING = 4429


# ---------- commands: client to server


def clean(text: str) -> str:
    """Refuses what no text column can hold: NUL and lone surrogates."""
    if not _is_clean(text):
        raise ValueError("must not contain the character NUL or half of a character")
    return text


_UNCLEAN = re.compile("[\0\ud800-\udfff]")
Text = Annotated[str, AfterValidator(clean)]
Number = Annotated[int, Field(ge=0, le=2**53 - 1)]
ClientId = Annotated[
    str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"), AfterValidator(UUID)
]


class Command(BaseModel):
    """What every command has: an optional `ref` that its answer carries."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    ref: Annotated[Text, Field(max_length=REF_LENGTH)] | None = None


class RoomCommand(Command):
    room: Text


class Subscribe(RoomCommand):
    since: Number | None = None
    epoch: Text | None = None
    backlog: Annotated[int, Field(ge=0, le=BACKLOG_MOST)] | None = None


class Unsubscribe(RoomCommand):
    pass


class Send(RoomCommand):
    body: Text
    client_id: ClientId
    reply_to: Number | None = None
    attachments: list[Any] | None = None


class Edit(RoomCommand):
    seq: Number
    body: Text
    if_rev: Number | None = None


class Delete(RoomCommand):
    seq: Number
    reason: Text | None = None


class Read(RoomCommand):
    seq: Number
    back: bool | None = None


class Join(RoomCommand):
    pass


class Leave(RoomCommand):
    pass


class Typing(RoomCommand):
    pass


class History(RoomCommand):
    before: Number | None = None
    after: Number | None = None
    around: Number | None = None
    limit: Annotated[int, Field(ge=1, le=BACKLOG_MOST)] | None = None

    @model_validator(mode="after")
    def has_one_place(self) -> "History":
        if sum(place is not None for place in (self.before, self.after, self.around)) != 1:
            raise ValueError("give exactly one of before, after and around")
        return self


class Ping(Command):
    pass


COMMANDS: Mapping[str, type[Command]] = {
    "subscribe": Subscribe,
    "unsubscribe": Unsubscribe,
    "send": Send,
    "edit": Edit,
    "delete": Delete,
    "read": Read,
    "join": Join,
    "leave": Leave,
    "typing": Typing,
    "history": History,
    "ping": Ping,
}


class BadCommand(BadRequest):
    """A frame that is no command; `ref` and `room` are what could be read of it."""

    def __init__(
        self, detail: str, *, field: str | None = None, ref: str | None = None, room: str | None = None
    ) -> None:
        super().__init__(detail, field=field)
        self.ref = ref
        self.room = room


def parse_command(text: str) -> Command:
    """The command in one text frame; raises BadCommand."""
    try:
        data = json.loads(text, parse_constant=_refuse_constant, parse_int=_integer)
    except (ValueError, RecursionError):
        raise BadCommand("A frame must be one JSON object.") from None
    if not isinstance(data, dict):
        raise BadCommand("A frame must be one JSON object.")
    return check_command(data)


def check_command(data: Mapping[str, Any]) -> Command:
    """The command in the fields of a frame; raises BadCommand."""
    ref, room = _well_formed(data.get("ref"), REF_LENGTH), _well_formed(data.get("room"), None)
    kind = data.get("type")
    model = COMMANDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise BadCommand("There is no such command.", field="type", ref=ref, room=room)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = str(first["loc"][0]) if first["loc"] else "before"
        raise BadCommand(f"{field}: {first['msg']}.", field=field, ref=ref, room=room) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _integer(digits: str) -> int | float:
    """Numbers that are too long for any field stay wrong in their own field."""
    return int(digits) if len(digits) <= 20 else float("inf")


def _well_formed(value: object, longest: int | None) -> str | None:
    """The text if it could stand in a command, else None."""
    if not isinstance(value, str) or (longest is not None and len(value) > longest):
        return None
    return value if _is_clean(value) else None


def _is_clean(text: str) -> bool:
    return _UNCLEAN.search(text) is None


# ---------- frames: server to client


class Change(NamedTuple):
    """One durable change of a room: the message `seq` (0: the room's own settings) as of `rev`, encoded."""

    rev: int
    seq: int
    text: str


FrameType = Literal[
    "hello", "ack", "pong", "error", "resync", "typing", "read", "room_joined", "room_left", "me", "notice"
]


def dumps(data: object) -> str:
    """Compact JSON."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def frame(kind: FrameType, /, **fields: object) -> str:
    """A frame of that type; a `ref` of None is left out."""
    if fields.get("ref", "") is None:
        del fields["ref"]
    return dumps({"type": kind} | fields)


def error_frame(error: ChatError, *, ref: str | None = None, room: str | None = None) -> str:
    """The answer to a refused command; what does not apply is absent."""
    fields = {
        "ref": ref,
        "room": room,
        "code": error.code,
        "detail": error.detail,
        "field": error.field,
        "retry_after": None if error.retry_after is None else round(error.retry_after, 3),
        "until": None if error.until is None else timestamp(error.until),
    }
    return dumps({"type": "error"} | {key: value for key, value in fields.items() if value is not None})


def page_frame(kind: Literal["subscribed", "history"], ref: str | None, fields: dict[str, object]) -> str:
    """A frame with a page of messages, whose `messages` are encoded already."""
    head = {"type": kind} if ref is None else {"type": kind, "ref": ref}
    rest = dumps(head | {key: value for key, value in fields.items() if key != "messages"})
    texts = cast("list[str]", fields["messages"])
    return f'{rest[:-1]},"messages":[{",".join(texts)}]}}'


def events_frame(room: str, prev: int, rev: int, changes: Iterable[Change]) -> tuple[str, int]:
    """`events` with the changes in (`prev`, `rev`], in order of rev, and the rev that it reaches.

    It reaches less than `rev` where all of them would be more than SERVER_FRAME_BYTES.
    """
    texts: list[str] = []
    state = ""
    size = 0
    reached = prev
    for change in changes:
        size += len(change.text.encode())
        if size > SERVER_FRAME_BYTES - 1024 and reached > prev:
            rev = reached
            break
        if change.seq:
            texts.append(change.text)
        else:
            state = f',"state":{change.text}'
        reached = change.rev
    return (
        f'{{"type":"events","room":{dumps(room)},"prev":{prev},"rev":{rev},"messages":[{",".join(texts)}]{state}}}',
        rev,
    )


def fitting(texts: Sequence[str]) -> int:
    """How many of these texts, from the first on, one server frame has room for."""
    room = SERVER_FRAME_BYTES - 65_536
    for count, text in enumerate(texts):
        room -= len(text.encode()) + 1
        if room < 0:
            return count
    return len(texts)


def timestamp(moment: datetime) -> str:
    """UTC with three decimals and `Z`; `moment` is aware, in any time zone."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


# ---------- text

# White_Space, Default_Ignorable_Code_Point, Cf and the blank braille pattern: what shows nothing.
# Source: Unicode 16, PropList.txt and DerivedCoreProperties.txt.
_BLANK = re.compile(
    r"[\t-\r \x85\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680\u17b4\u17b5"
    r"\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)


def is_blank(text: str) -> bool:
    """Nothing in it can be seen."""
    return _BLANK.fullmatch(text) is not None
