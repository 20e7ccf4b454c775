"""Rooms: create, open a direct one, change, lock, archive, delete."""

from chat.services.rooms.deleting import delete_room, purge_deleted_rooms, restore_deleted_room
from chat.services.rooms.direct import open_direct_room, reachable
from chat.services.rooms.making import create_room, slug_of
from chat.services.rooms.settings import (
    archive_room,
    convert_room,
    lock_room,
    restore_room,
    set_default_room,
    unlock_room,
    update_room,
)

__all__ = [
    "archive_room",
    "convert_room",
    "create_room",
    "delete_room",
    "lock_room",
    "open_direct_room",
    "purge_deleted_rooms",
    "reachable",
    "restore_deleted_room",
    "restore_room",
    "set_default_room",
    "slug_of",
    "unlock_room",
    "update_room",
]
