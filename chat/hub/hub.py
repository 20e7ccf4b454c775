"""One process's live side. See docs/architecture.md for the journey of a message."""

import asyncio
import logging
import time
from collections.abc import Iterable

from chat import selectors
from chat.broadcast import Event, carrier
from chat.errors import NotFound, Unavailable
from chat.hub.background import in_background
from chat.hub.doorbell import Doorbell
from chat.hub.ending import end_lapsed
from chat.hub.presence import Presence
from chat.hub.reader import Reader
from chat.hub.room import LiveRoom
from chat.hub.under_way import UnderWay
from chat.protocol import Change, Close, frame
from chat.threads import query

logger = logging.getLogger(__name__)

CHECK_SECONDS = 3.0
BELL_SECONDS = 0.5
STALLED_SECONDS = 30.0
IDLE_SECONDS = 60.0
ROOMS_WARM = 500


class Hub:
    """Owns one channel of the layer, and keeps what its readers need of what is heard there.

    The layer is a doorbell: every CHECK_SECONDS one query finds what it lost. Starts on first use, in the running loop.
    """

    def __init__(self) -> None:
        self.rooms: dict[int, LiveRoom] = {}
        self.readers: dict[int, set[Reader]] = {}
        self.under_way = UnderWay()
        self.presence = Presence(self.readers)
        self._slugs: dict[str, LiveRoom] = {}
        self._opening: dict[int, asyncio.Task[LiveRoom]] = {}
        self._told: dict[int, int] = {}
        self._repairing: dict[int, asyncio.Task[None]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    # ---------- life

    def start(self) -> None:
        """Does nothing when it runs already."""
        if not self._tasks:
            loop = asyncio.get_running_loop()
            carrier.attach(loop, self.hear)
            doorbell = Doorbell(self.hear)
            presence = self.presence.keep(lambda: not doorbell.is_away)
            work = (doorbell.listen(), doorbell.ring(), self._check_for_ever(), presence)
            self._tasks = [loop.create_task(one) for one in work]

    async def stop(self) -> None:
        """Tells every client to come back and ends."""
        for reader in self._all_readers():
            reader.close(Close.RESTART)
        carrier.detach()
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ---------- readers and rooms

    def add(self, reader: Reader) -> None:
        """From now on the person's news reach this reader."""
        self.start()
        self.readers.setdefault(reader.holder.user_id, set()).add(reader)

    def remove(self, reader: Reader) -> None:
        for slug in list(reader.subscriptions):
            reader.unsubscribe(slug)
        others = self.readers.get(reader.holder.user_id, set())
        others.discard(reader)
        if not others:
            self.readers.pop(reader.holder.user_id, None)

    def _readers_of(self, user_ids: Iterable[int]) -> list[Reader]:
        return [reader for user_id in user_ids for reader in self.readers.get(user_id, ())]

    def _all_readers(self) -> list[Reader]:
        return self._readers_of(self.readers)

    def find(self, slug: str) -> LiveRoom | None:
        """The live room of that address, if it is one."""
        return self._slugs.get(slug)

    async def open(self, room_id: int) -> LiveRoom:
        """The live room, read from the database once however many ask. Raises NotFound, Unavailable."""
        room = self.rooms.get(room_id)
        if room is not None:
            return room
        task = self._opening.get(room_id)
        if task is None:
            task = self._opening[room_id] = asyncio.get_running_loop().create_task(self._open(room_id))
            task.add_done_callback(lambda _: self._opening.pop(room_id, None))
        return await asyncio.shield(task)

    async def _open(self, room_id: int) -> LiveRoom:
        self._told[room_id] = 0
        try:
            room = await LiveRoom.load(room_id)
        finally:
            told = self._told.pop(room_id)
        self.rooms[room_id] = self._slugs[room.slug] = room
        if told > room.ring.rev:
            room.told = told
            self._repair(room)
        return room

    # ---------- events

    def hear(self, event: Event) -> None:
        """An event of this process or of another; see `broadcast` for their shapes."""
        match event["type"]:
            case "bell":
                self._hear_bell(event)
            case "told":
                self._tell(self.readers.get(event["user"], ()), event)
            case "notice":
                for reader in self._readers_of([event["user"]]):
                    reader.notify(event["notice"])
            case "notify":
                self._tell(self._readers_of(event["users"]), event)
            case "read":
                self._hear_read(event)
            case "left":
                self._hear_left([event["user"]], event)
            case "gone":
                self._hear_gone(event)
            case "sight":
                self._hear_sight(event)
            case "narrowed":
                self._hear_narrowed(event)
            case "access":
                self._hear_access(event)
            case _:
                self.presence.hear(event)

    def _hear_bell(self, event: Event) -> None:
        room = self.rooms.get(event["room"])
        if room is None:
            if event["room"] in self._told:
                self._told[event["room"]] = max(self._told[event["room"]], event["rev"])
            return
        if room.hear(event["prev"], event["rev"], [Change(*change) for change in event["changes"]]):
            for subscription in room.subscriptions:
                subscription.reader.poke(subscription)
        else:
            self._repair(room, wait=BELL_SECONDS)

    def _hear_left(self, user_ids: Iterable[int], event: Event) -> None:
        for reader in self._readers_of(user_ids):
            reader.leave(event["slug"], event["text"])

    def _hear_sight(self, event: Event) -> None:
        for reader in self._readers_of(event["users"]):
            reader.begin_anew(event["slug"])

    def _hear_gone(self, event: Event) -> None:
        for reader in self._all_readers():
            reader.turn += 1
        self._hear_left(event["users"], event)
        if room := self.rooms.get(event["room"]):
            self._close_room(room, "deleted")

    def _hear_narrowed(self, event: Event) -> None:
        for reader in self._all_readers():
            reader.turn += 1
        if room := self.rooms.get(event["room"]):
            in_background(end_lapsed([subscription.reader for subscription in room.subscriptions]))

    def _hear_access(self, event: Event) -> None:
        readers = list(self.readers.get(event["user"], ()))
        for reader in readers:
            reader.turn += 1
        in_background(end_lapsed(readers))

    def _tell(self, readers: Iterable[Reader], event: Event) -> None:
        for reader in list(readers):
            if reader.name != event["origin"]:
                reader.tell(event["text"])

    def _hear_read(self, event: Event) -> None:
        for user_id, slug, seq, origin in event["markers"]:
            for reader in [reader for reader in self.readers.get(user_id, ()) if reader.name != origin]:
                reader.tell(frame("read", room=slug, seq=seq))

    def _repair(self, room: LiveRoom, *, wait: float = 0.0) -> None:
        """Reads what is missing from the database, unless within `wait` a bell brings it that was on its way."""
        if room.id not in self._repairing:
            task = in_background(self._catch_up(room, wait))
            self._repairing[room.id] = task
            task.add_done_callback(lambda _: self._repairing.pop(room.id, None))

    async def _catch_up(self, room: LiveRoom, wait: float) -> None:
        if wait and await room.closes_by_itself(wait):
            return
        try:
            is_same = await room.catch_up()
            if is_same and room.ring.rev < room.told:
                is_same = await room.catch_up()  # bells that came during the first read
        except NotFound:
            self._close_room(room, "deleted")
            return
        except Unavailable:
            return
        for subscription in list(room.subscriptions):
            if is_same:
                subscription.reader.poke(subscription)
            else:
                subscription.reader.resync(subscription)

    def _close_room(self, room: LiveRoom, reason: str) -> None:
        for subscription in list(room.subscriptions):
            subscription.reader.leave(room.slug, frame("room_left", room=room.slug, reason=reason))
        self._forget(room)

    def _forget(self, room: LiveRoom) -> None:
        self.rooms.pop(room.id, None)
        if self._slugs.get(room.slug) is room:
            del self._slugs[room.slug]

    # ---------- the check

    async def _check_for_ever(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self.check()
            except Unavailable as error:
                logger.warning("the check of the live rooms has to wait: %s", error.__cause__)
            except Exception:
                logger.exception("the check of the live rooms failed")

    async def check(self) -> None:
        """What the bells may have lost: changes, ended access, rooms without readers, sockets that take nothing."""
        self._close_stalled()
        self._close_idle()
        await self._find_lost()
        await end_lapsed(self._all_readers())

    async def _find_lost(self) -> None:
        """Compares every ring with its room; a bell that is only on its way is given time to come."""
        revs = {room.id: room.ring.rev for room in self.rooms.values()}
        found = await query(selectors.numbers, list(revs))
        await asyncio.sleep(BELL_SECONDS if any(rev > revs[pk] for pk, (rev, _) in found.items()) else 0)
        for room in [room for room in self.rooms.values() if room.id in revs]:
            rev, epoch = found.get(room.id, (-1, ""))
            if epoch != room.epoch or rev < revs[room.id] or rev > room.ring.rev:
                self._repair(room)
            else:
                self._poke_behind(room)

    def _poke_behind(self, room: LiveRoom) -> None:
        for subscription in list(room.subscriptions):
            if subscription.cursor < room.ring.rev:
                subscription.reader.poke(subscription)

    def _close_stalled(self) -> None:
        latest = time.monotonic() - STALLED_SECONDS
        for reader in self._all_readers():
            if reader.sending_since is not None and reader.sending_since < latest:
                reader.close(Close.TOO_SLOW)

    def _close_idle(self) -> None:
        """Rooms without readers are kept warm for a while, so that who comes and goes costs no reading."""
        now = time.monotonic()
        for room in list(self.rooms.values()):
            if room.subscriptions:
                room.idle_since = None
                continue
            room.idle_since = room.idle_since or now
            if now - room.idle_since >= IDLE_SECONDS or len(self.rooms) > ROOMS_WARM:
                self._forget(room)
