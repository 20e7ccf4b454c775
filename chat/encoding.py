"""Facts into the protocol's words: rows as JSON objects and as encoded changes."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings

from accounts.models import User
from chat.models import Membership, Message, Room, Sanction
from chat.protocol import LIMITS, REACTION_USERS, Change, dumps, timestamp

type Reactions = Sequence[tuple[str, int, Sequence[int]]]

DELETED_ACCOUNT = {"id": 0, "username": "", "name": "", "bot": False}


def limits() -> dict[str, int]:
    """`hello.limits`: those of the protocol, and the site's own of files (`upload` in bytes)."""
    return LIMITS | {"attachments": settings.UPLOADS_A_MESSAGE, "upload": settings.UPLOAD_BYTES}


def person(user: User) -> dict[str, Any]:
    """`{"id", "username", "name"}`, and `avatar` of those who have a picture."""
    facts = {"id": user.pk, "username": user.username, "name": user.name}
    if user.avatar:
        facts["avatar"] = user.avatar_url
    return facts


def status(user: User) -> dict[str, Any] | None:
    """What a person says of themselves now: `{"emoji", "text", "until"}`."""
    if not user.has_status:
        return None
    until = user.status_until and timestamp(user.status_until)
    return {"emoji": user.status_emoji, "text": user.status_text, "until": until}


def profile(user: User) -> dict[str, Any]:
    """`person` and their `status`: where it is read anew each time."""
    return person(user) | {"status": status(user)}


def my_status(user: User) -> dict[str, Any]:
    """A person's own settings of the kind, as they themselves know them."""
    until = timestamp(user.dnd_until) if user.dnd_until and user.wants_quiet else None
    return {"status": status(user), "dnd_until": until, "invisible": user.is_invisible}


def myself(user: User) -> dict[str, Any]:
    """A person to themselves."""
    return person(user) | my_status(user) | {"notify": user.notify}


def message(row: Message, mentions: Collection[int], reactions: Reactions = ()) -> dict[str, Any]:
    """A message as every reader gets it; `mentions` are the ids of the people it means.

    `reactions`: of each emoji, in order of first use, how many and the ids of the first people who gave it.
    A tombstone keeps its place, author and times, and nothing of its text.
    """
    is_deleted = row.is_deleted
    more = {"event": row.event} if row.event is not None and not is_deleted else {}
    return {
        "seq": row.seq,
        "rev": row.rev,
        "kind": row.kind,
        "client_id": str(row.client_id) if row.client_id else None,
        "author": _author(row),
        "created_at": timestamp(row.created_at),
        "edited_at": timestamp(row.edited_at) if row.edited_at and not is_deleted else None,
        "body": row.body,
        "html": row.html,
        "reply_to": row.reply_to_seq,
        "mentions": [] if is_deleted else sorted(mentions),
        "mentions_all": None if is_deleted else row.mentions_all or None,
        "reactions": [] if is_deleted else [_reaction(*reaction) for reaction in reactions],
        "attachments": [] if is_deleted or not row.attachments else [attachment(facts) for facts in row.attachments],
        "pinned": row.is_pinned,
        "deleted": _deletion(row) if is_deleted else None,
    } | more


def attachment(facts: Mapping[str, Any]) -> dict[str, Any]:
    """An upload as readers get it, of its `facts`."""
    url = f"/uploads/{facts['id']}/"
    sizes = facts["thumbnails"]
    return {
        **facts,
        "url": url,
        "thumbnails": [{"url": f"{url}{max(size)}/", "width": size[0], "height": size[1]} for size in sizes],
    }


def change(row: Message, mentions: Collection[int], reactions: Reactions = ()) -> Change:
    """A message as an encoded change of its room."""
    return Change(row.rev, row.seq, dumps(message(row, mentions, reactions)))


