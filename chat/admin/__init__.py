"""Django admin: lists to look at, acts through the services."""

from chat.admin import messages, moderation, people, rooms, ways_in

__all__ = ["messages", "moderation", "people", "rooms", "ways_in"]
