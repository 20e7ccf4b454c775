"""A person's rooms with what is unread in them."""

from collections.abc import Collection, Iterable
from math import inf
from typing import Any

from django.db.models import F

from accounts.models import User
from chat import encoding
from chat.models import Membership, Room, sql
from chat.models.memberships import IS_SMALL

# A message `x` is not by somebody whom the person of a membership `m` ignores.
HEARD = "(x.author_id = ANY ((SELECT ignored FROM accounts_user WHERE id = m.user_id)::bigint[])) IS NOT TRUE"
# A message `x` is there, and what somebody else says.
OTHERS = f"x.deleted_at IS NULL AND x.author_id IS DISTINCT FROM m.user_id AND {HEARD}"
# Unread messages that mean the person of a membership `m` of a room `r`, each once: by name or by `@here`, or everyone.
UNREAD_MENTIONS = f"""
    CASE WHEN m.read_seq >= r.seq THEN 0 ELSE
        (SELECT count(*) FROM chat_mention t JOIN chat_message x ON x.id = t.message_id
            WHERE t.user_id = m.user_id AND t.room_id = m.room_id AND t.seq > m.read_seq AND {OTHERS})
        + (SELECT count(*) FROM chat_message x
            WHERE x.room_id = m.room_id AND x.seq > m.read_seq AND x.mentions_all <> '' AND x.mentions_all = 'room'
                AND NOT EXISTS (SELECT FROM chat_mention t WHERE t.message_id = x.id AND t.user_id = m.user_id)
                AND {OTHERS})
    END
"""  # noqa: S608 - our own words


def seats(users: Iterable[User]) -> dict[int, list[Membership]]:
    """By id, these people's memberships with rooms, unread mentions and `others`, in order of the rooms' names."""
    known = {user.pk: user for user in users}
    rows = Membership.objects.with_rooms(
        "m.user_id = ANY(%s) ORDER BY r.name, r.slug", [list(known)], count=UNREAD_MENTIONS, is_small=IS_SMALL
    )
    people = _people({row.room_id for row in rows if row.room.is_direct})
    found: dict[int, list[Membership]] = {pk: [] for pk in known}
    for row in rows:
        sql.relate(row, user=known[row.user_id])
        row.others = [user for user in people.get(row.room_id, ()) if user.pk != row.user_id]
        found[row.user_id].append(row)
    return found


def seats_of(user: User) -> list[Membership]:
    """The person's memberships with their rooms, without anything that has to be counted."""
    found = Membership.objects.with_rooms("m.user_id = %s", [user.pk])
    for membership in found:
        membership.user = user
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


def in_order(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entries of `sidebar` as the list has them: favourites first, then in one's own order, then as they come."""

    def place(entry: dict[str, Any]) -> tuple[bool, float]:
        settings = entry["settings"]
        return not settings["favourite"], inf if settings["place"] is None else settings["place"]

    return sorted(entries, key=place)


def is_listed(entry: dict[str, Any]) -> bool:
    """Whether the list has it: a conversation that was put out of sight comes back with its next message."""
    hidden_seq = entry["settings"]["hidden_seq"]
    return hidden_seq is None or bool(entry["seq"] > hidden_seq)


def members_with_mentions(room: Room) -> list[Membership]:
    """All members of a room, each with their unread mentions as `mention_count`."""
    return Membership.objects.with_rooms("m.room_id = %s", [room.pk], count=UNREAD_MENTIONS)


def last_room(user: User) -> Room | None:
    """Where `/` sends a signed-in person: the room they last wrote in, else the one they joined last."""
    membership = (
        Membership.objects.filter(user=user, room__archived_at=None, room__deleted_at=None)
        .select_related("room")
        .order_by(F("posted_at").desc(nulls_last=True), "-joined_at", "-pk")
        .first()
    )
    return membership.room if membership else None
