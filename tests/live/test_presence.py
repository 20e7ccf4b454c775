"""Who is here, over real processes and a real broker."""

from typing import Any

import pytest

from accounts.models import User
from chat.models import Room
from tests.live.conftest import Connect
from tests.live.site import Person, Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


def until(reader: Person, user: User, kind: str) -> dict[str, Any]:
    """The next presence frame that has the person among its `online` or `offline`."""
    while True:
        frame = reader.wait("presence", room="lobby")
        if user.pk in frame[kind]:
            return frame


def test_people_of_every_process_are_seen(
    meet: Connect, second_worker: Worker, lobby: Room, alice: User, bob: User
) -> None:
    reader = meet(alice)
    reader.subscribe(lobby.slug)
    until(reader, alice, "online")
    guest = meet(bob, at=second_worker)
    until(reader, bob, "online")
    late = meet(alice, at=second_worker)
    late.subscribe(lobby.slug)
    assert set(late.wait("presence")["online"]) == {alice.pk, bob.pk}
    guest.close()
    until(reader, bob, "offline")
    until(late, bob, "offline")
