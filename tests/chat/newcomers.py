"""A room that hides from newcomers what was said before they came."""

from typing import Any

import pytest

from accounts.models import User
from chat.models import Membership, Room
from chat.services import members, rooms
from tests.factories import post, seat

BEFORE = 6


def hide(room: Room, owner: User, *, hidden: bool = True) -> None:
    rooms.update_room(membership=seat(owner, room), history_for_newcomers=not hidden)


def take_in(user: User, room: Room, by: User, **how: Any) -> Membership:
    members.add_member(membership=seat(by, room), user=user, **how)
    return seat(user, room)


@pytest.fixture
def crypt(cellar: Room, alice: User, bob: User) -> Room:
    """A private room that hides its history: BEFORE messages that say `secret`."""
    hide(cellar, alice)
    for n in range(BEFORE):
        post(bob if n % 2 else alice, cellar, f"secret {n}")
    return cellar
