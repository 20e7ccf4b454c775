"""People: of a room, and those whom somebody ignores."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.people import search_people
from chat.models import Membership, Room, Sanction, sql


def members(room: Room, *, query: str = "", role: str = "") -> QuerySet[Membership]:
    """The memberships of a room with their people, in an order that stays: all, or those of a name or a role."""
    found = Membership.objects.filter(room=room).select_related("user").order_by("user_id")
    if role:
        found = found.filter(role=role)
    return found.filter(user__in=search_people(query).order_by()) if query else found


class Crowd(NamedTuple):
    """A room's members: how many, some of them, and by id the roles of those who are more than members.

    `mute` is what keeps the reader from writing: its reason, and until when (None: for good).
    """

    size: int
    faces: list[User]
    ranks: dict[int, str]
    mute: tuple[str, datetime | None] | None


CROWD = f"""
SELECT (SELECT count(*) FROM chat_membership WHERE room_id = v.room),
    (SELECT jsonb_object_agg(user_id, role) FROM chat_membership WHERE room_id = v.room AND role <> 'member'),
    mute.reason, mute.ends_at,
    {sql.columns(("u", User))}
FROM (SELECT %s::bigint AS room, %s::bigint AS reader) v
LEFT JOIN LATERAL (SELECT reason, ends_at FROM chat_sanction WHERE user_id = v.reader AND kind = 'mute'
    AND (room_id IS NULL OR room_id = v.room) AND lifted_at IS NULL AND (ends_at IS NULL OR ends_at > %s)
    ORDER BY ends_at DESC NULLS FIRST LIMIT 1) mute ON true
LEFT JOIN LATERAL (SELECT user_id FROM chat_membership WHERE room_id = v.room ORDER BY user_id LIMIT %s) f ON true
LEFT JOIN accounts_user u ON u.id = f.user_id ORDER BY f.user_id
"""  # noqa: S608 - our own words


def crowd(membership: Membership, faces: int) -> Crowd:
    """All that a room's page says of its members and its reader, with the first so many `faces`, in one statement."""
    rows = sql.fetch(CROWD, [membership.room_id, membership.user_id, timezone.now(), faces])
    size, ranks, reason, until = rows[0][:4]
    people = [sql.instance(User, row[4:]) for row in rows if row[4] is not None]
    mute = None if reason is None else (reason, until)
    return Crowd(size, people, {int(pk): role for pk, role in (ranks or {}).items()}, mute)


def sanctions(room: Room) -> QuerySet[Sanction]:
    """The mutes and bans in force in a room, the newest first."""
    return Sanction.objects.standing().filter(room=room).select_related("user", "by").order_by("-pk")


def others(room: Room, user: User | None = None) -> list[User]:
    """The people of a direct room but one; nobody for any other kind of room."""
    if room.kind != Room.Kind.DIRECT:
        return []
    members = User.objects.filter(memberships__room=room).order_by("pk")
    return list(members.exclude(pk=user.pk) if user else members)


def faces(room_ids: Collection[int], count: int) -> dict[int, list[User]]:
    """By room, the first `count` of its members."""
    rows = sql.fetch(
        f"SELECT f.room_id, {sql.columns(('u', User))} FROM unnest(%s::bigint[]) AS asked(id)"  # noqa: S608 - our own words
        " CROSS JOIN LATERAL (SELECT room_id, user_id FROM chat_membership m WHERE m.room_id = asked.id"
        " ORDER BY m.user_id LIMIT %s) f JOIN accounts_user u ON u.id = f.user_id ORDER BY f.room_id, f.user_id",
        [sql.array(room_ids), count],
    )
    found: dict[int, list[User]] = {}
    for room_id, *values in rows:
        found.setdefault(room_id, []).append(sql.instance(User, values))
    return found


def members_among(room_ids: Collection[int], user_ids: Collection[int]) -> dict[int, set[int]]:
    """By room, which of these people are members of it."""
    rows = sql.fetch(
        "SELECT room_id, user_id FROM chat_membership"
        " WHERE room_id = ANY(%s::bigint[]) AND user_id = ANY(%s::bigint[])",
        [sql.array(room_ids), sql.array(user_ids)],
    )
    found: dict[int, set[int]] = {}
    for room_id, user_id in rows:
        found.setdefault(room_id, set()).add(user_id)
    return found


def invisible_among(user_ids: Collection[int]) -> set[int]:
    """Those of these people who don't want to be seen online."""
    return set(User.objects.filter(pk__in=user_ids, is_invisible=True).values_list("pk", flat=True))


def ignored(user: User) -> QuerySet[User]:
    """Those whom a person ignores, in order of username; also those whose account has ended."""
    return User.objects.filter(pk__in=user.ignored).order_by("username")


def rooms_together(user: User, person: User) -> QuerySet[Room]:
    """The rooms, but direct ones, that both are in, by name."""
    mine = Membership.objects.filter(room=OuterRef("pk"), user=user)
    theirs = Membership.objects.filter(room=OuterRef("pk"), user=person)
    return Room.objects.exclude(kind=Room.Kind.DIRECT).filter(Exists(mine), Exists(theirs)).order_by("name", "pk")
