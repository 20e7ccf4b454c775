"""What a person does in a room without writing: typing, reading, coming and going."""

import time

from accounts.models import User
from chat import access, broadcast, protocol
from chat.consumers.commands.desk import Desk
from chat.models import Membership
from chat.services import members
from chat.threads import query

# More often than this one socket's `typing` in a room is not passed on.
TYPING_SECONDS = 1.0


async def typing(desk: Desk, command: protocol.Typing) -> None:
    membership = await desk.seat(command.room, access.enter_room)
    now = time.monotonic()
    if now - desk.typed_at.get(command.room, -TYPING_SECONDS) >= TYPING_SECONDS:
        desk.typed_at[command.room] = now
        if not desk.hub.presence.is_hidden(desk.user.pk) and await query(access.may_write, membership):
            broadcast.typing(membership, desk.reader.name)


async def read(desk: Desk, command: protocol.Read) -> None:
    membership = await desk.seat(command.room, access.enter_room)
    read_seq = await query(
        members.mark_read,
        membership=membership,
        seq=command.seq,
        back=bool(command.back),
        origin=desk.reader.name,
    )
    await desk.ack(command, read_seq=read_seq)


async def join(desk: Desk, command: protocol.Join) -> None:
    membership = await query(_joined, desk.user, command.room)
    subscription = desk.reader.subscriptions.get(command.room)
    if subscription is not None:
        subscription.membership = membership
    await desk.ack(command)


async def leave(desk: Desk, command: protocol.Leave) -> None:
    membership = await query(access.see_room, desk.user, command.room)
    if not membership.is_preview:
        await query(members.leave_room, membership=membership)
    await desk.ack(command)


def _joined(user: User, slug: str) -> Membership:
    membership = access.see_room(user, slug)
    return members.join_room(user=user, room=membership.room) if membership.is_preview else membership
