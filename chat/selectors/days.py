"""The way to a day in a room."""

from datetime import datetime

from chat.models import Membership
from chat.models.sql import fetch


def first_since(membership: Membership, moment: datetime) -> tuple[int, datetime] | None:
    """The seq and time of the first message since that moment which this person may see; None where there is none.

    Places are halved until one is left: messages have no index by time, and their times rise with their places.
    """
    room = membership.room
    rows = fetch(
        "WITH RECURSIVE place (low, high) AS (SELECT %s::bigint, %s::bigint UNION ALL"
        " SELECT CASE WHEN m.created_at < %s THEN m.seq + 1 ELSE p.low END,"
        " CASE WHEN m.created_at < %s THEN p.high ELSE m.seq END"
        " FROM place p JOIN chat_message m ON m.room_id = %s AND m.seq = (p.low + p.high) / 2 WHERE p.low < p.high)"
        " SELECT m.seq, m.created_at FROM place p JOIN chat_message m ON m.room_id = %s AND m.seq = p.low"
        " WHERE p.low = p.high",
        [max(1, membership.first_seq), room.seq + 1, moment, moment, room.pk, room.pk],
    )
    return rows[0] if rows else None
