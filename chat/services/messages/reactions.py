"""Reactions: emoji that people give to messages."""

from django.db import transaction

from chat import access
from chat.errors import BadRequest, Conflict, Forbidden
from chat.models import Membership, Message, Reaction
from chat.protocol import REACTION_KINDS, emoji_of
from chat.services import rules
from chat.services.messages.changing import save_change


@transaction.atomic
def set_reaction(*, membership: Membership, seq: int, emoji: str, on: bool) -> Message:
    """Gives a message an emoji of one's own, or takes it back; what is so already changes nothing.

    Raises BadRequest, NotFound, Forbidden, the sanctions, Conflict (tombstone, too many kinds).
    """
    found = emoji_of(emoji)
    if found is None:
        raise BadRequest("A reaction is one emoji.", field="emoji")
    membership = rules.hold(membership)
    message = access.find_message(membership, seq)
    if membership.is_preview:
        raise Forbidden("Join the room first.")
    mine = Reaction.objects.filter(message=message, user=membership.user, emoji=found)
    if mine.exists() == on and not message.is_deleted:
        return message
    rules.require_voice(membership)
    if message.is_deleted:
        raise Conflict("The message was deleted.")
    if on:
        _refuse_another_kind(message, found)
        Reaction.objects.create(message=message, user=membership.user, emoji=found)
    else:
        mine.delete()
    save_change(message)
    return message


def _refuse_another_kind(message: Message, emoji: str) -> None:
    kinds = set(message.reaction_rows.order_by().values_list("emoji", flat=True).distinct())
    if emoji not in kinds and len(kinds) >= REACTION_KINDS:
        raise Conflict(f"A message has at most {REACTION_KINDS} kinds of reactions.", field="emoji")
