"""A client's copy of one room: applies frames exactly as the protocol says, and refuses what it forbids. Pure."""

from chaos.record import Broken, Frame, Seen


class Copy:
    """What one client holds of one room: everything from message `first` on."""

    def __init__(self, room: str) -> None:
        self.room = room
        self.rev: int | None = None
        self.epoch = ""
        self.seq = 0
        self.messages: dict[int, Seen] = {}
        self.first = 1
        self.is_live = False

    def take(self, frame: Frame) -> None:
        """Apply one step of the journal. Raises Broken."""
        match frame.kind:
            case "subscribed":
                self._subscribed(frame)
            case "events":
                self._events(frame)
            case _:
                self.is_live = False

    def _subscribed(self, frame: Frame) -> None:
        seqs = [message.seq for message in frame.messages]
        self._need(seqs == sorted(set(seqs)), frame, "a page is not in order of seq")
        self._need(all(message.rev <= frame.rev for message in frame.messages), frame, "a message from the future")
        if frame.since is None or frame.is_reset:
            self._new_page(frame, seqs)
        else:
            self._resume(frame)
        self.rev, self.epoch, self.seq, self.is_live = frame.rev, frame.epoch, frame.seq, True

    def _new_page(self, frame: Frame, seqs: list[int]) -> None:
        first = seqs[0] if seqs else frame.seq + 1
        self._need(seqs == list(range(first, frame.seq + 1)), frame, "the backlog has a hole")
        self._need(frame.has_before == (first > 1), frame, "has_before is wrong")
        self.first = first
        self.messages = {message.seq: message for message in frame.messages}

    def _resume(self, frame: Frame) -> None:
        since = frame.since
        self._need(since == self.rev, frame, f"resumed at {since} while holding {self.rev}")
        self._need(frame.rev >= (since or 0), frame, "the room went back without a reset")
        self._need(frame.epoch == self.epoch, frame, "another epoch without a reset")
        self._need(all(message.rev > (since or 0) for message in frame.messages), frame, "a change that was known")
        self._merge(frame)

    def _events(self, frame: Frame) -> None:
        self._need(self.is_live, frame, "events without a subscription")
        self._need(frame.prev == self.rev, frame, f"expected prev {self.rev}, got {frame.prev}")
        self._need(frame.rev > frame.prev, frame, "events that lead nowhere")
        revs = [message.rev for message in frame.messages]
        self._need(revs == sorted(set(revs)), frame, "messages not in order of rev")
        self._need(all(frame.prev < rev <= frame.rev for rev in revs), frame, "a rev outside its frame")
        seqs = [message.seq for message in frame.messages]
        self._need(len(seqs) == len(set(seqs)), frame, "a message twice in one frame")
        self._merge(frame)
        self.rev = frame.rev
        self.seq = max([self.seq, *seqs])

    def _merge(self, frame: Frame) -> None:
        for message in frame.messages:
            if message.seq >= self.first:
                known = self.messages.get(message.seq)
                self._need(known is None or known.rev < message.rev, frame, f"message {message.seq} went back")
                self.messages[message.seq] = message

    def _need(self, holds: bool, frame: Frame, complaint: str) -> None:
        if not holds:
            raise Broken(
                f"{self.room}, connection {frame.connection}: {complaint} ({frame.kind} {frame.prev}→{frame.rev})"
            )
