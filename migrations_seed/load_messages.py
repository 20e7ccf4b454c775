"""The messages of a load: numbered as the services would number them."""

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from chat.markdown import RENDER_VERSION
from chat.models import Message, Room
from migrations_seed.load_plan import Plan, texts
from migrations_seed.load_rows import copy_rows, without_timeout

CHUNK = 50_000
SPAN = timedelta(days=30)
FIELDS = (
    "room", "seq", "rev", "kind", "author", "client_id", "body", "html", "render_version", "mentions_all",
    "created_at", "delete_reason",
)  # fmt: skip

type Say = Callable[[str], None]


def write_messages(plan: Plan, rooms: list[Room], users: list[User], say: Say) -> None:
    """Fills rooms, several small ones or a part of a large one in each transaction: it can be stopped at any moment."""
    pool = texts(plan)
    end = timezone.now()
    talks = (
        _Talk(room, [users[index].pk for index in plan.members_of(number)], count, plan.seed, end)
        for number, (room, count) in enumerate(zip(rooms, plan.messages_in(), strict=True))
    )
    written = 0
    for parts in _together(part for talk in talks for part in talk.parts()):
        with without_timeout():
            Room.objects.renumber(talk.up_to(seqs[-1]) for talk, seqs in parts)
            copy_rows(Message, FIELDS, chain.from_iterable(talk.rows(seqs, pool) for talk, seqs in parts))
        written += sum(len(seqs) for _, seqs in parts)
        say(f"{written:,} of {plan.rooms * plan.messages:,} messages")


class _Talk:
    """What is said in one room, evenly over SPAN."""

    def __init__(self, room: Room, authors: list[int], count: int, seed: int, end: datetime) -> None:
        self._room, self._authors, self._count, self._end = room, authors, count, end
        self._step = SPAN / max(1, count)
        self._chance = random.Random(f"{seed}/{room.slug}")  # noqa: S311

    def parts(self) -> Iterator["Part"]:
        """Its seqs, at most CHUNK together."""
        for first in range(1, self._count + 1, CHUNK):
            yield self, range(first, min(self._count + 1, first + CHUNK))

    def up_to(self, seq: int) -> Room:
        """The room when it has its messages up to that one."""
        self._room.seq = self._room.rev = seq
        self._room.active_at = self._moment(seq)
        return self._room

    def rows(self, seqs: range, pool: list[tuple[str, str]]) -> Iterator[tuple[Any, ...]]:
        chance, room = self._chance, self._room.pk
        for seq in seqs:
            body, html = chance.choice(pool)
            client_id = UUID(int=chance.getrandbits(128), version=4)
            author, moment = chance.choice(self._authors), self._moment(seq)
            yield (room, seq, seq, "text", author, client_id, body, html, RENDER_VERSION, "", moment, "")

    def _moment(self, seq: int) -> datetime:
        return self._end - self._step * (self._count - seq)


type Part = tuple[_Talk, range]


def _together(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Parts that are written together: at most CHUNK messages."""
    found: list[Part] = []
    size = 0
    for part in parts:
        if found and size + len(part[1]) > CHUNK:
            yield found
            found, size = [], 0
        found.append(part)
        size += len(part[1])
    if found:
        yield found
