"""Proves from the evidence of a run that every promise was kept. Pure: no sockets, no database, no clock."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator

from chaos.copy import Copy
from chaos.record import Broken, Evidence, Frame, RoomNow, Seen, Sent, Witness

MANY = 2**53


def check(evidence: Evidence) -> list[str]:
    """Every broken promise, each in a sentence; an empty list is the proof."""
    return list(Checker(evidence).complaints())


class Checker:
    """The evidence, with what several checks look up."""

    def __init__(self, evidence: Evidence) -> None:
        self.people, self.rooms = evidence.people, evidence.rooms
        self.rows = {(slug, row.seq): row for slug, room in self.rooms.items() for row in room.rows}
        self.sent = {(sent.room, sent.client_id): sent for person in self.people for sent in person.sent}

    def complaints(self) -> Iterator[str]:
        for slug, room in self.rooms.items():
            yield from self.check_numbers(slug, room)
            yield from self.check_history(slug, room)
            yield from self.check_senders(slug, room)
        for sent in self.sent.values():
            yield from self.check_acks(sent)
            yield from self.check_changes(sent)
        for person in self.people:
            yield from self.check_order(person)
            yield from self.check_copies(person)
        yield from self.check_frames()

    # ---------- the database

    def check_numbers(self, slug: str, room: RoomNow) -> Iterator[str]:
        """Places are dense, and no two changes have one number."""
        if [row.seq for row in room.rows] != list(range(1, room.seq + 1)):
            yield f"{slug}: its seqs are not 1 … {room.seq}"
        for rev, count in Counter(row.rev for row in room.rows).items():
            if count > 1 or not 1 <= rev <= room.rev:
                yield f"{slug}: rev {rev} stands {count} times (the room is at {room.rev})"

    def check_history(self, slug: str, room: RoomNow) -> Iterator[str]:
        """History over the wire is what the rows say."""
        if room.history != room.rows:
            wrong = [row for row in room.rows if row not in room.history][:3]
            yield f"{slug}: history gives {len(room.history)} messages, rows are {len(room.rows)}; e.g. {wrong}"

    def check_senders(self, slug: str, room: RoomNow) -> Iterator[str]:
        """Every row was sent by its author, once."""
        for (author, client_id), count in Counter((row.author, row.client_id) for row in room.rows).items():
            sent = self.sent.get((slug, client_id or ""))
            if sent is None or sent.author != author:
                yield f"{slug}: nobody sent the message {client_id} of author {author}"
            elif count > 1:
                yield f"{slug}: message {client_id} stands {count} times"

    # ---------- what was acknowledged

    def check_acks(self, sent: Sent) -> Iterator[str]:
        """Acknowledged is stored, where the ack said."""
        for seq in {ack.seq for ack in sent.acks}:
            row = self.rows.get((sent.room, seq))
            if row is None or (row.client_id, row.author) != (sent.client_id, sent.author):
                yield f"{sent.room}: {sent.client_id} was acknowledged as {seq}, where there is {row}"

    def check_changes(self, sent: Sent) -> Iterator[str]:
        """The last acknowledged edit or deletion stands, unless a later one of the person's or a moderator's does."""
        if not sent.acks or (row := self.rows.get((sent.room, sent.acks[0].seq))) is None:
            return
        if row.rev < sent.rev:
            yield f"{sent.room}: message {row.seq} is at rev {row.rev}, acknowledged was {sent.rev}"
        if not row.is_deleted and row.body not in sent.texts:
            yield f"{sent.room}: message {row.seq} holds a text that was never sent"
        if not sent.changes or row.is_deleted:
            return
        last = sent.changes[-1].text
        if last is None:
            yield f"{sent.room}: message {row.seq} was deleted and stands"
        elif row.body not in sent.texts[sent.texts.index(last) :]:
            yield f"{sent.room}: message {row.seq} lost its acknowledged edit"

    def check_order(self, person: Witness) -> Iterator[str]:
        """What one socket sent to one room, and was accepted, rises in the order sent."""
        tries = defaultdict(list)
        for sent in person.sent:
            for ack in sent.acks:
                if not ack.is_duplicate:
                    tries[sent.room, ack.connection].append((ack.attempt, ack.seq))
        for (slug, connection), pairs in tries.items():
            seqs = [seq for _, seq in sorted(pairs)]
            if seqs != sorted(seqs):
                yield f"{slug}: {person.name} on connection {connection} sent in another order than {seqs}"

    # ---------- what was seen

    def check_copies(self, person: Witness) -> Iterator[str]:
        """Each journal can be replayed without a gap, and its end is the database's state."""
        copies: dict[str, Copy] = {}
        for frame in person.frames:
            if frame.kind == "opened":
                for copy in copies.values():
                    copy.is_live = False
                continue
            try:
                copies.setdefault(frame.room, Copy(frame.room)).take(frame)
            except Broken as broken:
                yield f"{person.name}: {broken}"
                return
        for slug, copy in copies.items():
            room = self.rooms[slug]
            if (copy.rev, copy.seq, copy.epoch) != (room.rev, room.seq, room.epoch):
                yield f"{person.name} holds {slug} at rev {copy.rev}, seq {copy.seq}; it is at {room.rev}, {room.seq}"
            wanted = {row.seq: row for row in room.rows if row.seq >= copy.first}
            if copy.messages != wanted:
                wrong = [seq for seq in wanted.keys() | copy.messages if copy.messages.get(seq) != wanted.get(seq)]
                yield f"{person.name} holds another {slug} than the database: messages {sorted(wrong)[:10]}"

    def check_frames(self) -> Iterator[str]:
        """Nothing was delivered that is not in the database, was never sent, differs between readers, or was stale."""
        versions: dict[tuple[str, int, int], Seen] = {
            (slug, seq, row.rev): row for (slug, seq), row in self.rows.items()
        }
        for person in self.people:
            for frame in person.frames:
                for message in frame.messages:
                    yield from self.check_seen(person.name, frame.room, message)
                    if versions.setdefault((frame.room, message.seq, message.rev), message) != message:
                        yield f"{person.name} saw {frame.room} {message.seq} at rev {message.rev} unlike others did"
        yield from self.check_freshness(versions)

    def check_seen(self, name: str, slug: str, message: Seen) -> Iterator[str]:
        row = self.rows.get((slug, message.seq))
        if row is None or (row.client_id, row.author) != (message.client_id, message.author) or row.rev < message.rev:
            yield f"{name} saw in {slug} what is not in the database: {message}, there is {row}"
        sent = self.sent.get((slug, message.client_id or ""))
        if message.is_deleted:
            if message.body:
                yield f"{name} saw the text of a tombstone in {slug}: {message}"
        elif sent is None or message.body not in sent.texts:
            yield f"{name} saw in {slug} a text that was never sent: {message}"

    def check_freshness(self, versions: dict[tuple[str, int, int], Seen]) -> Iterator[str]:
        """A frame up to rev R holds what changed after its cursor, as it was at R.

        Only `events` may leave out what changed once more after R, because that comes later.
        """
        revs = defaultdict(list)
        log = defaultdict(list)
        for slug, seq, rev in sorted(versions):
            revs[slug, seq].append(rev)
            log[slug].append((rev, seq))
        for changes in log.values():
            changes.sort()
        for person in self.people:
            for frame in person.frames:
                held = {message.seq: message.rev for message in frame.messages}
                for seq, rev in held.items():
                    known = revs[frame.room, seq]
                    if known[bisect_right(known, frame.rev) - 1] > rev:
                        yield (
                            f"{person.name} got a stale text: {frame.room} {seq} of rev {rev}"
                            f" in a frame up to {frame.rev}"
                        )
                for rev, seq in changes_of(frame, log[frame.room]):
                    is_last = revs[frame.room, seq][-1] <= frame.rev
                    if seq not in held and (is_last or frame.kind == "subscribed"):
                        yield (
                            f"{person.name} was not told of rev {rev} of {frame.room} {seq}"
                            f" in a frame up to {frame.rev}"
                        )


def changes_of(frame: Frame, log: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """(rev, seq) of the known changes that a frame which goes on from a cursor has to tell of."""
    since = frame.prev if frame.kind == "events" else frame.since
    if since is None or frame.is_reset or frame.kind not in ("events", "subscribed"):
        return []
    return log[bisect_right(log, (since, MANY)) : bisect_right(log, (frame.rev, MANY))]
