"""What a room shows: subscribe, unsubscribe, history."""

from typing import Any

from accounts.models import User
from chat import access, protocol, selectors
from chat.consumers.commands.desk import Desk
from chat.errors import Banned, Forbidden, NotFound
from chat.hub import LiveRoom
from chat.models import Membership
from chat.protocol import page_frame
from chat.threads import query


async def subscribe(desk: Desk, command: protocol.Subscribe, seat: Membership | None) -> None:
    """`seat`: one's membership of the room, where it was read just now."""
    try:
        room, membership, fields = await _place(desk, command, seat)
    except (NotFound, Banned):
        desk.reader.unsubscribe(command.room)
        raise
    known = desk.reader.subscriptions
    if command.room not in known and len(known) >= protocol.ROOMS_MOST:
        raise Forbidden(f"At most {protocol.ROOMS_MOST} rooms on one socket.")
    subscription = desk.reader.subscribe(room, membership, fields["rev"])
    await desk.reader.send(page_frame("subscribed", command.ref, fields))
    desk.reader.release(subscription)
    if command.presence is not False:
        desk.hub.presence.watch(subscription)


async def unsubscribe(desk: Desk, command: protocol.Unsubscribe) -> None:
    if not desk.reader.unsubscribe(command.room):
        await query(access.see_room, desk.user, command.room)
    await desk.ack(command)


async def history(desk: Desk, command: protocol.History) -> None:
    fields = await query(_history_of, desk.user, command)
    await desk.reader.send(page_frame("history", command.ref, fields))


async def _place(
    desk: Desk, command: protocol.Subscribe, seat: Membership | None
) -> tuple[LiveRoom, Membership, dict[str, Any]]:
    """The room, one's standing in it and what it shows, from the ring where that holds it all."""
    backlog = protocol.BACKLOG if command.backlog is None else command.backlog
    place: dict[str, Any] = {"backlog": backlog, "since": command.since, "epoch": command.epoch}
    while True:
        turn = desk.reader.turn
        membership, fields = await _page(desk, command.room, place, seat)
        room = await desk.hub.open(membership.room_id)
        # Something of this person's access ended meanwhile, perhaps this room's, or the room was put away as idle,
        # or an earlier subscription has gone further by now: then look again.
        if turn == desk.reader.turn and desk.hub.find(room.slug) is room and not _is_past(desk, room, fields["rev"]):
            return room, membership, fields
        seat = None


def _is_past(desk: Desk, room: LiveRoom, rev: int) -> bool:
    """Whether this socket was already sent what came after `rev`."""
    held = desk.reader.subscriptions.get(room.slug)
    return held is not None and held.room is room and held.cursor > rev


async def _page(
    desk: Desk, slug: str, place: dict[str, Any], seat: Membership | None = None
) -> tuple[Membership, dict[str, Any]]:
    """From the ring, which is read once however many come into a cold room; what it lacks from the database."""
    membership = seat if seat is not None else await query(access.read_room, desk.user, slug)
    room = await desk.hub.open(membership.room_id)
    fields = room.subscribed_fields(membership, **place)
    if fields is not None:
        return membership, fields
    return await query(_subscribed_to, desk.user, slug, place)


# ---------- in a database thread


def _subscribed_to(user: User, slug: str, place: dict[str, Any]) -> tuple[Membership, dict[str, Any]]:
    with selectors.snapshot_of_now():
        membership = access.read_room(user, slug)
        return membership, selectors.subscribed_fields(membership, **place)


def _history_of(user: User, command: protocol.History) -> dict[str, Any]:
    with selectors.snapshot_of_now():
        membership = access.read_room(user, command.room)
        return selectors.history_fields(
            membership,
            before=command.before,
            after=command.after,
            around=command.around,
            limit=command.limit or protocol.BACKLOG,
        )
