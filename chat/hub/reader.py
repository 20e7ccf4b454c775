"""One socket as the hub sees it: a cursor for each room, never a queue."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

from chat.access import Holder
from chat.eager import begin
from chat.errors import ChatError
from chat.hub.room import LiveRoom
from chat.models import Membership
from chat.protocol import Close, frame
from chat.refusals import said_in

TELLS_WAITING = 100

type SendText = Callable[[str], Awaitable[None]]
type OfferText = Callable[[str], bool]
type CloseSocket = Callable[[int], Awaitable[None]]


class Subscription:
    """A reader's place in a room. Nothing is sent before it is released, and nothing once it has ended."""

    __slots__ = ("cursor", "first_seq", "is_ended", "is_released", "membership", "reader", "room")

    def __init__(self, reader: "Reader", room: LiveRoom, membership: Membership, cursor: int) -> None:
        self.reader = reader
        self.room = room
        self.membership = membership
        self.cursor = cursor
        self.first_seq = membership.first_seq
        self.is_released = False
        self.is_ended = False

    @property
    def seat(self) -> tuple[int, int]:
        """(user id, room id)"""
        return self.reader.holder.user_id, self.room.id

    @property
    def sight(self) -> tuple[int, int, int]:
        """The seat, and the first message that is seen from there."""
        return *self.seat, self.first_seq

    @property
    def is_live(self) -> bool:
        return self.is_released and not self.is_ended


