"""The newest changes of one room, each message once and as it is now. Pure; bounded by construction."""

from collections.abc import Iterable, Iterator
from sys import getsizeof

from chat.protocol import Change

CAPACITY = 512
BYTES = 1_048_576


class Ring:
    """Changes up to `rev`, in order of rev. Cursors from `floor` on can be served from it.

    A message that changes again leaves its earlier place, so a late reader can't get a text that no longer
    stands. At most `capacity` changes of together at most `size` bytes; the oldest go first and lift the floor.
    """

    def __init__(self, rev: int, known: Iterable[Change] = (), *, capacity: int = CAPACITY, size: int = BYTES) -> None:
        """`known`: messages as of `rev`, in any order; they serve pages, not cursors before `rev`."""
        self.rev = rev
        self.floor = rev
        self.seq = 0
        self._capacity = capacity
        self._size = size
        self._bytes = 0
        self._changes: dict[int, Change] = {}
        self._rev_of: dict[int, int] = {}
        for change in sorted(known):
            self._put(change)
        self._trim()

    def append(self, prev: int, rev: int, changes: Iterable[Change]) -> bool:
        """Takes the changes in (`prev`, `rev`], in order of rev; False, and nothing taken, unless `prev` is ours."""
        if prev != self.rev:
            return False
        for change in changes:
            self._put(change)
        self.rev = rev
        self._trim()
        return True

    def after(self, cursor: int) -> list[Change] | None:
        """The changes with a rev above `cursor`, in order; None when it does not reach back that far."""
        if cursor < self.floor:
            return None
        newest: list[Change] = []
        for rev in reversed(self._changes):
            if rev <= cursor:
                break
            newest.append(self._changes[rev])
        newest.reverse()
        return newest

    def page(self, count: int) -> list[str] | None:
        """The newest `count` messages in order of seq (fewer in a short room); None when it does not hold them all."""
        texts = []
        for seq in range(max(1, self.seq - count + 1), self.seq + 1):
            rev = self._rev_of.get(seq)
            if rev is None:
                return None
            texts.append(self._changes[rev].text)
        return texts

    def __iter__(self) -> Iterator[Change]:
        return iter(self._changes.values())

    def __len__(self) -> int:
        return len(self._changes)

    @property
    def bytes(self) -> int:
        """Memory of the texts held."""
        return self._bytes

    def _put(self, change: Change) -> None:
        earlier = self._rev_of.pop(change.seq, None)
        if earlier is not None:
            self._bytes -= getsizeof(self._changes.pop(earlier).text)
        self._changes[change.rev] = change
        self._rev_of[change.seq] = change.rev
        self._bytes += getsizeof(change.text)
        self.seq = max(self.seq, change.seq)

    def _trim(self) -> None:
        while len(self._changes) > self._capacity or self._bytes > self._size:
            oldest = next(iter(self._changes))
            change = self._changes.pop(oldest)
            del self._rev_of[change.seq]
            self._bytes -= getsizeof(change.text)
            self.floor = max(self.floor, oldest)
