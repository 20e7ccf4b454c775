"""What leaves the services for open sockets: group names, the shape of events, and when they go (on commit).

An event is a doorbell and may be lost: the database is the truth and hubs check it every few seconds.
In a process with a hub the event reaches it at once and the other processes through the channel layer.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any
from uuid import uuid4

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from chat import encoding, protocol
from chat.models import Membership, Room
from chat.protocol import Change

logger = logging.getLogger(__name__)

type Event = dict[str, Any]
type Envelope = tuple[str, Event]

SEND_SECONDS = 1.0


def room_group(room_id: int) -> str:
    """The group of the processes that have a reader of the room."""
    return f"room.{room_id}"


def user_group(user_id: int) -> str:
    """The group of the processes that have a socket of the person."""
    return f"user.{user_id}"


# ---------- announcements: called by services inside their transaction (typing, which writes nothing, by its door)


def room_changed(room: Room, prev: int, changes: Collection[Change]) -> None:
    """The bell: `changes` took the room from `prev` to its rev."""
    event = {
        "type": "bell",
        "room": room.pk,
        "prev": prev,
        "rev": room.rev,
        "changes": [tuple(change) for change in changes],
    }
    _on_commit(room_group(room.pk), event)


def typing(membership: Membership, origin: str) -> None:
    """Somebody types; not to the socket that said so."""
    text = protocol.frame("typing", room=membership.room.slug, user=encoding.person(membership.user))
    event = {"type": "typing", "room": membership.room.pk, "text": text, "origin": origin}
    carrier.carry(room_group(membership.room.pk), event)


def told(user_id: int, text: str, *, origin: str = "") -> None:
    """A frame for every socket of a person but the one it came from."""
    _on_commit(user_group(user_id), {"type": "told", "user": user_id, "text": text, "origin": origin})


def read_marker_moved(membership: Membership, origin: str) -> None:
    told(
        membership.user_id,
        protocol.frame("read", room=membership.room.slug, seq=membership.read_seq),
        origin=origin,
    )


def room_joined(membership: Membership, people: Iterable[Any] = ()) -> None:
    told(membership.user_id, protocol.frame("room_joined", entry=encoding.entry(membership, 0, people)))


def standing_changed(membership: Membership) -> None:
    """Role or rights in a room are other ones now."""
    facts = encoding.me(membership)
    told(
        membership.user_id,
        protocol.frame("me", room=membership.room.slug, role=facts["role"], can=facts["can"]),
    )


def room_left(user_id: int, room: Room, reason: str) -> None:
    """The person's subscriptions of the room end, on every process."""
    text = protocol.frame("room_left", room=room.slug, reason=reason)
    event = {"type": "left", "user": user_id, "slug": room.slug, "text": text}
    _on_commit(user_group(user_id), event)


def access_changed(user_id: int) -> None:
    """Something of the person's access may have ended: every process looks anew and ends what has."""
    _on_commit(user_group(user_id), {"type": "access", "user": user_id})


# ---------- carriage


class Carrier:
    """Takes events of this process to its own hub and to the channel layer.

    A hub attaches itself once it runs; without one (management commands) events only go to the layer.
    What goes to the layer carries `source`, this carrier's name, so that the hub can leave out its own echo.
    """

    def __init__(self) -> None:
        self.name = uuid4().hex
        self._loop: asyncio.AbstractEventLoop | None = None
        self._hear: Callable[[Event], None] | None = None
        self._waiting: list[Envelope] = []
        self._task: asyncio.Task[None] | None = None

    def attach(self, loop: asyncio.AbstractEventLoop, hear: Callable[[Event], None]) -> None:
        self._loop, self._hear = loop, hear

    def detach(self) -> None:
        self._loop = self._hear = None
        self._waiting.clear()

    def carry(self, group: str, event: Event) -> None:
        """From any thread; never raises, never waits for the layer where there is a hub."""
        if self._loop is None or self._loop.is_closed():
            async_to_sync(_send)([(group, event)])
        else:
            self._loop.call_soon_threadsafe(self._deliver, group, event)

    def _deliver(self, group: str, event: Event) -> None:
        if self._hear is None:
            return
        self._hear(event)
        self._waiting.append((group, event | {"source": self.name}))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        while self._waiting:
            envelopes, self._waiting = self._waiting, []
            await _send(envelopes)


carrier = Carrier()


def _on_commit(group: str, event: Event) -> None:
    transaction.on_commit(partial(carrier.carry, group, event), robust=True)


async def _send(envelopes: list[Envelope]) -> None:
    layer = get_channel_layer()
    try:
        async with asyncio.timeout(SEND_SECONDS):
            for group, event in envelopes:
                await layer.group_send(group, event)
    except Exception as error:  # noqa: BLE001 - whatever ails the broker, the check of the hubs makes up for it
        logger.warning("%d events not announced: %r", len(envelopes), error)
