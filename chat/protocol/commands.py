"""Commands: client to server."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from chat.errors import BadRequest, NotFound
from chat.protocol.emoji import emoji_of
from chat.protocol.limits import BACKLOG_MOST, LAST_YEAR, REF_LENGTH


def clean(text: str) -> str:
    """Refuses what no text column can hold: NUL and lone surrogates."""
    if not _is_clean(text):
        raise ValueError("must not contain the character NUL or half of a character")
    return text


def one_emoji(text: str) -> str:
    """The emoji in its one form; refuses what is none."""
    if (found := emoji_of(text)) is None:
        raise ValueError("must be one emoji")
    return found


def moment(text: str) -> datetime:
    """A time with its offset, as ISO 8601, in UTC; one that every zone has a day for. Raises ValueError."""
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            raise ValueError("name the offset from UTC, as in 2026-11-22T09:00:00Z")
        found = found.astimezone(UTC)
    except OverflowError:
        raise ValueError("is beyond all calendars") from None
    if found.year > LAST_YEAR:
        raise ValueError("is beyond all calendars")
    return found


_UNCLEAN = re.compile("[\0\ud800-\udfff]")
Text = Annotated[str, AfterValidator(clean)]
Emoji = Annotated[Text, AfterValidator(one_emoji)]
Number = Annotated[int, Field(ge=0, le=2**53 - 1)]
# As the server writes times itself.
Moment = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$"), AfterValidator(moment)]
ClientId = Annotated[
    str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"), AfterValidator(UUID)
]


def upload_ids(values: Iterable[object]) -> list[UUID]:
    """The ids of uploads, each once, in order. Raises NotFound for what can't be one."""
    try:
        return list(dict.fromkeys(UUID(value) for value in values))  # type: ignore[arg-type]
    except (ValueError, TypeError, AttributeError):
        raise NotFound("There is no such upload.", field="attachments") from None


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
    presence: bool | None = None


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


class React(RoomCommand):
    seq: Number
    emoji: Emoji
    on: bool


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


# Beyond the contract: see docs/protocol.md, Additions.
class Pin(RoomCommand):
    seq: Number
    on: bool


class Save(RoomCommand):
    seq: Number
    on: bool
    remind_at: Moment | None = None


class Forward(RoomCommand):
    seq: Number
    to: Text
    client_id: ClientId


class Ping(Command):
    pass


COMMANDS: Mapping[str, type[Command]] = {
    "subscribe": Subscribe,
    "unsubscribe": Unsubscribe,
    "send": Send,
    "edit": Edit,
    "delete": Delete,
    "react": React,
    "read": Read,
    "join": Join,
    "leave": Leave,
    "typing": Typing,
    "history": History,
    "ping": Ping,
    "pin": Pin,
    "save": Save,
    "forward": Forward,
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
        data = _decoder.decode(text)
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


_decoder = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_integer)


def _well_formed(value: object, longest: int | None) -> str | None:
    """The text if it could stand in a command, else None."""
    if not isinstance(value, str) or (longest is not None and len(value) > longest):
        return None
    return value if _is_clean(value) else None


def _is_clean(text: str) -> bool:
    return _UNCLEAN.search(text) is None
