"""A room's messages by seq (pages) and by rev (what a reader has to be told)."""

from collections.abc import Collection
from typing import Any, NamedTuple

from chat import encoding
from chat.models import Membership, Room
from chat.protocol import REPLAY_MOST, Change, dumps, fitting
from chat.selectors.messages import encode, in_sight, messages
from chat.selectors.moment import snapshot_of_now
from chat.selectors.people import others


class Page(NamedTuple):
    """Messages in order of seq, and whether there are others on either side."""

    changes: list[Change]
    has_before: bool
    has_after: bool

    @property
    def texts(self) -> list[str]:
        return [change.text for change in self.changes]


def newest(membership: Membership, count: int) -> Page:
    """The newest `count` messages that this person may see."""
    return page_before(membership, membership.room.seq + 1, count)


def page_before(membership: Membership, seq: int, limit: int) -> Page:
    """The `limit` messages next before `seq`, fewer where one frame has no room for them."""
    rows = encode(in_sight(membership).filter(seq__lt=seq).order_by("-seq")[:limit]) if limit else []
    return _page(membership, seq, _fitting(rows)[::-1])


def page_after(membership: Membership, seq: int, limit: int) -> Page:
    """The `limit` messages next after `seq`, fewer where one frame has no room for them."""
    rows = encode(in_sight(membership).filter(seq__gt=seq).order_by("seq")[:limit])
    return _page(membership, seq, _fitting(rows))


def page_around(membership: Membership, seq: int, limit: int) -> Page:
    """Half of `limit` before `seq`, the rest from it on; a short side does not pass on its share."""
    before = page_before(membership, seq, limit // 2).changes
    rest = page_after(membership, seq - 1, limit - limit // 2).changes
    # Nearest first, so that one frame's worth is what lies closest to the asked place.
    nearest = _fitting(sorted(before + rest, key=lambda change: abs(change.seq - seq)))
    return _page(membership, seq, sorted(nearest, key=lambda change: change.seq))


def _fitting(changes: list[Change]) -> list[Change]:
    return changes[: fitting([change.text for change in changes])]


def _page(membership: Membership, asked: int, changes: list[Change]) -> Page:
    room, start = membership.room, max(1, membership.first_seq)
    first, last = (changes[0].seq, changes[-1].seq) if changes else (asked, asked)
    return Page(changes, has_before=min(first, room.seq + 1) > start, has_after=last < room.seq)


def replay(membership: Membership, since: int) -> list[Change] | None:
    """The messages that changed after `since`, in order of seq; None when that is a reset."""
    if since > membership.room.rev:
        return None
    rows = encode(in_sight(membership).filter(rev__gt=since).order_by("rev")[: REPLAY_MOST + 1])
    if len(rows) > REPLAY_MOST or len(_fitting(rows)) < len(rows):
        return None
    return sorted(rows, key=lambda change: change.seq)


class Hole(NamedTuple):
    """The changes after a cursor, in order of rev, up to `rev`; `is_whole`: that is all there is.

    `state` is the room itself as readers see it.
    """

    room: Room
    rev: int
    changes: list[Change]
    is_whole: bool
    state: dict[str, Any]


def changes_after(room_id: int, cursor: int, limit: int = REPLAY_MOST) -> Hole | None:
    """What a reader at `cursor` has to be told, at most `limit` messages of it; None when the room is gone."""
    with snapshot_of_now():
        room = Room.objects.filter(pk=room_id).first()
        if room is None:
            return None
        rows = encode(messages(room).filter(rev__gt=cursor).order_by("rev")[:limit])
        is_whole = len(rows) < limit
        rev = room.rev if is_whole else rows[-1].rev
        state = encoding.state(room, others(room))
        if cursor < room.state_rev <= rev:
            rows = sorted([*rows, Change(room.state_rev, 0, dumps(state))])
        return Hole(room, rev, rows, is_whole, state)


def newest_changes(room_id: int, count: int) -> Hole | None:
    """A room with its newest messages, as a ring starts with them; None when the room is gone."""
    with snapshot_of_now():
        room = Room.objects.filter(pk=room_id).first()
        if room is None:
            return None
        state = encoding.state(room, others(room))
        rows = _fitting(encode(messages(room).order_by("-seq")[:count]))
        return Hole(room, room.rev, rows, is_whole=True, state=state)


def numbers(room_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """The rev and the epoch of each of these rooms."""
    rows = Room.objects.filter(pk__in=room_ids).values_list("pk", "rev", "epoch")
    return {pk: (rev, epoch) for pk, rev, epoch in rows}
