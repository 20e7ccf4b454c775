"""Messages that somebody saved for later, and when they are reminded of one."""

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from chat import access, selectors
from chat.forms import SavedForm
from chat.protocol import BACKLOG
from chat.services import messages
from chat.templatetags.chat_page import room_title
from chat.views.shell import chat_page, clean, me, shell

MORNING = time(9)
REMINDERS = {
    "hour": _("In an hour"),
    "hours": _("In three hours"),
    "tomorrow": _("Tomorrow morning"),
    "week": _("In a week"),
    "never": _("No reminder"),
}


@require_safe
@chat_page
def saved(request: HttpRequest) -> HttpResponse:
    """What one saved, the newest first."""
    user = me(request)
    before = SavedForm(request.GET).value("before")
    rows = selectors.saved(user, before=int(before) if before else None, limit=BACKLOG + 1)
    sidebar = selectors.sidebar(user)
    names = {str(entry["slug"]): room_title(entry) for entry in sidebar}
    context: dict[str, object] = {
        "rows": [_shown(row, names, user.ignored) for row in rows[:BACKLOG]],
        "reminders": REMINDERS.items(),
        "is_first": not before,
        "before": rows[BACKLOG - 1]["id"] if len(rows) > BACKLOG else None,
    }
    return render(request, "chat/saved.html", context | shell(request, sidebar))


@require_POST
@chat_page
def save(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """Takes a message off the list, or sets when one is reminded of it."""
    chosen = request.POST.get("remind", "")
    if chosen in REMINDERS:
        membership = access.enter_room(me(request), clean(slug), seq=seq)
        messages.save_message(membership=membership, seq=seq, remind_at=_moment(chosen))
        notes.success(request, gettext("Saved."))
    else:
        messages.unsave_message(user=me(request), slug=clean(slug), seq=seq)
        notes.success(request, gettext("Taken off the list."))
    return redirect("chat:saved")


def _moment(chosen: str) -> datetime | None:
    """When that is, in the person's time zone."""
    now = timezone.localtime()
    if chosen == "tomorrow":
        return timezone.make_aware(datetime.combine(now.date() + timedelta(days=1), MORNING))
    waits = {"hour": timedelta(hours=1), "hours": timedelta(hours=3), "week": timedelta(weeks=1)}
    return now + waits[chosen] if chosen in waits else None


def _shown(row: dict[str, Any], names: dict[str, str], ignored: list[int]) -> dict[str, Any]:
    message = row["message"]
    author = message["author"] or {"id": 0, "name": ""}
    return row | {
        "title": names.get(row["room"], row["room"]),
        "at": parse_datetime(message["created_at"]),
        "remind_at": row["remind_at"] and parse_datetime(row["remind_at"]),
        "author": author,
        "is_folded": author["id"] in ignored,
    }
