"""Reads: queries and paging by seq and rev. Nothing here asks whether one may: that is `access`."""

from chat.selectors.days import first_since
from chat.selectors.directory import deleted_rooms, directory, invite_uses, invites, join_requests, room_counts
from chat.selectors.finding import search
from chat.selectors.frames import history, history_fields, snapshot, subscribed_fields
from chat.selectors.messages import (
    Told,
    described,
    encode,
    in_sight,
    messages,
    mine,
    pin_count,
    pins,
    revisions,
    who_is_told,
)
from chat.selectors.moment import snapshot_of_now
from chat.selectors.pages import (
    Hole,
    Page,
    changes_after,
    newest,
    newest_changes,
    numbers,
    page_after,
    page_around,
    page_before,
    replay,
)
from chat.selectors.people import (
    ignored,
    invisible_among,
    members,
    members_among,
    others,
    ranks,
    rooms_together,
    sanctions,
)
from chat.selectors.saved import saved
from chat.selectors.seats import last_room, members_with_mentions, seats, seats_of, sidebar

__all__ = [
    "Hole",
    "Page",
    "Told",
    "changes_after",
    "deleted_rooms",
    "described",
    "directory",
    "encode",
    "first_since",
    "history",
    "history_fields",
    "ignored",
    "in_sight",
    "invisible_among",
    "invite_uses",
    "invites",
    "join_requests",
    "last_room",
    "members",
    "members_among",
    "members_with_mentions",
    "messages",
    "mine",
    "newest",
    "newest_changes",
    "numbers",
    "others",
    "page_after",
    "page_around",
    "page_before",
    "pin_count",
    "pins",
    "ranks",
    "replay",
    "revisions",
    "room_counts",
    "rooms_together",
    "sanctions",
    "saved",
    "search",
    "seats",
    "seats_of",
    "sidebar",
    "snapshot",
    "snapshot_of_now",
    "subscribed_fields",
    "who_is_told",
]
