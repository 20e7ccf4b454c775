"""Once a second: what changed among this process's people goes to the others, what changed anywhere to who watches."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Set
from contextlib import suppress
from typing import Any
from uuid import uuid4

from chat import selectors
from chat.broadcast import Event, carrier
from chat.errors import Unavailable
from chat.hub.presence.boards import Boards
from chat.hub.presence.roster import People, Roster
from chat.hub.reader import Reader, Subscription
from chat.models import Room
from chat.protocol import PRESENCE_MOST
from chat.threads import query

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
# How often a process says all it knows: what was lost on the way is made up for, and that it lives is heard.
WHOLE_SECONDS = 10.0
# Whoever loads the next page is without a socket for a moment.
LEAVING_SECONDS = 4.0
AWAY_SECONDS = 600.0

# Of the presence that runs in this process, for doors that are no socket.
_roster = Roster()


def who_is_here(room: Room) -> dict[str, Any]:
    """A room's presence as REST gives it, from any thread; nobody where no presence runs. Uses the database."""
    states = {user_id: _roster.is_away(user_id) for user_id in _roster.online()}
    members = selectors.members_among([room.pk], states).get(room.pk, set())
    online = sorted(user_id for user_id in members if states[user_id] is not None)
    named = online[:PRESENCE_MOST]
    return {"online": named, "away": [pk for pk in named if states[pk]], "count": len(online)}


def who_is_online() -> set[int]:
    """The ids of all who are seen online on the site, from any thread; nobody where no presence runs."""
    return _roster.online()


class Presence:
    """Who is here, for one process.

    Every process tells the others of its own people by the carrier, changes at once and all of them every
    WHOLE_SECONDS, so each knows everyone and none has to ask. See docs/decisions/0013-presence-by-word-of-mouth.md.
    """

    def __init__(self, readers: Mapping[int, Set[Reader]], clock: Callable[[], float] = time.monotonic) -> None:
        """`readers`: the sockets of this process, by their people's ids."""
        self.roster = Roster()
        self._name = uuid4().hex
        self._readers = readers
        self._clock = clock
        self._mine: People = {}
        self._left_at: dict[int, float] = {}
        self._boards = Boards(self.roster)
        self._invisible: set[int] = set()
        self._turn = 0  # grows with each word of somebody's being invisible, or being so no longer
        self._asks = True
        self._whole_at = self._ticked_at = clock()

    async def keep(self, is_heard: Callable[[], bool]) -> None:
        """For ever. `is_heard`: whether other processes could be heard now."""
        global _roster
        _roster = self.roster
        while True:
            await asyncio.sleep(TICK_SECONDS)
            try:
                await self.tick(is_heard=is_heard())
            except Exception:
                logger.exception("presence failed")

    async def tick(self, *, is_heard: bool = True) -> None:
        now = self._clock()
        if is_heard:
            # A process that was stopped itself can't tell who was silent meanwhile.
            self.roster.wait(min(now - self._ticked_at, WHOLE_SECONDS))
        self._ticked_at = now
        if now >= self._whole_at:
            await self._look_up_invisible()
        self._say(now)
        try:
            await self._boards.place(now)
        except Unavailable:
            return  # what is not known is not shown
        await self._boards.show()

    def watch(self, subscription: Subscription) -> None:
        """From the next second on it gets the room's presence, everyone first."""
        self._boards.watch(subscription)

    def hide(self, user_id: int) -> None:
        """Somebody who is invisible comes."""
        self._turn += 1
        self._invisible.add(user_id)

    def is_hidden(self, user_id: int) -> bool:
        return user_id in self._invisible

    def hear(self, event: Event) -> None:
        """What concerns those who watch a room, from this process or another."""
        match event["type"]:
            case "presence" if event["source"] != self._name:
                people = dict.fromkeys(event["here"], False) | dict.fromkeys(event["away"], True)
                self.roster.hear(event["source"], people, event["gone"], is_whole=event["whole"])
                if event["asks"]:
                    self._whole_at = self._ticked_at
            case "moved":
                self._boards.has_moved(event["user"])
            case "invisible":
                self._turn += 1
                (self._invisible.add if event["on"] else self._invisible.discard)(event["user"])
            case "status":
                self._boards.hear_status(event)
            case "typing":
                self._boards.tell(event["room"], event["text"], event["origin"])

    # ---------- this process's own people

    async def _look_up_invisible(self) -> None:
        """What was lost of it on the way, as far as the database is there."""
        turn = self._turn
        with suppress(Unavailable):
            found = await query(selectors.invisible_among, list(self._readers))
            if turn == self._turn:
                self._invisible = found

    def _say(self, now: float) -> None:
        before, self._mine = self._mine, self._people(now)
        is_whole = now >= self._whole_at
        if self._mine == before and not is_whole:
            return
        told = {pk: is_away for pk, is_away in self._mine.items() if is_whole or before.get(pk) != is_away}
        gone = [] if is_whole else list(before.keys() - self._mine.keys())
        self.roster.hear(self._name, told, gone, is_whole=is_whole)
        event = {
            "type": "presence",
            "source": self._name,
            "here": [pk for pk, is_away in told.items() if not is_away],
            "away": [pk for pk, is_away in told.items() if is_away],
            "gone": gone,
            "whole": is_whole,
            "asks": self._asks,
        }
        carrier.carry(event)
        self._asks = False
        if is_whole:
            self._whole_at = now + WHOLE_SECONDS
            self._boards.tidy()

    def _people(self, now: float) -> People:
        """Who has a socket here, and who had one until a moment ago."""
        latest = now - AWAY_SECONDS
        people = {
            user_id: max([reader.acted_at for reader in readers]) <= latest
            for user_id, readers in self._readers.items()
            if user_id not in self._invisible
        }
        without = self._mine.keys() - people.keys() - self._invisible
        self._left_at = {user_id: self._left_at.get(user_id, now) for user_id in without}
        return people | {
            user_id: self._mine[user_id] for user_id, at in self._left_at.items() if now - at < LEAVING_SECONDS
        }
