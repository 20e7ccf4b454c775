"""Rooms: create, open a direct one, change, lock, archive."""

from chat.services.rooms.direct import open_direct_room
from chat.services.rooms.making import create_room, slug_of
from chat.services.rooms.settings import archive_room, lock_room, restore_room, unlock_room, update_room

__all__ = [
    "archive_room",
    "create_room",
    "lock_room",
    "open_direct_room",
    "restore_room",
    "slug_of",
    "unlock_room",
    "update_room",
]
