"""Reads: queries and paging by seq and rev. Nothing here asks whether one may: that is `access`."""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import Count, Exists, F, IntegerField, JSONField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from accounts.models import Rank, User
from chat import encoding
from chat.models import (
    UNDO_TIME,
    InviteLink,
    InviteUse,
    JoinRequest,
    Membership,
    Mention,
    Message,
    Reaction,
    Room,
    Sanction,
    SavedMessage,
)
from chat.models.folding import Fold, fold
from chat.models.rooms import IS_SMALL
from chat.protocol import BACKLOG, REACTION_USERS, REPLAY_MOST, Change, dumps, fitting, timestamp


@contextmanager
def snapshot_of_now() -> Iterator[None]:
    """Everything read inside is of one moment. Inside another transaction that one's isolation rules."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


# ---------- messages of a room


# The reactions of a message: of each emoji, in order of first use, [emoji, how many, the first people].
REACTIONS = """(
    SELECT jsonb_agg(jsonb_build_array(e.emoji, e.count, e.users) ORDER BY e.first) FROM (
        SELECT emoji, count(*), min(id) AS first, (array_agg(user_id ORDER BY id))[:%s] AS users
            FROM chat_reaction WHERE message_id = chat_message.id GROUP BY emoji
    ) e
)"""


def messages(room: Room) -> QuerySet[Message]:
    """All of a room's messages, as `described`."""
    return described(Message.objects.filter(room=room))


def described(rows: QuerySet[Message]) -> QuerySet[Message]:
    """Messages with their authors, the people they mean (`mention_ids`) and their `reactions`."""
    mentions = Mention.objects.filter(message=OuterRef("pk")).values("user_id")
    return rows.select_related("author").annotate(
        mention_ids=ArraySubquery(mentions),
        reactions=RawSQL(REACTIONS, [REACTION_USERS], JSONField()),  # noqa: S611 - our own words
    )


def pins(room: Room) -> QuerySet[Message]:
    """The pinned messages of `messages`, the newest pin first."""
    return messages(room).filter(pinned_at__isnull=False, deleted_at=None).order_by("-pinned_at", "-seq")


def who_is_told(message: Message, mentions: Collection[int], *, is_new: bool = True) -> dict[int, str]:
    """The members whom a message concerns, by user id: why, as `mention`, `reply`, `direct` or `room`.

    Their own level counts: who wants to hear nothing of a room is not told, who muted it of what means them only.
    Of an edit, those whom it means anew.
    """
    room = message.room
    replied, everyone = None, ""
    if is_new:
        everyone = "direct" if room.is_direct else "room" if message.mentions_all else ""
        if message.reply_to_seq is not None:
            target = Message.objects.filter(room=room, seq=message.reply_to_seq)
            replied = target.values_list("author_id", flat=True).first()
    members = Membership.objects.filter(room=room).exclude(user=message.author).exclude(notify="nothing")
    by_name = {*mentions, replied} - {None}
    members = members.filter(user__in=by_name) if not everyone else members.exclude(~Q(user__in=by_name), is_muted=True)
    return {
        pk: "mention" if pk in mentions else "reply" if pk == replied else everyone
        for pk in members.values_list("user_id", flat=True)
    }


def saved(user: User, *, before: int | None = None, limit: int = BACKLOG) -> list[dict[str, Any]]:
    """A person's saved messages that they may still see, the newest first.

    Each as `id`, `room` (its slug), `saved_at`, `remind_at` and `message`. `before` is the `id` that a page ended with.
    """
    mine = Membership.objects.filter(room=OuterRef("message__room"), user=user)
    banned = Sanction.objects.standing().filter(kind=Sanction.Kind.BAN, room=OuterRef("message__room"), user=user)
    rows = SavedMessage.objects.filter(
        Exists(mine) | Q(message__room__kind=Room.Kind.PUBLIC),
        ~Exists(banned),
        user=user,
        message__room__deleted_at=None,
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows.select_related("message__room").order_by("-pk")[:limit])
    texts = {row.pk: row for row in described(Message.objects.filter(pk__in=[row.message_id for row in page]))}
    return [
        {
            "id": row.pk,
            "room": row.message.room.slug,
            "saved_at": timestamp(row.saved_at),
            "remind_at": row.remind_at and timestamp(row.remind_at),
            "message": json.loads(encode([texts[row.message_id]])[0].text),
        }
        for row in page
    ]


