"""Whatever one can write, and bells that go astray."""

import asyncio
import random
from contextlib import suppress
from functools import partial

from accounts.models import User
from chat.broadcast import Event
from chat.errors import Conflict, Forbidden
from chat.hub import Hub
from chat.models import Room
from chat.services import messages, rooms
from tests.chat.live import Bells, Socket, check, do
from tests.factories import post, seat


def write_at_random(chance: random.Random, user: User, room: Room) -> None:
    """One of the writes that readers see."""
    membership = seat(user, room)
    seq = chance.randint(1, max(1, membership.room.seq))
    word = chance.choice("ppppedrs") if membership.room.seq else "p"
    if word == "p":
        post(user, room, f"text {chance.random()}")
    elif word == "e":
        with suppress(Conflict, Forbidden):
            messages.edit_message(membership=membership, seq=seq, body=f"edit {chance.random()}")
    elif word == "d":
        messages.delete_message(membership=membership, seq=seq)
    elif word == "r":
        messages.restore_message(membership=membership, seq=seq)
    else:
        rooms.update_room(membership=membership, slow_mode_seconds=chance.randrange(1, 1000))


class Misdelivery:
    """Of the bells some are lost, some come twice, some late and out of order."""

    def __init__(self, hub: Hub, chance: random.Random) -> None:
        self.hub = hub
        self.chance = chance
        self.late: list[Event] = []

    def deliver(self, events: list[Event]) -> None:
        for event in events:
            fate = self.chance.random()
            if fate < 0.4:
                self.late += [event] if fate < 0.2 else []
                continue
            for _ in range(1 if fate < 0.8 else 2):
                self.hub.hear(event)
        if self.late and self.chance.random() < 0.4:
            self.hub.hear(self.late.pop(self.chance.randrange(len(self.late))))


async def misdeliver(
    bells: Bells, sockets: list[Socket], hub: Hub, chance: random.Random, author: User, room: Room
) -> None:
    """Writes a lot, while readers now and then take nothing; ends when all of them have come to the room's last rev."""
    bells.take()
    post_office = Misdelivery(hub, chance)
    for _ in range(40):
        await do(partial(write_at_random, chance, author, room))
        post_office.deliver([event for event in bells.take() if event["type"] == "bell"])
        gate = chance.choice(sockets).gate
        (gate.clear if chance.random() < 0.4 else gate.set)()
        if chance.random() < 0.1:
            await check(hub)
        await asyncio.sleep(0)
    await check(hub)
    rev = (await do(partial(Room.objects.get, pk=room.pk))).rev
    for socket in sockets:
        socket.gate.set()
        await socket.until(partial(socket.has_reached, rev))
