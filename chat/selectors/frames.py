"""Frames with a page of messages, as fields whose `messages` are encoded."""

import json
from typing import Any

from chat import encoding
from chat.models import Membership
from chat.protocol import BACKLOG
from chat.selectors.messages import mine
from chat.selectors.pages import newest, page_after, page_around, page_before, replay
from chat.selectors.people import others


def subscribed_fields(
    membership: Membership, *, backlog: int = BACKLOG, since: int | None = None, epoch: str | None = None
) -> dict[str, Any]:
    """The fields of a `subscribed` frame. Call it within `snapshot_of_now` with the membership."""
    room = membership.room
    replayed = None
    if since is not None and epoch in (None, membership.epoch):
        replayed = replay(membership, since)
    fields = {
        "room": room.slug,
        "epoch": membership.epoch,
        "seq": room.seq,
        "rev": room.rev,
        "reset": since is not None and replayed is None,
        "state": encoding.state(room, others(room, membership.user)),
        "me": encoding.me(membership),
    }
    if replayed is not None:
        return fields | {"mine": mine(membership, replayed), "messages": [change.text for change in replayed]}
    page = newest(membership, backlog)
    return fields | {
        "has_before": page.has_before,
        "mine": mine(membership, page.changes),
        "messages": page.texts,
    }


def history_fields(
    membership: Membership,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    limit: int = BACKLOG,
) -> dict[str, Any]:
    """The fields of a `history` frame; exactly one of the three places is given."""
    room = membership.room
    if before is not None:
        page = page_before(membership, before, limit)
    elif after is not None:
        page = page_after(membership, after, limit)
    else:
        page = page_around(membership, around or 0, limit)
    return {
        "room": room.slug,
        "epoch": membership.epoch,
        "has_before": page.has_before,
        "has_after": page.has_after,
        "mine": mine(membership, page.changes),
        "messages": page.texts,
    }


def snapshot(membership: Membership, *, backlog: int = BACKLOG) -> dict[str, Any]:
    """A `subscribed` frame as an object, without type and ref: what a page starts with."""
    return _decoded(subscribed_fields(membership, backlog=backlog))


def history(membership: Membership, **place: int) -> dict[str, Any]:
    """A `history` frame as an object, without type and ref; `place` as for `history_fields`."""
    return _decoded(history_fields(membership, **place))


def _decoded(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {"messages": [json.loads(text) for text in fields["messages"]]}
