"""Direct rooms: two people or a small group, who find the same room again."""

import secrets
from collections.abc import Collection

from django.db import IntegrityError, transaction

from accounts.models import Rank, User
from chat import broadcast
from chat.errors import BadRequest
from chat.models import Membership, Room
from chat.services import rules
from chat.services.members.personal import set_room_settings

PEOPLE_MOST = 20


@transaction.atomic
def open_direct_room(*, user: User, people: Collection[User]) -> Membership:
    """The direct room of `user` with these others, made where there is none; a new one costs a message's rate.

    Its address says nothing. Raises BadRequest, NotFound (an account that has ended), Forbidden (out of reach), Banned,
    Muted, RateLimited.
    """
    everyone = sorted({user, *people}, key=lambda person: person.pk)
    if not 2 <= len(everyone) <= PEOPLE_MOST:
        raise BadRequest(f"A conversation has 2 to {PEOPLE_MOST} people.", field="people")
    key = key_of(everyone)
    room = Room.objects.filter(direct_key=key).first()
    if room is None:
        room = Room(slug=secrets.token_hex(8), kind=Room.Kind.DIRECT, direct_key=key, created_by=user)
        try:
            with transaction.atomic():
                room.save(force_insert=True)
        except IntegrityError:  # somebody opened it at the same moment
            room = Room.objects.get(direct_key=key)
        else:
            _fill(room, user, everyone)
    membership = Membership.objects.select_related("room", "user").get(room=room, user=user)
    return set_room_settings(membership=membership, is_hidden=False)


def reachable(user: User, people: Collection[User]) -> set[int]:
    """The ids of those to whom `user` may write alone: whom a conversation was begun with, and with whom one may begin.

    People as they are in the database, with whom they ignore, of which nothing is told but this.
    """
    keys = {key_of([user, person]): person.pk for person in people if person != user}
    begun = Room.objects.filter(direct_key__in=keys, seq__gt=0).values_list("direct_key", flat=True)
    found = {keys[key] for key in begun if key is not None}
    ignoring = set() if user.rank >= Rank.SITE_MODERATOR else {one.pk for one in people if user.pk in one.ignored}
    return found | (rules.within_reach(user, people) - ignoring - {user.pk})


def key_of(people: Collection[User]) -> str:
    """What the same people have the same of: `Room.direct_key`."""
    return ",".join(str(pk) for pk in sorted(person.pk for person in people))


def _fill(room: Room, user: User, everyone: list[User]) -> None:
    rules.refuse_reach(user, everyone)
    allowances = rules.Allowances([user])
    allowances.check(user)
    allowances.draw(user)
    allowances.save()
    # The others have it in their lists once there is something to read.
    rows = [Membership(room=room, user=person, hidden_seq=None if person == user else 0) for person in everyone]
    for membership in Membership.objects.bulk_create(rows):
        broadcast.room_joined(membership, [person for person in everyone if person != membership.user])
        broadcast.standing_changed(membership)
