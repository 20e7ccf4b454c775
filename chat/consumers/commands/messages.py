"""What is done to a message that stands: edit, delete, react, pin, save, forward."""

from functools import partial

from accounts.models import User
from chat import access, protocol
from chat.consumers.commands.desk import Desk
from chat.models import Membership
from chat.services import messages
from chat.services.messages import Posted
from chat.threads import query


async def edit(desk: Desk, command: protocol.Edit) -> None:
    membership = await _seat(desk, command.room, command.seq)
    message = await query(
        messages.edit_message,
        membership=membership,
        seq=command.seq,
        body=command.body,
        if_rev=command.if_rev,
        online=desk.hub.presence.roster.online,
    )
    await desk.ack(command, seq=message.seq, rev=message.rev)


async def delete(desk: Desk, command: protocol.Delete) -> None:
    membership = await _seat(desk, command.room, command.seq)
    message = await query(messages.delete_message, membership=membership, seq=command.seq, reason=command.reason or "")
    await desk.ack(command, seq=message.seq, rev=message.rev)


async def react(desk: Desk, command: protocol.React) -> None:
    membership = await _seat(desk, command.room, command.seq)
    message = await query(
        messages.set_reaction, membership=membership, seq=command.seq, emoji=command.emoji, on=command.on
    )
    await desk.ack(command, seq=message.seq, rev=message.rev)


async def pin(desk: Desk, command: protocol.Pin) -> None:
    membership = await _seat(desk, command.room, command.seq)
    message = await query(messages.set_pin, membership=membership, seq=command.seq, on=command.on)
    await desk.ack(command, seq=message.seq, rev=message.rev)


async def save(desk: Desk, command: protocol.Save) -> None:
    if command.on:
        membership = await _seat(desk, command.room, command.seq)
        await query(
            messages.save_message,
            membership=membership,
            seq=command.seq,
            remind_at=command.remind_at,  # type: ignore[arg-type]
            origin=desk.reader.name,
        )
    else:
        await query(
            messages.unsave_message, user=desk.user, slug=command.room, seq=command.seq, origin=desk.reader.name
        )
    await desk.ack(command, seq=command.seq, on=command.on)


async def forward(desk: Desk, command: protocol.Forward) -> None:
    posted = await query(_forwarded, desk.user, command)
    await desk.ack(
        command,
        to=command.to,
        seq=posted.seq,
        rev=posted.rev,
        client_id=str(command.client_id),
        duplicate=posted.is_duplicate,
    )


async def _seat(desk: Desk, slug: str, seq: int) -> Membership:
    return await desk.seat(slug, partial(access.enter_room, seq=seq))


def _forwarded(user: User, command: protocol.Forward) -> Posted:
    source = access.enter_room(user, command.room, seq=command.seq)
    to = access.enter_room(user, command.to)
    return messages.forward_message(membership=source, seq=command.seq, to=to, client_id=command.client_id)  # type: ignore[arg-type]
