"""Who is here: what every process says of its own sockets, and what the rooms of this one show of it."""

from chat.hub.presence.presence import Presence, who_is_here, who_is_online

__all__ = ["Presence", "who_is_here", "who_is_online"]
