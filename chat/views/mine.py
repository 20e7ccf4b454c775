"""One's own rooms: their order in the list, which of them are favourites, and how one hears of them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from chat import access, selectors
from chat.errors import BadRequest
from chat.forms import MyRoomForm
from chat.models import Membership, Room
from chat.services import members, people
from chat.views.shell import chat_page, clean, me, shell


@require_safe
@chat_page
def my_rooms(request: HttpRequest) -> HttpResponse:
    """All of them as the list has them, also conversations that are out of it."""
    sidebar = selectors.sidebar(me(request))
    rows = [entry | {"is_out": not selectors.is_listed(entry)} for entry in selectors.in_order(sidebar)]
    context: dict[str, object] = {
        "groups": [
            (_("Rooms"), [row for row in rows if row["kind"] != Room.Kind.DIRECT]),
            (_("Direct messages"), [row for row in rows if row["kind"] == Room.Kind.DIRECT]),
        ],
        "levels": Membership.Notify.choices,
        "changed": request.GET.get("changed", ""),
        "act": request.GET.get("act", ""),
    }
    return render(request, "chat/my_rooms.html", context | shell(request, sidebar))


@require_POST
@chat_page
def change_my_room(request: HttpRequest) -> HttpResponse:
    """Does one thing with one room, and goes back to where it stands then."""
    form = MyRoomForm(request.POST)
    if not form.is_valid():
        raise BadRequest("That is nothing one can do with a room.")
    slug, act = form.cleaned_data["room"], form.cleaned_data["act"]
    membership = access.enter_room(me(request), clean(slug))
    if act in form.STEPS:
        _move(me(request), slug, form.STEPS[act])
    else:
        members.set_room_settings(membership=membership, **form.SETTINGS[act])
    return redirect(f"{reverse('chat:my_rooms')}?{urlencode({'changed': slug, 'act': act})}")


@require_POST
@chat_page
def set_my_level(request: HttpRequest) -> HttpResponse:
    """What one wants to be told of in all rooms that have no level of their own; chosen on the page of settings."""
    people.set_level(user=me(request), notify=request.POST.get("level", ""))
    messages.success(request, gettext("Saved."))
    return redirect(reverse("accounts:profile") + "#rooms")


def _move(user: User, slug: str, step: int) -> None:
    """Past its neighbour of the same kind; favourites stay above the others."""
    entries = selectors.in_order(selectors.sidebar(user))
    at = next(index for index, entry in enumerate(entries) if entry["slug"] == slug)
    beside = [index for index, entry in enumerate(entries) if _is_beside(entry, entries[at])]
    place = beside.index(at) + step
    if 0 <= place < len(beside):
        entries[at], entries[beside[place]] = entries[beside[place]], entries[at]
        slugs = [str(entry["slug"]) for entry in entries]
        members.order_rooms(user=user, rooms=access.find_own_rooms(user, slugs))


def _is_beside(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Both stand in the same part of the list."""
    parts = [(entry["kind"] == Room.Kind.DIRECT, entry["settings"]["favourite"]) for entry in (one, other)]
    return parts[0] == parts[1]
