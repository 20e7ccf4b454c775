"""What leaves the services for open sockets: the shape of events, and when they go (on commit).

An event is a doorbell and may be lost: the database is the truth and hubs check it every few seconds.
In a process with a hub the event reaches it at once and the other processes through the channel layer.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction

from accounts.models import User
from chat import encoding, protocol
from chat.models import JoinRequest, Membership, Message, Room
from chat.protocol import Change

logger = logging.getLogger(__name__)

type Event = dict[str, Any]

GROUP = "bells"
SEND_SECONDS = 3.0
EVENTS_AT_ONCE = 256
EVENTS_WAITING = 10_000


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
    _on_commit(event)


def typing(membership: Membership, origin: str) -> None:
    """Somebody types; not to the socket that said so."""
    text = protocol.frame("typing", room=membership.room.slug, user=encoding.person(membership.user))
    event = {"type": "typing", "room": membership.room.pk, "text": text, "origin": origin}
    carrier.carry(event)


def concerns(message: Message, reason: str, user_ids: Collection[int], *, is_quiet: bool) -> None:
    """A committed message concerns these people: one event for all of them, however many."""
    quiet = {"quiet": True} if is_quiet else {}
    text = protocol.frame("notify", room=message.room.slug, seq=message.seq, reason=reason, **quiet)
    carrier.carry({"type": "notify", "users": list(user_ids), "text": text, "origin": ""})


def saved(user_id: int, slug: str, seq: int, *, on: bool, remind_at: datetime | None, origin: str) -> None:
    """A message came on or went off a person's own list."""
    at = remind_at and protocol.timestamp(remind_at)
    told(user_id, protocol.frame("saved", room=slug, seq=seq, on=on, remind_at=at), origin=origin)


def reminder(user_id: int, message: Message) -> None:
    told(user_id, protocol.frame("notify", room=message.room.slug, seq=message.seq, reason="reminder"))


def told(user_id: int, text: str, *, origin: str = "") -> None:
    """A frame for every socket of a person but the one it came from."""
    _on_commit({"type": "told", "user": user_id, "text": text, "origin": origin})


def noticed(user_id: int, notice: dict[str, Any]) -> None:
    """The fields of a `notice`, its detail in English: each socket of the person says it in its own language."""
    _on_commit({"type": "notice", "user": user_id, "notice": notice})


def status_changed(user: User) -> None:
    """What somebody says of themselves, to those who look at a room that they are in."""
    text = protocol.frame("status", user=user.pk, status=encoding.status(user))
    rooms = list(Membership.objects.filter(user=user).values_list("room_id", flat=True))
    _on_commit({"type": "status", "user": user.pk, "rooms": rooms, "text": text})


def visibility_changed(user: User) -> None:
    """Every process shows somebody as online no longer, or again."""
    _on_commit({"type": "invisible", "user": user.pk, "on": user.is_invisible})


def my_status_changed(user: User, origin: str) -> None:
    told(user.pk, protocol.frame("my_status", **encoding.my_status(user)), origin=origin)


def read_markers_moved(moved: Iterable[tuple[Membership, str]]) -> None:
    """To the other sockets of each person, those but the one (its name beside the membership) that moved it."""
    markers = [(one.user_id, one.room.slug, one.read_seq, origin) for one, origin in moved]
    _on_commit({"type": "read", "markers": markers})


def ignored_changed(user: User) -> None:
    told(user.pk, protocol.frame("ignored", people=user.ignored))


def room_settings_changed(membership: Membership, origin: str = "") -> None:
    text = protocol.frame("room_settings", room=membership.room.slug, settings=encoding.room_settings(membership))
    told(membership.user_id, text, origin=origin)


def level_changed(user: User, origin: str) -> None:
    """What a person wants to hear of all rooms without a level of their own, to their other sockets."""
    told(user.pk, protocol.frame("my_level", notify=user.notify), origin=origin)


def rooms_ordered(user_id: int, rooms: Iterable[Room], origin: str) -> None:
    told(user_id, protocol.frame("room_order", rooms=[room.slug for room in rooms]), origin=origin)


