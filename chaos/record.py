"""Who takes part in a run, and what it leaves as evidence: what people sent and saw, what the database holds. Pure."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Broken(Exception):  # noqa: N818 - the promise is broken, not the program
    """A promise of the protocol that was not kept, in one sentence."""


@dataclass(frozen=True, slots=True)
class Pass:
    """How somebody gets in."""

    username: str
    sessionid: str
    rooms: list[str]
    moderates: list[str]


class Seen(NamedTuple):
    """A message as it stood in a frame, in history or in the database."""

    seq: int
    rev: int
    client_id: str | None
    author: int
    body: str
    is_deleted: bool


def seen(message: dict[str, Any]) -> Seen:
    """A message of the wire."""
    return Seen(
        message["seq"],
        message["rev"],
        message["client_id"],
        (message["author"] or {"id": 0})["id"],
        message["body"],
        message["deleted"] is not None,
    )


def messages_of(frame: dict[str, Any]) -> tuple[Seen, ...]:
    """The messages of a frame of the wire."""
    return tuple(seen(message) for message in frame["messages"])


class Frame(NamedTuple):
    """One step in a person's journal: `opened` (a new socket), `subscribed`, `events` or `ended` (a subscription)."""

    kind: str
    connection: int
    room: str = ""
    messages: tuple[Seen, ...] = ()
    prev: int = 0
    rev: int = 0
    since: int | None = None
    epoch: str = ""
    seq: int = 0
    is_reset: bool = False
    has_before: bool | None = None


class Ack(NamedTuple):
    """The answer to one try of a send: on which socket, the how manieth try of all, and where the message stands."""

    connection: int
    attempt: int
    seq: int
    rev: int
    is_duplicate: bool


class Change(NamedTuple):
    """An acknowledged edit (`text`) or deletion (None)."""

    text: str | None
    rev: int


@dataclass(slots=True)
class Sent:
    """One message of one person: every text ever sent for it, in order, and every answer."""

    client_id: str
    room: str
    author: int
    texts: list[str]
    acks: list[Ack] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    is_dead: bool = False
    is_busy: bool = False

    @property
    def rev(self) -> int:
        """The newest rev that its author knows of."""
        return max([ack.rev for ack in self.acks] + [change.rev for change in self.changes])


@dataclass(slots=True)
class Witness:
    """All that one person sent and saw."""

    name: str
    sent: list[Sent] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)


class RoomNow(NamedTuple):
    """A room in the database: its numbers and rows, and the same rows as `history` gives them."""

    seq: int
    rev: int
    epoch: str
    rows: list[Seen]
    history: list[Seen]


@dataclass(slots=True)
class Evidence:
    """Everything the checker looks at."""

    people: list[Witness]
    rooms: dict[str, RoomNow]
