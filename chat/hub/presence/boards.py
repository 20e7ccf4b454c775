"""The boards of this process's rooms: filled from the roster and the database, shown a little at a time."""

import asyncio
from collections.abc import Collection

from chat import selectors
from chat.broadcast import Event
from chat.hub.presence.board import Board
from chat.hub.presence.roster import Roster
from chat.hub.reader import Subscription
from chat.threads import query

# A room's members are read anew so often, should a word of somebody's coming or going have been lost.
REREAD_SECONDS = 60.0
# Of so many rooms a second, at most.
READ = 50
# At most so many frames a second, so that presence never keeps talk waiting; AT_ONCE of them in one turn of the loop.
FRAMES = 3_000
AT_ONCE = 200


class Boards:
    """A board for each room that somebody here watches."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._boards: dict[int, Board] = {}
        self._moved: set[int] = set()  # those who came into a room, or went out of one
        self._unplaced: set[int] = set()
        self._statuses: dict[int, Event] = {}  # by user id, the last that is still to be told

    def watch(self, subscription: Subscription) -> None:
        room = subscription.room
        if room.id not in self._boards:
            self._boards[room.id] = Board(room.slug)
        self._boards[room.id].watch(subscription)

    def has_moved(self, user_id: int) -> None:
        """Somebody is in a room now, or no longer."""
        if self._boards:
            self._moved.add(user_id)

    def tell(self, room_id: int, text: str, origin: str) -> None:
        """A frame for all who watch the room, but for the socket it came from."""
        if (board := self._boards.get(room_id)) is not None:
            for reader in board.readers():
                if reader.name != origin:
                    reader.tell(text)

    def hear_status(self, event: Event) -> None:
        """Somebody says something else of themselves; told with the next presence."""
        if self._boards.keys() & event["rooms"]:
            self._statuses[event["user"]] = event

    def tidy(self) -> None:
        """Forgets what nobody watches any more."""
        for room_id, board in list(self._boards.items()):
            board.tidy()
            if not board.is_watched:
                del self._boards[room_id]

    async def place(self, now: float) -> None:
        """Brings the boards up to date. Raises Unavailable; what changed is kept for the next time then."""
        self._unplaced |= self._roster.take_changed() | self._moved
        self._moved = set()
        fresh = self._to_read(now)
        known = [room_id for room_id, board in self._boards.items() if board.read_at is not None]
        changed = set(self._unplaced)
        if not fresh and not (changed and known):
            self._unplaced.clear()
            return
        online = self._roster.online()
        seats, all_seats = await query(_seats, (known, changed & online), (fresh, online))
        self._unplaced -= changed
        for room_id in known:
            self._update(room_id, changed, seats.get(room_id, set()))
        for room_id in fresh:
            self._replace(room_id, all_seats.get(room_id, set()), now)

    def _to_read(self, now: float) -> list[int]:
        """The rooms whose members are to be read now, those that never were first."""
        latest = now - REREAD_SECONDS
        due = [(board.read_at or 0.0, room_id) for room_id, board in self._boards.items() if board.is_stale(latest)]
        return [room_id for _, room_id in sorted(due)[:READ]]

    def _update(self, room_id: int, changed: Collection[int], members: Collection[int]) -> None:
        if (board := self._boards.get(room_id)) is None:
            return
        for user_id in set(board.listed(changed)).difference(members):
            board.put(user_id, None)
        for user_id in members:
            board.put(user_id, self._roster.is_away(user_id))

    def _replace(self, room_id: int, members: Collection[int], now: float) -> None:
        if (board := self._boards.get(room_id)) is not None:
            states = {user_id: self._roster.is_away(user_id) for user_id in members}
            board.replace({user_id: state for user_id, state in states.items() if state is not None})
            board.read_at = now

    async def show(self) -> None:
        """Tells who watches, room by room; those for whom FRAMES do not suffice are the first of the next time."""
        left = FRAMES - self._tell_statuses()
        for room_id, board in list(self._boards.items()):
            while board.read_at is not None and left > 0:
                told = board.show(min(left, AT_ONCE))
                left -= told
                if told < AT_ONCE:
                    break
                await asyncio.sleep(0)
            if left <= 0:
                break
            if room_id in self._boards:
                self._boards[room_id] = self._boards.pop(room_id)

    def _tell_statuses(self) -> int:
        """Once to each who watches a room that the person is in; how many frames."""
        told = 0
        while self._statuses and told < FRAMES:
            event = self._statuses.pop(next(iter(self._statuses)))
            boards = [self._boards[room_id] for room_id in self._boards.keys() & event["rooms"]]
            readers = {reader for board in boards for reader in board.readers()}
            for reader in readers:
                reader.tell(event["text"])
            told += len(readers)
        return told


type _Asked = tuple[Collection[int], Collection[int]]


def _seats(*asked: _Asked) -> list[dict[int, set[int]]]:
    """For each (room ids, user ids), by room which of those people are its members. In a database thread."""
    return [selectors.members_among(rooms, users) if rooms and users else {} for rooms, users in asked]
