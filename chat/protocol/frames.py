"""Frames: server to client."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple, cast

from pydantic_core import to_json

from chat.errors import ChatError
from chat.protocol.limits import SERVER_FRAME_BYTES


class Change(NamedTuple):
    """One durable change of a room: the message `seq` (0: the room's own settings) as of `rev`, encoded."""

    rev: int
    seq: int
    text: str


FrameType = Literal[
    "hello",
    "ack",
    "pong",
    "error",
    "resync",
    "typing",
    "presence",
    "status",
    "my_status",
    "my_level",
    "read",
    "room_joined",
    "room_left",
    "me",
    "notice",
    "notify",
    "room_settings",
    "room_order",
    "saved",
    "join_requests",
    "reports",
    "ignored",
]


def dumps(data: object) -> str:
    """Compact JSON."""
    return to_json(data).decode()


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
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
