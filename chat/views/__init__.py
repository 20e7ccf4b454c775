"""The chat's pages: from a request through `access` to a service or a selector, and a template. No rules here."""

from chat.views.decisions import appeal, decisions
from chat.views.desk import decide, desk, undo
from chat.views.export import audit_log
from chat.views.files import avatar, upload
from chat.views.installed import manifest, offline, service_worker
from chat.views.invites import invite
from chat.views.mine import change_my_room, my_rooms, set_my_level
from chat.views.pages import ask, create, directory, home, join, leave, room
from chat.views.people import hear_again, ignore, people, person, write_to
from chat.views.removed import removed, restore
from chat.views.saved import save, saved
from chat.views.search import search
from chat.views.styleguide import styleguide

__all__ = [
    "appeal",
    "ask",
    "audit_log",
    "avatar",
    "change_my_room",
    "create",
    "decide",
    "decisions",
    "desk",
    "directory",
    "hear_again",
    "home",
    "ignore",
    "invite",
    "join",
    "leave",
    "manifest",
    "my_rooms",
    "offline",
    "people",
    "person",
    "removed",
    "restore",
    "room",
    "save",
    "saved",
    "search",
    "service_worker",
    "set_my_level",
    "styleguide",
    "undo",
    "upload",
    "write_to",
]
