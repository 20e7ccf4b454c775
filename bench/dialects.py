"""What the two sites say on the wire, as far as the load generator needs it."""

import json
import re
from enum import Enum, auto
from typing import Protocol
from uuid import uuid4

MARK = re.compile(rb'"body": ?"nr=(\d+);')
FILLING = "a message of a hundred letters, as people write them in a room where there is talk "


class Kind(Enum):
    """What a frame of the server means to a load."""

    READY = auto()  # the backlog is here: this socket is served
    MESSAGES = auto()
    ACK = auto()
    REFUSED = auto()
    OTHER = auto()


def body(number: int) -> str:
    """A hundred letters that begin with the message's number."""
    return f"nr={number}; {FILLING}"[:100].ljust(100, ".")


def numbers(payload: bytes) -> tuple[int, ...]:
    """The numbers of the messages in a frame, in order."""
    return tuple(map(int, MARK.findall(payload)))


class Dialect(Protocol):
    name: str
    has_acks: bool

    def path(self, room: str) -> str: ...
    def message(self, number: int, room: str) -> bytes: ...
    def kind(self, payload: bytes) -> Kind: ...
    def acked(self, payload: bytes) -> int: ...


class Site:
    """This project's site: docs/protocol.md."""

    name = "site"
    has_acks = True

    def __init__(self) -> None:
        # No run and no step of a run repeats a client_id of another.
        self._run, self._count = uuid4().hex[:12], 0

    def path(self, room: str) -> str:
        return f"/ws/chat/{room}/?backlog=50"

    def message(self, number: int, room: str) -> bytes:
        self._count += 1
        client_id = f"{self._count:08x}-0000-4000-8000-{self._run}"
        fields = {"type": "send", "ref": str(number), "room": room, "body": body(number), "client_id": client_id}
        return json.dumps(fields).encode()

    def kind(self, payload: bytes) -> Kind:
        if payload.startswith(b'{"type":"events"'):
            return Kind.MESSAGES
        if payload.startswith(b'{"type":"ack"'):
            return Kind.ACK
        if payload.startswith(b'{"type":"subscribed"'):
            return Kind.READY
        return Kind.REFUSED if payload.startswith(b'{"type":"error"') else Kind.OTHER

    def acked(self, payload: bytes) -> int:
        return int(json.loads(payload)["ref"])


class Naive:
    """The tutorial's site: no acks, a message comes back to its sender like to everyone."""

    name = "naive"
    has_acks = False

    def path(self, room: str) -> str:
        return f"/ws/chat/{room}/"

    def message(self, number: int, room: str) -> bytes:
        return json.dumps({"body": body(number)}).encode()

    def kind(self, payload: bytes) -> Kind:
        if payload.startswith(b'{"type": "message"'):
            return Kind.MESSAGES
        return Kind.READY if payload.startswith(b'{"type": "history"') else Kind.OTHER

    def acked(self, payload: bytes) -> int:
        return numbers(payload)[0]
