"""Members: join, leave, remove, roles, read markers."""

from chat.services.members.joining import add_member, join_default_rooms, join_room, leave_room
from chat.services.members.personal import mark_read
from chat.services.members.roles import remove_member, set_role

__all__ = [
    "add_member",
    "join_default_rooms",
    "join_room",
    "leave_room",
    "mark_read",
    "remove_member",
    "set_role",
]
