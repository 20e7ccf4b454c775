"""Messages of a room, encoded, and what belongs to one."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, JSONField, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.utils import timezone

from chat import encoding
from chat.models import Membership, Mention, Message, Reaction, Room
from chat.protocol import REACTION_USERS, Change, timestamp

# The reactions of a message: of each emoji, in order of first use, [emoji, how many, the first people].
REACTIONS = """(
    SELECT jsonb_agg(jsonb_build_array(e.emoji, e.count, e.users) ORDER BY e.first) FROM (
        SELECT emoji, count(*), min(id) AS first, (array_agg(user_id ORDER BY id))[:%s] AS users
            FROM chat_reaction WHERE message_id = chat_message.id GROUP BY emoji
    ) e
)"""


def messages(room: Room) -> QuerySet[Message]:
    """All of a room's messages, as `described`: for what is the same for every reader."""
    return described(Message.objects.filter(room=room))


def in_sight(membership: Membership) -> QuerySet[Message]:
    """Those of `messages` that one person may see."""
    rows = messages(membership.room)
    return rows.filter(seq__gte=membership.first_seq) if membership.first_seq else rows


def described(rows: QuerySet[Message]) -> QuerySet[Message]:
    """Messages with their authors, the people they mean by name (`mention_ids`) and their `reactions`."""
    mentions = Mention.objects.filter(message=OuterRef("pk"), is_named=True).values("user_id")
    return rows.select_related("author").annotate(
        mention_ids=ArraySubquery(mentions),
        reactions=RawSQL(REACTIONS, [REACTION_USERS], JSONField()),  # noqa: S611 - our own words
    )


def pins(membership: Membership) -> QuerySet[Message]:
    """The pinned messages of a room that one person may see, the newest pin first."""
    return in_sight(membership).filter(pinned_at__isnull=False, deleted_at=None).order_by("-pinned_at", "-seq")


def pin_count(room: Room) -> int:
    """How many pinned messages a room has."""
    return Message.objects.filter(room=room, pinned_at__isnull=False, deleted_at=None).count()


class Told(NamedTuple):
    """Why somebody is told of a message: `mention`, `reply`, `direct`, `room` or `message` (they want to hear of all).

    `is_quiet`: but not disturbed now.
    """

    reason: str
    is_quiet: bool = False


def who_is_told(message: Message, mentions: Collection[int], *, is_new: bool = True) -> dict[int, Told]:
    """The members whom a message concerns, by user id.

    Their own level counts: who wants to hear of everything is told of everything, who wants to hear nothing of a room
    is not told, who muted it of what means them only. Of an edit, those whom it means anew. Nobody is told of what they
    may not see, nor of what is by somebody whom they ignore.
    """
    room = message.room
    replied, everyone = None, ""
    if is_new:
        everyone = "direct" if room.is_direct else "room" if message.mentions_all else ""
        if message.reply_to_seq is not None:
            target = Message.objects.filter(room=room, seq=message.reply_to_seq)
            replied = target.values_list("author_id", flat=True).first()
    members = Membership.objects.filter(room=room).exclude(user=message.author).exclude(notify="nothing")
    members = members.seeing(message.seq).exclude(user__ignored__contains=[message.author_id])
    by_name = {*mentions, replied} - {None}
    wanted = Q(user__in=by_name)
    if is_new:
        wanted |= Q(_is_called(message, everyone), is_muted=False) | Q(notify="all", is_muted=False)
    rows = members.filter(wanted).annotate(is_called=_is_called(message, everyone))
    now = timezone.now()
    return {
        pk: Told(
            "mention" if pk in mentions else "reply" if pk == replied else everyone if is_called else "message",
            bool(until and until > now),
        )
        for pk, until, is_called in rows.values_list("user_id", "user__dnd_until", "is_called")
    }


def who_listens(messages: Collection[Message]) -> list[dict[int, Told]]:
    """For each of these messages, which mean nobody, the members who want to hear of every message, by user id."""
    rooms = {message.room_id for message in messages}
    members = Membership.objects.filter(room__in=rooms, notify="all", is_muted=False).select_related("user")
    by_room: dict[int, list[Membership]] = {}
    for member in members:
        by_room.setdefault(member.room_id, []).append(member)
    now = timezone.now()
    return [
        {
            member.user_id: Told("message", bool(member.user.dnd_until and member.user.dnd_until > now))
            for member in by_room.get(message.room_id, ())
            if message.author_id not in (member.user_id, *member.user.ignored) and member.sees(message.seq)
        }
        for message in messages
    ]


def _is_called(message: Message, everyone: str) -> Exists | Value:
    """Whether a member is among the `everyone` whom the message concerns."""
    if everyone != "room" or message.mentions_all != Message.MentionsAll.HERE:
        return Value(bool(everyone), BooleanField())
    return Exists(Mention.objects.filter(room=message.room, seq=message.seq, user=OuterRef("user"), is_called=True))


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