def revisions(message: Message) -> list[dict[str, Any]]:
    """What an edited message said before, from the first version on: `body`, and until when it stood (`edited_at`)."""
    rows = message.revisions.order_by("edited_at", "pk").values_list("body", "edited_at")
    return [{"body": body, "edited_at": timestamp(edited_at)} for body, edited_at in rows]


def encode(rows: Iterable[Message]) -> list[Change]:
    """Rows of `messages` as encoded changes."""
    return [encoding.change(row, row.mention_ids, row.reactions or ()) for row in rows]  # type: ignore[attr-defined]


def mine(membership: Membership, changes: Iterable[Change]) -> dict[str, list[str]]:
    """One's own reactions on those messages that don't name all who reacted, by seq."""
    cut = [change.seq for change in changes if encoding.is_cut(change.text)]
    if not cut:
        return {}
    found: dict[str, list[str]] = {str(seq): [] for seq in cut}
    rows = Reaction.objects.filter(message__room=membership.room, message__seq__in=cut, user=membership.user)
    for seq, emoji in rows.order_by("pk").values_list("message__seq", "emoji"):
        found[str(seq)].append(emoji)
    return {seq: emojis for seq, emojis in found.items() if emojis}


class Page(NamedTuple):
    """Messages in order of seq, and whether there are others on either side."""

    changes: list[Change]
    has_before: bool
    has_after: bool

    @property
    def texts(self) -> list[str]:
        return [change.text for change in self.changes]


def newest(room: Room, count: int) -> Page:
    """The newest `count` messages."""
    return page_before(room, room.seq + 1, count)


def page_before(room: Room, seq: int, limit: int) -> Page:
    """The `limit` messages next before `seq`, fewer where one frame has no room for them."""
    rows = encode(messages(room).filter(seq__lt=seq).order_by("-seq")[:limit]) if limit else []
    return _page(room, seq, _fitting(rows)[::-1])


def page_after(room: Room, seq: int, limit: int) -> Page:
    """The `limit` messages next after `seq`, fewer where one frame has no room for them."""
    return _page(room, seq, _fitting(encode(messages(room).filter(seq__gt=seq).order_by("seq")[:limit])))


