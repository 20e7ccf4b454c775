"""What a load is made of: people, their sockets, and the frames that come to them."""

import socket
from typing import NamedTuple

from bench.dialects import Kind, numbers


class Person(NamedTuple):
    """Somebody with a session, and the room to enter."""

    cookie: str
    room: str


class Frame:
    """A frame of the server, understood: its messages' numbers, and how often it came at which tick."""

    __slots__ = ("count", "kind", "numbers", "payload", "ticks", "total")

    def __init__(self, kind: Kind, payload: bytes, first: int = 0) -> None:
        self.kind = kind
        self.payload = payload
        # What comes late from an earlier measurement belongs to none.
        self.numbers = tuple(n - first for n in numbers(payload) if n >= first) if kind is Kind.MESSAGES else ()
        self.count = len(self.numbers)
        self.total = sum(self.numbers)
        self.ticks: dict[int, int] = {}


class Socket:
    """One person's socket. `received` and `total` count its messages and sum up their numbers."""

    __slots__ = (
        "begun_at",
        "buffer",
        "is_open",
        "is_ready",
        "outgoing",
        "person",
        "ready_at",
        "received",
        "sock",
        "total",
    )

    def __init__(self, person: Person) -> None:
        self.person = person
        self.begun_at = self.ready_at = 0.0
        self.buffer = self.outgoing = b""
        self.is_open = self.is_ready = False
        self.received = self.total = 0
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