class Reader:
    """Takes what its rooms have after its cursors and hands it to the socket, one frame after the other.

    `send` waits while the socket can't take more; meanwhile the reader lags by cursor and costs nothing. `offer` takes
    a frame at once or says no: where the server has it, most frames go without a task and without being awaited.
    `turn` grows whenever something of this person's access ends, so that a subscription under way can start over.
    `acted_at`: when the person last did something here. `language`: in which they are told what is a sentence.
    """

    __slots__ = (
        "_behind",
        "_close",
        "_held",
        "_is_pumping",
        "_offer",
        "_send",
        "_sending",
        "_task",
        "acted_at",
        "holder",
        "language",
        "name",
        "sending_since",
        "subscriptions",
        "turn",
    )

    def __init__(
        self,
        holder: Holder,
        send: SendText,
        close: CloseSocket,
        offer: OfferText = lambda _: False,
        *,
        language: str = "en",
    ) -> None:
        self.holder = holder
        self.language = language
        self.name = uuid4().hex
        self.subscriptions: dict[str, Subscription] = {}
        self.turn = 0
        self.acted_at = time.monotonic()
        self.sending_since: float | None = None
        self._sending = 0
        self._send = send
        self._offer = offer
        self._close = close
        self._behind: dict[Subscription, None] = {}
        self._task: asyncio.Task[None] | None = None
        self._is_pumping = False
        self._held: list[str] | None = None

    async def send(self, text: str) -> None:
        """One frame; waits while the socket is full. `sending_since`: when the socket last took one, if any waits."""
        if self._offer(text):
            return
        self._sending += 1
        if self.sending_since is None:
            self.sending_since = time.monotonic()
        try:
            await self._send(text)
        finally:
            self._sending -= 1
            self.sending_since = time.monotonic() if self._sending else None

    def tell(self, text: str) -> None:
        """One frame, in its own time: for small news that nobody waits for. Who lets many wait has to come back."""
        if max(self._sending, len(self._held or ())) >= TELLS_WAITING:
            self.close(Close.TOO_SLOW)
        elif self._held is not None:
            self._held.append(text)
        elif not self._offer(text):
            begin(self._quietly(self.send(text)))

    def notify(self, notice: dict[str, Any]) -> None:
        """A `notice` of these fields, in the language of this socket."""
        self.tell(self.worded(notice))

    def worded(self, notice: dict[str, Any]) -> str:
        """The frame of these fields, its detail in the language of this socket."""
        return frame("notice", **notice | {"detail": said_in(self.language, notice["detail"])})

    def hold(self) -> None:
        """Whoever has not been greeted yet is told of nothing before that."""
        self._held = []

    def let_go(self) -> None:
        """Tells what was held."""
        held, self._held = self._held or (), None
        for text in held:
            self.tell(text)

    def close(self, code: Close, notice: dict[str, Any] | None = None) -> None:
        """Ends the socket, after a `notice` of these fields."""
        for slug in list(self.subscriptions):
            self.unsubscribe(slug)
        self.turn += 1
        begin(self._quietly(self._say_and_close(code, notice)))

    def subscribe(self, room: LiveRoom, membership: Membership, cursor: int) -> Subscription:
        """A place in the room at `cursor`, in place of an earlier one. It can be ended from now on, and waits."""
        self.unsubscribe(room.slug)
        subscription = Subscription(self, room, membership, cursor)
        self.subscriptions[room.slug] = subscription
        room.subscriptions.add(subscription)
        return subscription

    def release(self, subscription: Subscription) -> None:
        """From now on the room's changes after its cursor are sent."""
        subscription.is_released = True
        self.poke(subscription)

    def unsubscribe(self, slug: str) -> bool:
        """Ends the subscription; False where there was none."""
        subscription = self.subscriptions.pop(slug, None)
        if subscription is None:
            return False
        subscription.is_ended = True
        subscription.room.subscriptions.discard(subscription)
        return True

    def leave(self, slug: str, text: str) -> None:
        """The person's access to a room ends: `text` says so."""
        self.turn += 1
        self.unsubscribe(slug)
        self.tell(text)

    def resync(self, subscription: Subscription) -> None:
        """Ends a subscription that can't be carried on without a gap."""
        if not subscription.is_ended:
            self.unsubscribe(subscription.room.slug)
            self.tell(frame("resync", room=subscription.room.slug))

    def begin_anew(self, slug: str) -> None:
        """The person sees more or less of a room than before: what they have of it is no longer good."""
        self.turn += 1
        if (subscription := self.subscriptions.get(slug)) is not None:
            self.resync(subscription)

    def poke(self, subscription: Subscription) -> None:
        """There may be something after the subscription's cursor."""
        if self._is_pumping:
            self._behind[subscription] = None
        elif not self._follow_now(subscription):
            self._behind[subscription] = None
            self._is_pumping = True
            self._task = begin(self._pump())

    def _follow_now(self, subscription: Subscription) -> bool:
        """Whether the reader is up to date with one frame that is at hand and that the socket takes at once."""
        room = subscription.room
        step = room.at_hand(subscription.cursor, subscription.first_seq)
        if step is None or not subscription.is_released or subscription.is_ended or not self._offer(step[0]):
            return False
        subscription.cursor = step[1]
        return subscription.cursor >= room.ring.rev

    async def _pump(self) -> None:
        try:
            while self._behind:
                # One frame each in turn, so that a busy room does not keep the others waiting.
                subscription = next(iter(self._behind))
                del self._behind[subscription]
                await self._follow(subscription)
        except (ChatError, OSError):
            # The database is away or the socket is gone; the hub's next check tries again.
            pass
        finally:
            self._is_pumping = False
            self._task = None

    async def _follow(self, subscription: Subscription) -> None:
        if not subscription.is_live:
            return
        step = await subscription.room.after(subscription.cursor, subscription.first_seq)
        if step is None or subscription.is_ended:
            return
        text, subscription.cursor = step
        await self.send(text)
        if subscription.cursor < subscription.room.ring.rev:
            self._behind[subscription] = None

    async def _say_and_close(self, code: Close, notice: dict[str, Any] | None) -> None:
        if notice is not None:
            await self.send(self.worded(notice))
        await self._close(code)

    async def _quietly(self, work: Awaitable[None]) -> None:
        with suppress(OSError):
            await work