def page_around(room: Room, seq: int, limit: int) -> Page:
    """Half of `limit` before `seq`, the rest from it on; a short side does not pass on its share."""
    before = page_before(room, seq, limit // 2).changes
    rest = page_after(room, seq - 1, limit - limit // 2).changes
    # Nearest first, so that one frame's worth is what lies closest to the asked place.
    nearest = _fitting(sorted(before + rest, key=lambda change: abs(change.seq - seq)))
    return _page(room, seq, sorted(nearest, key=lambda change: change.seq))


def _fitting(changes: list[Change]) -> list[Change]:
    return changes[: fitting([change.text for change in changes])]


def _page(room: Room, asked: int, changes: list[Change]) -> Page:
    first, last = (changes[0].seq, changes[-1].seq) if changes else (asked, asked)
    return Page(changes, has_before=min(first, room.seq + 1) > 1, has_after=last < room.seq)


def replay(room: Room, since: int) -> list[Change] | None:
    """The messages that changed after `since`, in order of seq; None when that is a reset."""
    if since > room.rev:
        return None
    rows = encode(messages(room).filter(rev__gt=since).order_by("rev")[: REPLAY_MOST + 1])
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
        return Hole(room, room.rev, newest(room, count).changes, is_whole=True, state=state)


def numbers(room_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """The rev and the epoch of each of these rooms."""
    rows = Room.objects.filter(pk__in=room_ids).values_list("pk", "rev", "epoch")
    return {pk: (rev, epoch) for pk, rev, epoch in rows}


# ---------- frames with a page of messages, as fields whose `messages` are encoded


def subscribed_fields(
    membership: Membership, *, backlog: int = BACKLOG, since: int | None = None, epoch: str | None = None
) -> dict[str, Any]:
    """The fields of a `subscribed` frame. Call it within `snapshot_of_now` with the membership."""
    room = membership.room
    replayed = None
    if since is not None and epoch in (None, room.epoch):
        replayed = replay(room, since)
    fields = {
        "room": room.slug,
        "epoch": room.epoch,
        "seq": room.seq,
        "rev": room.rev,
        "reset": since is not None and replayed is None,
        "state": encoding.state(room, others(room, membership.user)),
        "me": encoding.me(membership),
    }
    if replayed is not None:
        return fields | {"mine": mine(membership, replayed), "messages": [change.text for change in replayed]}
    page = newest(room, backlog)
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
        page = page_before(room, before, limit)
    elif after is not None:
        page = page_after(room, after, limit)
    else:
        page = page_around(room, around or 0, limit)
    return {
        "room": room.slug,
        "epoch": room.epoch,
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


# ---------- people of a room


def members(room: Room) -> QuerySet[Membership]:
    """All memberships of a room with their people, in an order that stays."""
    return Membership.objects.filter(room=room).select_related("user").order_by("user_id")


# ---------- rooms of a person


def others(room: Room, user: User | None = None) -> list[User]:
    """The people of a direct room but one; nobody for any other kind of room."""
    if room.kind != Room.Kind.DIRECT:
        return []
    members = User.objects.filter(memberships__room=room).order_by("pk")
    return list(members.exclude(pk=user.pk) if user else members)


# Unread mentions of a membership `m` of a room `r`: of the person, and of everyone by somebody else.
UNREAD_MENTIONS = """
    CASE WHEN m.read_seq >= r.seq THEN 0 ELSE
        (SELECT count(*) FROM chat_mention t JOIN chat_message x ON x.id = t.message_id
            WHERE t.user_id = m.user_id AND t.room_id = m.room_id AND t.seq > m.read_seq AND x.deleted_at IS NULL)
        + (SELECT count(*) FROM chat_message x
            WHERE x.room_id = m.room_id AND x.seq > m.read_seq AND x.mentions_all <> '' AND x.deleted_at IS NULL
                AND x.author_id IS DISTINCT FROM m.user_id)
    END
"""


def seats(users: Iterable[User]) -> dict[int, list[Membership]]:
    """By id, these people's memberships with rooms, unread mentions and `others`, in order of the rooms' names."""
    known = {user.pk: user for user in users}
    rows = Membership.objects.with_rooms(
        "m.user_id = ANY(%s) ORDER BY r.name, r.slug", [list(known)], count=UNREAD_MENTIONS, is_small=IS_SMALL
    )
    people = _people({row.room_id for row in rows if row.room.is_direct})
    found: dict[int, list[Membership]] = {pk: [] for pk in known}
    for row in rows:
        row.user = known[row.user_id]
        row.others = [user for user in people.get(row.room_id, ()) if user.pk != row.user_id]
        found[row.user_id].append(row)
    return found


def _people(room_ids: Collection[int]) -> dict[int, list[User]]:
    """The members of each of these rooms."""
    people: dict[int, list[User]] = {}
    if room_ids:
        for member in Membership.objects.filter(room__in=room_ids).select_related("user").order_by("user"):
            people.setdefault(member.room_id, []).append(member.user)
    return people


def sidebar(user: User) -> list[dict[str, Any]]:
    """The person's rooms as `hello.rooms` of the protocol, in order of name."""
    return [encoding.entry(seat, seat.mention_count, seat.others) for seat in seats([user])[user.pk]]


def _known_rooms(user: User) -> QuerySet[Any]:
    """The rooms that a person may know of but direct ones, with is_joined: public, listed, and their own."""
    mine = Membership.objects.filter(room=OuterRef("pk"), user=user)
    known = Q(kind=Room.Kind.PUBLIC) | Q(is_listed=True) | Q(is_joined=True)
    return Room.objects.exclude(kind=Room.Kind.DIRECT).annotate(is_joined=Exists(mine)).filter(known)


def members_with_mentions(room: Room) -> list[Membership]:
    """All members of a room, each with their unread mentions as `mention_count`."""
    return Membership.objects.with_rooms("m.room_id = %s", [room.pk], count=UNREAD_MENTIONS)


def directory(user: User, *, query: str = "", tab: str = "all") -> QuerySet[Room]:
    """Public rooms, listed ones and one's own, as `all`, `joined` or `archived`, those with the newest message first.

    With member_count, is_joined and is_asked (a request to join waits). `query` is a part of the name, the address or
    the topic, whatever its case and accents.
    """
    count = Membership.objects.filter(room=OuterRef("pk")).order_by().values("room").annotate(n=Count("pk")).values("n")
    asked = JoinRequest.objects.filter(room=OuterRef("pk"), user=user, answer=JoinRequest.Answer.WAITING)
    rooms: QuerySet[Any] = (
        _known_rooms(user)
        .annotate(member_count=Coalesce(Subquery(count, IntegerField()), Value(0)), is_asked=Exists(asked))
        .order_by(F("active_at").desc(nulls_last=True), "name", "pk")
    )
    rooms = rooms.exclude(archived_at=None) if tab == "archived" else rooms.filter(archived_at=None)
    if tab == "joined":
        rooms = rooms.filter(is_joined=True)
    if query:
        words = Concat("name", Value("\n"), "slug", Value("\n"), "topic")
        rooms = rooms.alias(words=Fold(words)).filter(words__contains=fold(query))
    return rooms


def room_counts(user: User) -> dict[str, int]:
    """How many rooms each tab of the directory has."""
    live = Q(archived_at=None)
    return _known_rooms(user).aggregate(
        all=Count("pk", filter=live),
        joined=Count("pk", filter=live & Q(is_joined=True)),
        archived=Count("pk", filter=~live),
    )


def join_requests(room: Room) -> QuerySet[JoinRequest]:
    """Who waits to be let in, with the people, the oldest first. For those who may answer."""
    return room.join_requests.filter(answer=JoinRequest.Answer.WAITING).select_related("user")


def deleted_rooms(user: User) -> QuerySet[Room]:
    """The deleted rooms that a person may still bring back: those they own, for site moderators all."""
    rooms = Room.every.filter(deleted_at__gt=timezone.now() - UNDO_TIME).order_by("-deleted_at")
    if user.rank >= Rank.SITE_MODERATOR:
        return rooms
    return rooms.filter(memberships__user=user, memberships__role=Membership.Role.OWNER)


def invites(room: Room | None) -> QuerySet[InviteLink]:
    """The live links of a room or (None) the site, with their makers and use_count, the newest first."""
    return InviteLink.objects.live().filter(room=room).select_related("by")


def invite_uses(link: InviteLink) -> QuerySet[InviteUse]:
    """Who came by a link, the newest first."""
    return link.uses.select_related("user")


def last_room(user: User) -> Room | None:
    """Where `/` sends a signed-in person: the room they last wrote in, else the one they joined last."""
    membership = (
        Membership.objects.filter(user=user, room__archived_at=None, room__deleted_at=None)
        .select_related("room")
        .order_by(F("posted_at").desc(nulls_last=True), "-joined_at", "-pk")
        .first()
    )
    return membership.room if membership else None
