"""Django admin: lists to look at, acts through the services."""

from chat.admin import messages, moderation, people, rooms

__all__ = ["messages", "moderation", "people", "rooms"]
