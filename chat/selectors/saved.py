"""What a person keeps for themselves."""

import json
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from chat.models import Membership, Message, Room, Sanction, SavedMessage
from chat.protocol import BACKLOG, timestamp
from chat.selectors.messages import described, encode


def saved(user: User, *, before: int | None = None, limit: int = BACKLOG) -> list[dict[str, Any]]:
    """A person's saved messages that they may still see, the newest first.

    Each as `id`, `room` (its slug), `saved_at`, `remind_at` and `message`. `before` is the `id` that a page ended with.
    """
    mine = Membership.objects.filter(room=OuterRef("message__room"), user=user).seeing(OuterRef("message__seq"))
    banned = Sanction.objects.standing().filter(kind=Sanction.Kind.BAN, room=OuterRef("message__room"), user=user)
    rows = SavedMessage.objects.filter(
        Exists(mine) | Q(message__room__kind=Room.Kind.PUBLIC),
        ~Exists(banned),
        user=user,
        message__room__deleted_at=None,
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows.select_related("message__room").order_by("-pk")[:limit])
    texts = {row.pk: row for row in described(Message.objects.filter(pk__in=[row.message_id for row in page]))}
    return [
        {
            "id": row.pk,
            "room": row.message.room.slug,
            "saved_at": timestamp(row.saved_at),
            "remind_at": row.remind_at and timestamp(row.remind_at),
            "message": json.loads(encode([texts[row.message_id]])[0].text),
        }
        for row in page
    ]
