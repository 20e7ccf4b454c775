"""A room with readers in this process: its ring, and the frames they share."""

import asyncio
import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from chat import encoding, selectors
from chat.errors import NotFound, Unavailable
from chat.models import Membership, Room
from chat.protocol import REPLAY_MOST, Change, events_frame, fitting
from chat.ring import Ring
from chat.threads import query

if TYPE_CHECKING:
    from chat.hub.reader import Subscription

FRAMES = 64
PAGES = 16
EARLY = 8
WARM = 200


class LiveRoom:
    """The newest changes of one room. Memory: one ring, FRAMES encoded frames, EARLY bells, and a cursor a reader."""

    def __init__(self, hole: selectors.Hole) -> None:
        self.id = hole.room.pk
        self.slug = hole.room.slug
        self.epoch = hole.room.epoch
        self.ring = Ring(hole.rev, hole.changes)
        self.state = hole.state
        self.subscriptions: set[Subscription] = set()
        self.idle_since: float | None = None
        self.told = hole.rev  # the newest rev that any bell spoke of
        self._early: dict[int, tuple[int, Collection[Change]]] = {}  # by prev: bells that came before the one before
        self._frames: dict[int, tuple[str, int]] = {}
        self._pages: dict[tuple[int, int | None], list[str] | None] = {}
        self._reads: dict[int, asyncio.Task[tuple[tuple[str, int], selectors.Hole]]] = {}

    @classmethod
    async def load(cls, room_id: int) -> "LiveRoom":
        """Raises NotFound, Unavailable."""
        return cls(await _newest(room_id))

    def hear(self, prev: int, rev: int, changes: Collection[Change]) -> bool:
        """Takes a bell; False where something before it is missing: then it is kept until that has come.

        Bells of two processes that post in one room cross each other all the time.
        """
        self.told = max(self.told, rev)
        if rev <= self.ring.rev:
            return True
        if not self.ring.append(prev, rev, changes):
            if len(self._early) < EARLY:
                self._early[prev] = rev, changes
            return False
        for change in changes:
            if not change.seq:
                self.state = json.loads(change.text)
        self._forget_texts()
        self._early = {prev: bell for prev, bell in self._early.items() if prev >= rev}
        if rev in self._early:
            self.hear(rev, *self._early[rev])
        return True

    def subscribed_fields(
        self, membership: Membership, *, backlog: int, since: int | None, epoch: str | None
    ) -> dict[str, Any] | None:
        """What `selectors.subscribed_fields` gives, without the database; None where the ring does not hold it all."""
        first = membership.first_seq
        if self.ring.rev < membership.room.rev or self.epoch != membership.room.epoch:
            return None  # a bell is still on its way: what is committed is to be seen
        if membership.room.kind == Room.Kind.DIRECT or self.state["locked"]:
            return None  # differ by reader, and with time
        head = {
            "room": self.slug,
            "epoch": membership.epoch,
            "seq": self.ring.seq,
            "rev": self.ring.rev,
            "reset": False,
            "state": self.state,
            "me": encoding.me(membership),
            "mine": {},
        }
        if since is None:
            seen = self.ring.seq - max(0, first - 1)
            texts = self._held(min(backlog, seen), None)
            return None if texts is None else head | {"has_before": seen > len(texts), "messages": texts}
        if epoch not in (None, membership.epoch) or since > self.ring.rev or self._hides(since, first):
            return None
        texts = self._held(0, since)
        return None if texts is None else head | {"messages": texts}

    def _held(self, backlog: int, since: int | None) -> list[str] | None:
        """The newest `backlog` messages, or all after `since`, encoded; None where the ring can't give a frame of them.

        Kept until something changes: a thousand people who come back ask for the same.
        """
        if (backlog, since) not in self._pages:
            if len(self._pages) >= PAGES:
                self._pages.clear()
            texts = self.ring.page(backlog) if since is None else self._replay(since)
            is_good = texts is not None and fitting(texts) == len(texts) and not any(map(encoding.is_cut, texts))
            self._pages[backlog, since] = texts if is_good else None
        return self._pages[backlog, since]

    def _replay(self, since: int) -> list[str] | None:
        changes = self.ring.after(since)
        if changes is None or len(changes) > REPLAY_MOST:
            return None
        return [change.text for change in sorted(changes, key=lambda change: change.seq) if change.seq]

    async def after(self, cursor: int, first_seq: int = 0) -> tuple[str, int] | None:
        """The next `events` frame of a reader at `cursor` and the rev it reaches; None for a reader who is up to date.

        From the ring, else from the database; readers at the same cursor share text and read, but those who may not see
        some of it: messages before `first_seq`. Raises Unavailable, NotFound.
        """
        if cursor >= self.ring.rev:
            return None
        if (step := self.at_hand(cursor, first_seq)) is not None:
            return step
        step, hole = await self._read(cursor)
        seen = _in_sight(hole.changes, first_seq)
        return step if len(seen) == len(hole.changes) else events_frame(self.slug, cursor, hole.rev, seen)

    def at_hand(self, cursor: int, first_seq: int = 0) -> tuple[str, int] | None:
        """The same as far as the ring has it; None for a reader who is up to date, too."""
        if first_seq and self._hides(cursor, first_seq):
            seen = _in_sight(self.ring.after(cursor) or (), first_seq)
            return events_frame(self.slug, cursor, self.ring.rev, seen)
        frame = self._frames.get(cursor)
        if frame is None and cursor < self.ring.rev and (changes := self.ring.after(cursor)) is not None:
            if len(self._frames) >= FRAMES:
                self._frames.clear()
            frame = self._frames[cursor] = events_frame(self.slug, cursor, self.ring.rev, changes)
        return frame

    def _hides(self, cursor: int, first_seq: int) -> bool:
        """Whether something after the cursor, as far as the ring has it, is of a message before `first_seq`."""
        changes = self.ring.after(cursor) or ()
        return len(_in_sight(changes, first_seq)) < len(changes)

    async def closes_by_itself(self, seconds: float) -> bool:
        """Whether bells fill the hole before the newest that was heard; False when none has done so for that long."""
        while True:
            rev = self.ring.rev
            await asyncio.sleep(seconds)
            if self.ring.rev >= self.told:
                return True
            if self.ring.rev == rev:
                return False

    async def catch_up(self) -> bool:
        """Fills the ring from the database; False where the numbering is another now. Raises Unavailable, NotFound."""
        before = self.ring.rev
        hole = await query(selectors.changes_after, self.id, before)
        if hole is None:
            raise NotFound("There is no such room.")
        if hole.room.epoch != self.epoch or hole.room.rev < before:
            self._replace(await _newest(self.id))
            return False
        if not hole.is_whole:
            self._replace(await _newest(self.id))
        elif hole.rev > (now := self.ring.rev):
            # Bells that came meanwhile may have closed some of the hole.
            self.hear(now, hole.rev, [change for change in hole.changes if change.rev > now])
        return True

    def _replace(self, hole: selectors.Hole) -> None:
        self.epoch = hole.room.epoch
        self.ring = Ring(hole.rev, hole.changes)
        self.told = hole.rev
        self.state = hole.state
        self._early.clear()
        self._forget_texts()

    def _forget_texts(self) -> None:
        self._frames.clear()
        self._pages.clear()

    async def _read(self, cursor: int) -> tuple[tuple[str, int], selectors.Hole]:
        task = self._reads.get(cursor)
        if task is None:
            task = self._reads[cursor] = asyncio.get_running_loop().create_task(self._read_once(cursor))
            task.add_done_callback(lambda _: self._reads.pop(cursor, None))
        return await asyncio.shield(task)

    async def _read_once(self, cursor: int) -> tuple[tuple[str, int], selectors.Hole]:
        hole = await query(selectors.changes_after, self.id, cursor)
        if hole is None:
            raise NotFound("There is no such room.")
        if hole.room.epoch != self.epoch:
            raise Unavailable("The room is numbered anew.")  # the hub's next check ends the subscriptions
        return events_frame(self.slug, cursor, hole.rev, hole.changes), hole


def _in_sight(changes: Collection[Change], first_seq: int) -> list[Change]:
    """Those of the room itself, and of messages from `first_seq` on."""
    return [change for change in changes if not 0 < change.seq < first_seq]


async def _newest(room_id: int) -> selectors.Hole:
    hole = await query(selectors.newest_changes, room_id, WARM)
    if hole is None:
        raise NotFound("There is no such room.")
    return hole
