"""The live side of one process: its readers, a ring for each live room, gap repair, eviction."""

from chat.hub.hub import Hub
from chat.hub.presence import who_is_here, who_is_online
from chat.hub.reader import Reader, Subscription
from chat.hub.room import LiveRoom

__all__ = ["Hub", "LiveRoom", "Reader", "Subscription", "who_is_here", "who_is_online"]
