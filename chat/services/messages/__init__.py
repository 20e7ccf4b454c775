"""Messages: post, edit, delete, restore, react, pin."""

from chat.services.messages.changing import delete_message, edit_message, purge_removed_texts, restore_message
from chat.services.messages.pins import set_pin
from chat.services.messages.posting import Draft, Outcome, Posted, post_message, post_messages
from chat.services.messages.reactions import set_reaction

__all__ = [
    "Draft",
    "Outcome",
    "Posted",
    "delete_message",
    "edit_message",
    "post_message",
    "post_messages",
    "purge_removed_texts",
    "restore_message",
    "set_pin",
    "set_reaction",
]
