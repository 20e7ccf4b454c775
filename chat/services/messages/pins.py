"""Pins: messages that a room keeps at hand."""

from django.db import transaction
from django.utils import timezone

from chat import access, selectors
from chat.errors import Conflict, Forbidden
from chat.models import Membership, Message
from chat.protocol import PINS_MOST
from chat.services import rules
from chat.services.messages.changing import save_change
from chat.services.messages.system import post_system_line


@transaction.atomic
def set_pin(*, membership: Membership, seq: int, on: bool) -> Message:
    """Pins a message, and says so in the room, or unpins it; what is so already changes nothing.

    Raises NotFound, Forbidden, the sanctions, Conflict (tombstone, too many pins).
    """
    membership = rules.hold(membership)
    message = access.find_message(membership, seq)
    if not membership.may_pin:
        raise Forbidden("Only moderators pin messages in this room.")
    if message.is_pinned == on and not message.is_deleted:
        return message
    rules.require_voice(membership)
    if message.is_deleted:
        raise Conflict("The message was deleted.")
    if on and selectors.pin_count(membership.room) >= PINS_MOST:
        raise Conflict(f"A room has at most {PINS_MOST} pins: take one off first.")
    message.pinned_at = timezone.now() if on else None
    save_change(message, "pinned_at")
    if on:
        post_system_line(membership.room, membership.user, "pinned", seq=seq)
    return message
