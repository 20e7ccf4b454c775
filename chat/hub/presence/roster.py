"""Who is online, by what each process says of itself. No clock, no I/O."""

from collections.abc import Iterable, Mapping

# By id, everyone who is online; True for those who are away.
type People = Mapping[int, bool]

# A process that says nothing for so long while others are heard is dead, and with it all its sockets.
SILENT_SECONDS = 35.0


class Source:
    """What one process said of its people, and for how long it has said nothing since."""

    __slots__ = ("people", "silence")

    def __init__(self) -> None:
        self.people: dict[int, bool] = {}
        self.silence = 0.0


class Roster:
    """The people of all processes. Somebody is online while any process has them, away while all that do say so.

    Memory: one entry for each person and process.
    """

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}
        self._changed: set[int] = set()

    def hear(self, name: str, people: People, gone: Iterable[int] = (), *, is_whole: bool) -> None:
        """A process says who is online there now; `is_whole`: and nobody else."""
        source = self._sources.setdefault(name, Source())
        source.silence = 0.0
        gone = source.people.keys() - people.keys() if is_whole else gone
        for user_id in gone:
            if source.people.pop(user_id, None) is not None:
                self._changed.add(user_id)
        for user_id, is_away in people.items():
            if source.people.get(user_id) != is_away:
                source.people[user_id] = is_away
                self._changed.add(user_id)

    def wait(self, seconds: float) -> None:
        """So much time went by in which every process could be heard."""
        for name, source in list(self._sources.items()):
            source.silence += seconds
            if source.silence >= SILENT_SECONDS:
                self._changed.update(source.people)
                del self._sources[name]

    def take_changed(self) -> set[int]:
        """Those who may be other than they were when this was last asked."""
        changed, self._changed = self._changed, set()
        return changed

    def is_away(self, user_id: int) -> bool | None:
        """False for somebody who is there, True for somebody who is online and away, None for nobody."""
        # Asked from other threads too: what stood there a moment ago may be gone.
        said = [source.people.get(user_id) for source in list(self._sources.values())]
        found = [is_away for is_away in said if is_away is not None]
        return all(found) if found else None

    def online(self) -> set[int]:
        """All who are."""
        return {user_id for source in list(self._sources.values()) for user_id in list(source.people)}
