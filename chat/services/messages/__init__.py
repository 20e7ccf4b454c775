"""Messages: post, edit, delete, restore."""

from chat.services.messages.changing import delete_message, edit_message, purge_removed_texts, restore_message
from chat.services.messages.posting import Draft, Outcome, Posted, post_message, post_messages

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
]