def room_joined(membership: Membership, people: Iterable[Any] = (), *, mentions: int = 0) -> None:
    told(membership.user_id, protocol.frame("room_joined", entry=encoding.entry(membership, mentions, people)))
    _on_commit({"type": "moved", "user": membership.user_id})


def join_requests_changed(room: Room) -> None:
    """How many ask to join, to the room's owners and moderators."""
    waiting = room.join_requests.filter(answer=JoinRequest.Answer.WAITING).count()
    text = protocol.frame("join_requests", room=room.slug, waiting=waiting)
    for user_id in room.memberships.exclude(role=Membership.Role.MEMBER).values_list("user_id", flat=True):
        told(user_id, text)


def reports_changed(moderators: Iterable[User]) -> None:
    """A case is there or decided: whoever counts them counts anew."""
    user_ids = [user.pk for user in moderators]
    _on_commit({"type": "notify", "users": user_ids, "text": protocol.frame("reports"), "origin": ""})


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
    _on_commit({"type": "left", "user": user_id, "slug": room.slug, "text": text})
    _on_commit({"type": "moved", "user": user_id})


def room_gone(room: Room, user_ids: Iterable[int]) -> None:
    """The room is there no more: its members are told, whoever reads it without being one too."""
    text = protocol.frame("room_left", room=room.slug, reason="deleted")
    _on_commit({"type": "gone", "room": room.pk, "slug": room.slug, "users": list(user_ids), "text": text})


def room_narrowed(room: Room) -> None:
    """Fewer people may read the room: every process ends the subscriptions of those who may not."""
    _on_commit({"type": "narrowed", "room": room.pk})


def sight_changed(room: Room, user_ids: Iterable[int]) -> None:
    """These people see more or less of the room than before: their subscriptions of it begin anew."""
    _on_commit({"type": "sight", "slug": room.slug, "users": list(user_ids)})


def access_changed(user_id: int) -> None:
    """Something of the person's access may have ended: every process looks anew and ends what has."""
    _on_commit({"type": "access", "user": user_id})


# ---------- carriage


class Carrier:
    """Takes events of this process to its own hub, and to those of the other processes through the channel layer.

    A hub attaches itself once it runs; without one (management commands) events only go to the layer, from the site's
    only worker none do. All that waits goes in one message to the one group that every hub is in, under this carrier's
    name: hubs leave out their own.
    """

    def __init__(self) -> None:
        self.name = uuid4().hex
        self._loop: asyncio.AbstractEventLoop | None = None
        self._hear: Callable[[Event], None] | None = None
        self._arrived: deque[Event] = deque()
        self._is_called = False
        self._waiting: deque[Event] = deque(maxlen=EVENTS_WAITING)
        self._task: asyncio.Task[None] | None = None

    def attach(self, loop: asyncio.AbstractEventLoop, hear: Callable[[Event], None]) -> None:
        self._loop, self._hear = loop, hear

    def detach(self) -> None:
        self._loop = self._hear = None

    def carry(self, event: Event) -> None:
        """From any thread; never raises, never waits for the layer where there is a hub."""
        if self._loop is None or self._loop.is_closed():
            async_to_sync(self._send)([event])
            return
        self._arrived.append(event)
        if not self._is_called:
            self._is_called = True
            self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._is_called = False
        while self._arrived:
            event = self._arrived.popleft()
            if self._hear is not None:
                self._hear(event)
            if not settings.IS_ALONE:
                self._waiting.append(event)
        if self._waiting and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        while self._waiting:
            await self._send([self._waiting.popleft() for _ in range(min(len(self._waiting), EVENTS_AT_ONCE))])

    async def _send(self, events: list[Event]) -> None:
        message = {"type": "events", "source": self.name, "events": events}
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await get_channel_layer().group_send(GROUP, message)
        except Exception as error:  # noqa: BLE001 - whatever ails the broker, the check of the hubs makes up for it
            logger.info("%d events not announced: %r", len(events), error)


carrier = Carrier()


def _on_commit(event: Event) -> None:
    transaction.on_commit(partial(carrier.carry, event), robust=True)
