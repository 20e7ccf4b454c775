"""Bodies into HTML, with the people that they mean and the rooms that they name."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.db.models.functions import Lower

from chat.markdown import EVERYONE, linked, meant, mentioned, render
from chat.models import Membership, Message, Room
from chat.protocol import BODY_LENGTH


class Rendered(NamedTuple):
    """Safe HTML, the ids of the members it means, and whether it means everyone."""

    html: str
    mentions: tuple[int, ...] = ()
    everyone: str = Message.MentionsAll.NOBODY


def render_bodies(bodies: Sequence[tuple[Membership, str]]) -> list[Rendered]:
    """Renders what members are about to say, before any lock is taken.

    Members of the room can be meant, `@room` and `@here` by those who may. A body over the limit stays unrendered: it
    is refused later.
    """
    wanted = [mentioned(body) if "@" in body and len(body) <= BODY_LENGTH else frozenset() for _, body in bodies]
    members = _members({membership.room_id for membership, _ in bodies}, set().union(*wanted))
    # As they are now: a socket keeps its membership for long.
    asking = {membership.pk for (membership, _), names in zip(bodies, wanted, strict=True) if names & EVERYONE}
    found = Membership.objects.select_related("user", "room").in_bulk(asking) if asking else {}
    callers = {pk for pk, row in found.items() if row.may_mention_all}
    rooms = _public_rooms(body for _, body in bodies if "#" in body and len(body) <= BODY_LENGTH)
    return [
        _render(body, names, members.get(membership.room_id, {}), rooms, may_call=membership.pk in callers)
        for (membership, body), names in zip(bodies, wanted, strict=True)
    ]


def _render(
    body: str, wanted: frozenset[str], members: dict[str, tuple[int, str]], rooms: Collection[str], *, may_call: bool
) -> Rendered:
    if len(body) > BODY_LENGTH:
        return Rendered("")
    if "#" not in body:
        rooms = ()
    if not wanted:
        return Rendered(render(body, {}, rooms))
    names = {username: members[username][1] for username in wanted & members.keys()}
    if may_call:
        names |= {word: word for word in wanted & EVERYONE}
    found = meant(body, names)
    everyone = next((word for word in ("room", "here") if word in found), Message.MentionsAll.NOBODY)
    return Rendered(render(body, names, rooms), tuple(sorted(members[name][0] for name in found - EVERYONE)), everyone)


def _public_rooms(bodies: Iterable[str]) -> frozenset[str]:
    """The rooms that these bodies speak of and everybody may know of: one HTML is for all readers."""
    wanted = frozenset[str]().union(*map(linked, bodies))
    if not wanted:
        return wanted
    return frozenset(Room.objects.filter(slug__in=wanted, kind=Room.Kind.PUBLIC).values_list("slug", flat=True))


def _members(rooms: Iterable[int], usernames: Iterable[str]) -> dict[int, dict[str, tuple[int, str]]]:
    """By room id and lower-case username: (user id, name to show)."""
    usernames = list(usernames)
    found: dict[int, dict[str, tuple[int, str]]] = {}
    if not usernames:
        return found
    rows = (
        Membership.objects.filter(room__in=rooms)
        .annotate(lower=Lower("user__username"))
        .filter(lower__in=usernames)
        .select_related("user")
    )
    for row in rows:
        found.setdefault(row.room_id, {})[row.lower] = (row.user_id, row.user.name)  # type: ignore[attr-defined]
    return found
