"""Django admin: lists to look at, acts through the services."""

from chat.admin import jobs, messages, moderation, people, reports, rooms, ways_in

__all__ = ["jobs", "messages", "moderation", "people", "reports", "rooms", "ways_in"]
