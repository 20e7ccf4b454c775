"""Members: join, ask to join, leave, remove, roles, read markers."""

from chat.services.members.asking import answer_join_request, ask_to_join, withdraw_join_request
from chat.services.members.joining import add_member, join_default_rooms, join_room, leave_room, remove_member
from chat.services.members.personal import mark_read, order_rooms, set_room_settings
from chat.services.members.roles import hand_over_room, set_role

__all__ = [
    "add_member",
    "answer_join_request",
    "ask_to_join",
    "hand_over_room",
    "join_default_rooms",
    "join_room",
    "leave_room",
    "mark_read",
    "order_rooms",
    "remove_member",
    "set_role",
    "set_room_settings",
    "withdraw_join_request",
]