def is_cut(text: str) -> bool:
    """An encoded message has a reaction of more people than it names."""
    # Inside a text of JSON the quotes would have backslashes.
    return '"count":' in text and any(int(count) > REACTION_USERS for count in _COUNT.findall(text))


_COUNT = re.compile(r'"count":(\d+)')


def state(room: Room, people: Iterable[User] = ()) -> dict[str, Any]:
    """What readers see of the room itself; `people`: the others, in a direct room."""
    locked = {"reason": room.lock_reason, "until": timestamp(room.locked_until) if room.locked_until else None}
    return {
        "name": room.name,
        "topic": room.topic,
        "description": room.description,
        "icon": room.icon,
        "kind": room.kind,
        "history_for_newcomers": room.shows_history,
        "slow_mode": room.slow_mode_seconds,
        "posting": room.posting,
        "inviting": room.inviting,
        "pinning": room.pinning,
        "mention_all": room.mention_all,
        "listed": room.is_public or room.is_listed,
        "locked": locked if room.is_locked else None,
        "archived": room.is_archived,
        "people": [person(user) for user in people],
    }


def state_change(room: Room, people: Iterable[User] = ()) -> Change:
    """The room's own settings as an encoded change."""
    return Change(room.state_rev, 0, dumps(state(room, people)))


def entry(membership: Membership, mentions: int, people: Iterable[User] = ()) -> dict[str, Any]:
    """A room in one's list: an element of `hello.rooms`; `mentions` counts the unread ones."""
    room = membership.room
    return {
        "slug": room.slug,
        "name": room.name,
        "icon": room.icon,
        "kind": room.kind,
        "epoch": membership.epoch,
        "seq": room.seq,
        "rev": room.rev,
        "read_seq": membership.read_seq,
        "mentions": mentions,
        "role": membership.role,
        "settings": room_settings(membership),
        "people": [profile(user) for user in people],
    }


def room_settings(membership: Membership) -> dict[str, Any]:
    """How a person wants to have a room in their list."""
    return {
        "notify": membership.notify,
        "own_level": membership.has_own_level or membership.room.is_direct,
        "muted": membership.is_muted,
        "favourite": membership.is_favourite,
        "place": membership.place,
        "hidden_seq": membership.hidden_seq,
    }


def me(membership: Membership) -> dict[str, Any]:
    """What a person is in a room; a preview has no role and may do nothing."""
    return {
        "role": None if membership.is_preview else membership.role,
        "can": membership.can(),
        "read_seq": membership.read_seq,
    }


def notice(code: str, sanction: Sanction) -> dict[str, Any]:
    """The fields of the `notice` that tells a person of a sanction; the detail in English."""
    where = f"in {sanction.room}" if sanction.room else "on this site"
    detail = f"You are {code} {where}: {sanction.reason}"
    until = sanction.ends_at and timestamp(sanction.ends_at)
    where_too = {"room": sanction.room.slug} if sanction.room else {}
    return {"code": code, "detail": detail, "until": until, "reason": sanction.reason, **where_too}


def unmuted(sanction: Sanction) -> dict[str, Any]:
    """The fields of the `notice` that tells a person that they may write again."""
    where = f"in {sanction.room}" if sanction.room else "on this site"
    where_too = {"room": sanction.room.slug} if sanction.room else {}
    return {"code": "unmuted", "detail": f"You can write again {where}.", "until": None, **where_too}


def _author(row: Message) -> dict[str, Any] | None:
    if row.author is not None:
        return person(row.author) | {"bot": row.author.is_bot}
    return None if row.kind == Message.Kind.SYSTEM else DELETED_ACCOUNT


def _reaction(emoji: str, count: int, users: Sequence[int]) -> dict[str, Any]:
    return {"emoji": emoji, "count": count, "users": users}


def _deletion(row: Message) -> dict[str, str]:
    if row.deleted_by_id is not None and row.deleted_by_id == row.author_id:
        return {"by": "author", "reason": ""}
    return {"by": "moderator", "reason": row.delete_reason}
