"""Who is here: what every process says of its own sockets, and what the rooms of this one show of it."""

from chat.hub.presence.presence import Presence

__all__ = ["Presence"]
