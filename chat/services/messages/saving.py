"""Saving messages for later: a list of one's own, with reminders."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chat import access, broadcast
from chat.errors import BadRequest, Conflict, Forbidden
from chat.models import Membership, SavedMessage
from chat.services import rules


@transaction.atomic
def save_message(
    *, membership: Membership, seq: int, remind_at: datetime | None = None, origin: str = ""
) -> SavedMessage:
    """Puts a message on one's own list, or gives the one that is there another time of reminder.

    Raises NotFound, Forbidden, BadRequest (a time that has passed), Conflict (tombstone).
    """
    membership = rules.hold(membership)
    message = access.find_message(membership, seq)
    if membership.is_preview:
        raise Forbidden("Join the room first.")
    if remind_at is not None and remind_at <= timezone.now():
        raise BadRequest("The reminder must lie ahead.", field="remind_at")
    if message.is_deleted:
        raise Conflict("The message was deleted.")
    saved, _ = SavedMessage.objects.update_or_create(
        user=membership.user, message=message, defaults={"remind_at": remind_at}
    )
    broadcast.saved(membership.user_id, membership.room.slug, seq, on=True, remind_at=remind_at, origin=origin)
    return saved


@transaction.atomic
def unsave_message(*, user: User, slug: str, seq: int, origin: str = "") -> None:
    """Takes a message off one's own list, also one that can't be seen any more."""
    gone, _ = SavedMessage.objects.filter(user=user, message__room__slug=slug, message__seq=seq).delete()
    if gone:
        broadcast.saved(user.pk, slug, seq, on=False, remind_at=None, origin=origin)


@transaction.atomic
def remind() -> int:
    """Reminds people of what is due by now, each once; how many reminders there were."""
    due = SavedMessage.objects.filter(remind_at__lte=timezone.now()).select_related("message__room")
    rows = list(due.select_for_update(of=("self",), skip_locked=True))
    SavedMessage.objects.filter(pk__in=[row.pk for row in rows]).update(remind_at=None)
    for row in rows:
        broadcast.reminder(row.user_id, row.message)
    return len(rows)
