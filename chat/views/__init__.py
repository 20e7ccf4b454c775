"""The chat's pages: from a request through `access` to a service or a selector, and a template. No rules here."""

from chat.views.files import avatar, upload
from chat.views.installed import manifest, offline, service_worker
from chat.views.invites import invite
from chat.views.pages import ask, create, directory, home, join, leave, room
from chat.views.search import search
from chat.views.styleguide import styleguide

__all__ = [
    "ask",
    "avatar",
    "create",
    "directory",
    "home",
    "invite",
    "join",
    "leave",
    "manifest",
    "offline",
    "room",
    "search",
    "service_worker",
    "styleguide",
    "upload",
]
