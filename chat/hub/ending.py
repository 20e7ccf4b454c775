"""What ends because somebody's access has, and what begins anew because they see more or less than before."""

from collections.abc import Collection

from chat import access
from chat.hub.reader import Reader, Subscription
from chat.protocol import frame
from chat.threads import query


async def end_lapsed(readers: Collection[Reader]) -> None:
    """Ends the sockets of those who may not be here any more, and subscriptions of rooms that they may not read.

    Raises Unavailable.
    """
    lapsed = await query(access.lapsed, [reader.holder for reader in readers])
    for reader in readers:
        if (ended := lapsed.get(reader.holder)) is not None:
            reader.close(ended.code, ended.notice)
    subscriptions = [one for reader in readers for one in reader.subscriptions.values()]
    lost = await query(access.lost_rooms, {one.seat for one in subscriptions})
    for one in subscriptions:
        if one.seat in lost and not one.is_ended:
            _end(one, lost[one.seat])
    moved = await query(access.other_sight, {one.sight for one in subscriptions if not one.is_ended})
    for one in subscriptions:
        if one.sight in moved and not one.is_ended:
            one.reader.begin_anew(one.room.slug)


def _end(subscription: Subscription, reason: str) -> None:
    if reason == "removed" and subscription.membership.is_preview:
        reason = "private"
    slug = subscription.room.slug
    subscription.reader.leave(slug, frame("room_left", room=slug, reason=reason))
