"""One room's people who are online, and the frames that those who watch it get of them."""

from collections.abc import Collection, Mapping

from chat.hub.reader import Reader, Subscription
from chat.protocol import PRESENCE_MOST, frame


class Board:
    """Numbers every change, so that each watcher has a cursor and gets what came after it in one frame.

    Memory: an entry for each member who is online or has gone since the last watcher looked, and a cursor a watcher.
    """

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.read_at: float | None = None  # when the room's members were last read from the database
        self.count = 0
        self._version = 0
        # By id, in order of change: away or not, None for somebody who has gone; and the number of the change.
        self._people: dict[int, tuple[bool | None, int]] = {}
        self._watchers: dict[Subscription, int] = {}
        self._behind: set[Subscription] = set()
        self._is_changed = False
        self._frames: dict[int, str] = {}

    def watch(self, subscription: Subscription) -> None:
        """It gets everyone first, and changes from then on."""
        self._watchers[subscription] = -1
        self._behind.add(subscription)

    def readers(self) -> list[Reader]:
        """Those who watch."""
        return [subscription.reader for subscription in self._watchers if not subscription.is_ended]

    def is_stale(self, since: float) -> bool:
        """Whether the members were not read after that moment."""
        return self.read_at is None or self.read_at < since

    @property
    def is_watched(self) -> bool:
        return bool(self._watchers)

    def listed(self, user_ids: Collection[int]) -> list[int]:
        """Those of them who are online here by what the board knows."""
        return [user_id for user_id in self._people.keys() & user_ids if self._people[user_id][0] is not None]

    def put(self, user_id: int, is_away: bool | None) -> None:
        """How a member is now; None for somebody who is not online, or no member."""
        before = self._people.get(user_id, (None, 0))[0]
        if before == is_away:
            return
        self.count += (is_away is not None) - (before is not None)
        self._version += 1
        self._people.pop(user_id, None)
        self._people[user_id] = is_away, self._version
        self._is_changed = True
        self._frames.clear()

    def replace(self, people: Mapping[int, bool | None]) -> None:
        """These are online, and nobody else."""
        for user_id in list(self._people.keys() - people.keys()):
            self.put(user_id, None)
        for user_id, is_away in people.items():
            self.put(user_id, is_away)

    def show(self, most: int) -> int:
        """Tells up to `most` who are behind, but for those whose sockets are busy; how many it told."""
        told = 0
        if self._is_changed:
            self._is_changed = False
            self._behind.update(self._watchers)
        for subscription in list(self._behind):
            if told >= most:
                break
            if subscription.is_ended:
                self._drop(subscription)
            elif subscription.reader.sending_since is None:
                self._behind.discard(subscription)
                if self._watchers[subscription] < self._version:
                    subscription.reader.tell(self._frame(self._watchers[subscription]))
                    self._watchers[subscription] = self._version
                    told += 1
        return told

    def tidy(self) -> None:
        """Forgets who watches no longer, and of whom everyone knows that they have gone."""
        for subscription in [one for one in self._watchers if one.is_ended]:
            self._drop(subscription)
        known = min(self._watchers.values(), default=self._version)
        gone = [pk for pk, (is_away, version) in self._people.items() if is_away is None and version <= known]
        for user_id in gone:
            del self._people[user_id]

    def _drop(self, subscription: Subscription) -> None:
        self._watchers.pop(subscription, None)
        self._behind.discard(subscription)

    def _frame(self, cursor: int) -> str:
        """What changed after `cursor`, the newest first; -1 for somebody who knows nobody."""
        if cursor not in self._frames:
            self._frames[cursor] = self._encoded(cursor)
        return self._frames[cursor]

    def _encoded(self, cursor: int) -> str:
        lists: dict[bool | None, list[int]] = {False: [], True: [], None: []}
        for user_id, (is_away, version) in reversed(self._people.items()):
            if version <= cursor:
                break
            lists[is_away].append(user_id)
        online, gone = lists[False] + lists[True], lists[None] if cursor >= 0 else []
        is_cut = max(len(online), len(gone)) > PRESENCE_MOST
        return frame(
            "presence",
            room=self.slug,
            online=online[:PRESENCE_MOST],
            offline=gone[:PRESENCE_MOST],
            away=lists[True][: max(0, PRESENCE_MOST - len(lists[False]))],
            count=self.count,
            **({"more": True} if is_cut else {}),
        )
