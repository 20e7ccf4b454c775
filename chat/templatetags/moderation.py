"""Acts of moderation in words: a line of the audit log, with its icon."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from chat.models import AuditEntry, Membership

register = template.Library()

# Of each act its icon, how it looks, and what it says.
ACTS: dict[str, tuple[str, str, Any]] = {
    "message.delete": ("trash", "bad", _("{actor} removed a message by {user} in {room}")),
    "message.restore": ("eye", "", _("{actor} restored a message by {user} in {room}")),
    "mute": ("mute", "", _("{actor} muted {user} in {room}")),
    "mute.lift": ("check", "ok", _("{actor} let {user} write again in {room}")),
    "ban": ("ban", "bad", _("{actor} banned {user} from {room}")),
    "ban.lift": ("check", "ok", _("{actor} lifted the ban of {user} from {room}")),
    "member.add": ("users", "", _("{actor} added {user} to {room}")),
    "member.accepted": ("users", "", _("{actor} let {user} into {room}")),
    "member.declined": ("users", "", _("{actor} declined {user}, who asked to join {room}")),
    "member.remove": ("logout", "bad", _("{actor} removed {user} from {room}")),
    "member.role": ("key", "", _("{actor} changed the role of {user} in {room}: {role}")),
    "user.moderator": ("key", "", _("{actor} changed what {user} is on the site: {rank}")),
    "room.lock": ("lock", "", _("{actor} locked {room}")),
    "room.unlock": ("lock", "ok", _("{actor} unlocked {room}")),
    "room.archive": ("archive", "", _("{actor} archived {room}")),
    "room.restore": ("archive", "ok", _("{actor} brought {room} back from the archive")),
    "room.update": ("pencil", "", _("{actor} changed the settings of {room}")),
    "room.convert": ("pencil", "", _("{actor} changed who may come into {room}")),
    "room.default": ("pencil", "", _("{actor} changed whether newcomers join {room}")),
    "room.delete": ("trash", "bad", _("{actor} deleted {room} with all messages")),
    "room.undelete": ("refresh", "ok", _("{actor} brought {room} back with all messages")),
    "room.purge": ("trash", "", _("{room} is gone for good")),
    "invite.create": ("link", "", _("{actor} made an invite link for {room}")),
    "invite.revoke": ("link", "", _("{actor} ended an invite link for {room}")),
}


@register.filter
def act_icon(entry: AuditEntry) -> str:
    return "check" if entry.action == "report.resolve" else ACTS.get(entry.action, ("gear", "", ""))[0]


@register.filter
def act_look(entry: AuditEntry) -> str:
    """`bad` takes something away, `ok` gives it back."""
    return "ok" if entry.action == "report.resolve" else ACTS.get(entry.action, ("gear", "", ""))[1]


@register.filter
def act_sentence(entry: AuditEntry) -> SafeString:
    """Who did what to whom, where, in the reader's language."""
    if entry.action == "report.resolve":
        n = entry.after.get("reports", 1)
        sentence = ngettext("{actor} dismissed a report about {user}", "{actor} dismissed {n} reports about {user}", n)
        return format_html(sentence, actor=_name(entry.actor), user=_name(entry.user), n=n)
    sentence = str(ACTS[entry.action][2]) if entry.action in ACTS else "{actor}: {action}"
    return format_html(
        sentence,
        actor=_name(entry.actor),
        user=_name(entry.user),
        room=_room(entry),
        role=dict(Membership.Role.choices).get(entry.after.get("role", ""), ""),
        rank=gettext("site moderator") if entry.after.get("is_staff") else gettext("like everyone"),
        action=entry.action,
    )


def _name(user: User | None) -> SafeString:
    name = user.name if user else gettext("Deleted account")
    return format_html('<b dir="auto">{}</b>', name)


def _room(entry: AuditEntry) -> SafeString | str:
    if entry.room_id is None:
        return gettext("the whole site")
    name = (entry.room.name or entry.room.slug) if entry.room else entry.before.get("name", "—")
    if entry.room and entry.room.is_direct:
        return gettext("a conversation")
    return format_html("<bdi>#\N{NO-BREAK SPACE}{}</bdi>", name)
