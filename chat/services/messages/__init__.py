"""Messages: post, edit, delete, restore, react, pin, save, forward."""

from chat.services.messages.changing import (
    delete_message,
    edit_message,
    may_restore,
    purge_removed_texts,
    restore_message,
)
from chat.services.messages.forwarding import forward_message
from chat.services.messages.pins import set_pin
from chat.services.messages.posting import Draft, Outcome, Posted, post_message, post_messages
from chat.services.messages.reactions import set_reaction
from chat.services.messages.saving import remind, save_message, unsave_message

__all__ = [
    "Draft",
    "Outcome",
    "Posted",
    "delete_message",
    "edit_message",
    "forward_message",
    "may_restore",
    "post_message",
    "post_messages",
    "purge_removed_texts",
    "remind",
    "restore_message",
    "save_message",
    "set_pin",
    "set_reaction",
    "unsave_message",
]
