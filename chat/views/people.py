"""Who is here: people to find, one of them, and those whom one ignores."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.people import search_people
from chat import access, selectors
from chat.forms import PeopleForm
from chat.services import people as acts
from chat.services import rooms
from chat.views.shell import chat_page, clean, me, shell

PEOPLE_A_PAGE = 40
TOGETHER_MOST = 50


@require_safe
@chat_page
def people(request: HttpRequest) -> HttpResponse:
    """People of the site by any part of their names; with the tab `ignored`, those whom one ignores."""
    user = me(request)
    form = PeopleForm(request.GET)
    query, tab = form.value("q"), form.value("tab") or "all"
    if tab == "ignored":
        found = list(selectors.ignored(user))
    else:
        found = list(search_people(query, after=form.value("after"))[: PEOPLE_A_PAGE + 1])
    has_more = tab == "all" and len(found) > PEOPLE_A_PAGE
    found = found[:PEOPLE_A_PAGE] if has_more else found
    context: dict[str, object] = {
        "found": found,
        "reachable": rooms.reachable(user, found),
        "query": query,
        "tab": tab,
        "tabs": [("all", _("Everyone"), None), ("ignored", _("Ignored"), len(user.ignored))],
        "is_first": not form.value("after"),
        "after": found[-1].username if has_more else "",
    }
    return render(request, "chat/people.html", context | shell(request, selectors.sidebar(user)))


@require_safe
@chat_page
def person(request: HttpRequest, username: str) -> HttpResponse:
    """Somebody's card as a page of its own."""
    user, found = me(request), access.find_person(clean(username))
    context: dict[str, object] = {
        "person": found,
        "together": [] if found == user else selectors.rooms_together(user, found)[:TOGETHER_MOST],
        "is_ignored": found.pk in user.ignored,
        "is_reachable": found.pk in rooms.reachable(user, [found]),
    }
    return render(request, "chat/person.html", context | shell(request, selectors.sidebar(user)))


@require_POST
@chat_page
def write_to(request: HttpRequest, username: str) -> HttpResponse:
    """Opens the conversation with somebody."""
    found = access.find_person(clean(username))
    return redirect(rooms.open_direct_room(user=me(request), people=[found]).room)


@require_POST
@chat_page
def ignore(request: HttpRequest, username: str) -> HttpResponse:
    """Wants to hear nothing of somebody from now on."""
    found = access.find_person(clean(username))
    acts.set_ignored(user=me(request), person=found, on=True)
    messages.success(request, gettext("You ignore %(name)s from now on.") % {"name": found.name})
    return redirect("chat:person", found.username)


@require_POST
@chat_page
def hear_again(request: HttpRequest, username: str) -> HttpResponse:
    """Ignores somebody no longer, also one whose account has ended."""
    found = access.find_ignored(me(request), clean(username))
    acts.set_ignored(user=me(request), person=found, on=False)
    messages.success(request, gettext("You ignore %(name)s no longer.") % {"name": found.name})
    return redirect(reverse("chat:people") + "?tab=ignored")
