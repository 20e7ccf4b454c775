"""The directory, a room, and the way in and out of one."""

import json
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Page as RoomPage
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.device import device_of
from accounts.models import User
from chat import access, protocol, selectors
from chat.errors import BadRequest, ChatError, NotFound
from chat.forms import GoForm, PlaceForm, RoomForm, SearchForm
from chat.models import Membership, Room
from chat.refusals import said
from chat.services import members, rooms
from chat.views.backlog import first_rows
from chat.views.shell import chat_page, clean, me, shell

ROOMS_A_PAGE = 40
# With more unread than a screen or two, the room opens round the first of them instead of at the newest.
UNREAD_MANY = 40
WINDOW = 80
# How many of its members a room shows in its head, and in the directory.
FACES, FACES_IN_LIST = 4, 3
# How a message with files looks in the page's JSON.
SOME_FILES = '"attachments":[{'


@require_safe
@chat_page
def home(request: HttpRequest) -> HttpResponse:
    """To the last room, or to the directory."""
    return redirect(selectors.last_room(me(request)) or "chat:directory")


@require_http_methods(["GET", "HEAD", "POST"])
@chat_page
def directory(request: HttpRequest) -> HttpResponse:
    """All rooms that one may know of. POST is the classic way: a room's name, and be in it."""
    typed, problem = "", ""
    if request.method == "POST":
        form = GoForm(request.POST)
        typed = request.POST.get("name", "")[:80]
        if not form.is_valid():
            problem = gettext("Type the name of a room.")
        else:
            try:
                return redirect(_room_by_name(me(request), form.cleaned_data["name"]))
            except ChatError as error:
                problem = said(error.detail)
    search = SearchForm(request.GET)
    query, tab = search.value("q", ""), search.chosen_tab
    found = Paginator(selectors.directory(me(request), query=query, tab=tab), ROOMS_A_PAGE)
    counts = selectors.room_counts(me(request))
    page = found.get_page(search.value("page", "1"))
    context: dict[str, object] = {
        "found": _with_faces(page),
        "query": query,
        "tab": tab,
        "tabs": [("all", gettext("All")), ("joined", gettext("Joined")), ("archived", gettext("Archived"))],
        "counts": counts,
        "hint": ngettext("Search %(n)s room", "Search %(n)s rooms", counts["all"]) % {"n": counts["all"]},
        "typed": typed,
        "problem": problem,
    }
    context |= shell(request, selectors.sidebar(me(request)))
    return render(request, "chat/directory.html", context, status=HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK)


def _with_faces(page: RoomPage[Any]) -> RoomPage[Any]:
    """The rooms of a page with some of their people, where those are no secret."""
    open_ones = [room.pk for room in page if room.is_public or room.is_joined]
    faces = selectors.faces(open_ones, FACES_IN_LIST)
    for room in page:
        room.faces = faces.get(room.pk, [])
    return page


def _room_by_name(user: User, name: str) -> Room:
    """Opens, joins or makes the room of that name."""
    slug = rooms.slug_of(name.strip().removeprefix("#"))
    try:
        membership = access.read_room(user, slug)
    except NotFound:
        if not access.may_create_rooms(user):
            raise
        return rooms.create_room(owner=user, name=name.strip().removeprefix("#").strip()).room
    if membership.is_preview and not membership.room.is_archived:
        members.join_room(user=user, room=membership.room)
    return membership.room


@require_http_methods(["GET", "HEAD", "POST"])
@chat_page
def create(request: HttpRequest) -> HttpResponse:
    """A new room."""
    if not access.may_create_rooms(me(request)):
        return render(request, "403.html", status=HTTPStatus.FORBIDDEN)
    form = RoomForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(rooms.create_room(owner=me(request), **form.cleaned_data).room)
        except ChatError as error:
            form.add_error(error.field if error.field in form.fields else None, said(error.detail))
    context = {"form": form} | shell(request, selectors.sidebar(me(request)))
    return render(request, "chat/create.html", context)


@require_POST
@chat_page
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes a seat in a public room."""
    room = access.joinable_room(me(request), clean(slug))
    members.join_room(user=me(request), room=room)
    return redirect(room)


@require_POST
@chat_page
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks to be let into a private room of the directory."""
    room = access.askable_room(me(request), clean(slug))
    members.ask_to_join(user=me(request), room=room, words=request.POST.get("words", ""))
    messages.success(request, gettext("You asked to join %(room)s.") % {"room": room.name})
    return redirect("chat:directory")


@require_POST
@chat_page
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Gives up one's seat."""
    membership = access.enter_room(me(request), clean(slug))
    members.leave_room(membership=membership)
    messages.success(request, gettext("You left %(room)s.") % {"room": membership.room.name})
    return redirect("chat:directory")


@require_safe
@chat_page
def room(request: HttpRequest, slug: str, seq: int | None = None) -> HttpResponse:
    """A room, or one message of it; `?plain` is the transcript for browsers without scripts."""
    user = me(request)
    with selectors.snapshot_of_now():
        try:
            membership = access.read_room(user, clean(slug))
        except NotFound:
            return redirect(_true_address(user, slug, seq))
        if seq is not None and not (1 <= seq <= membership.room.seq and membership.sees(seq)):
            raise NotFound(gettext("There is no such message."))
        if "plain" in request.GET:
            return _transcript(request, membership)
        return _room_page(request, membership, seq)


def _true_address(user: User, slug: str, seq: int | None) -> str:
    """Where another spelling of a room's address leads. Raises NotFound."""
    try:
        true = rooms.slug_of(slug)
    except BadRequest:
        raise NotFound(gettext("There is no such room.")) from None
    if true == slug:
        raise NotFound(gettext("There is no such room."))
    access.read_room(user, true)
    return reverse("chat:room", args=[true]) if seq is None else reverse("chat:permalink", args=[true, seq])


def _room_page(request: HttpRequest, membership: Membership, seq: int | None) -> HttpResponse:
    room = membership.room
    unread = 0 if membership.is_preview else room.seq - membership.read_seq
    place = seq or (membership.read_seq + 1 if unread > UNREAD_MANY else None)
    window = None
    if place is not None:
        window = selectors.history_fields(membership, around=place, limit=WINDOW)
    page = selectors.subscribed_fields(membership, backlog=protocol.BACKLOG if place is None else 0)
    sidebar = selectors.sidebar(membership.user)
    crowd = selectors.crowd(membership, FACES)
    page_text = protocol.page_frame("subscribed", None, page)
    window_text = "null" if window is None else protocol.page_frame("history", None, window)
    context = shell(
        request,
        sidebar,
        page=page_text,
        window=window_text,
        target=json.dumps(seq),
        roles=json.dumps(crowd.ranks),
        muted=_muted(crowd),
    )
    people = page["state"]["people"]
    title = ", ".join(person["name"] for person in people) if people else room.name or room.slug
    if seq is None:  # else the page opens at a place which only its modules find
        context |= first_rows(membership, (window or page)["messages"], crowd.ranks)
    context |= {
        "room": room,
        "membership": membership,
        "can": page["me"]["can"],
        "heading": title if people else f"# {title}",
        "title": title,
        "member_count": crowd.size,
        "asking": selectors.join_requests(room).count() if membership.is_moderator and not room.is_public else None,
        "faces": crowd.faces,
        # Inside of what somebody wrote its quotes would have backslashes.
        "has_files": SOME_FILES in page_text or SOME_FILES in window_text,
        "enter_breaks": device_of(request)["enter"] == "breaks",
    }
    return render(request, "chat/room.html", context)


def _muted(crowd: selectors.Crowd) -> str:
    """As JSON, the mute that keeps the person from writing, its `reason` and `until`; null without one."""
    if crowd.mute is None:
        return "null"
    reason, until = crowd.mute
    return protocol.dumps({"reason": reason, "until": until and protocol.timestamp(until)})


def _transcript(request: HttpRequest, membership: Membership) -> HttpResponse:
    place = PlaceForm(request.GET)
    if not place.is_valid():
        raise NotFound(gettext("There is no such message."))
    before = place.cleaned_data["before"] or membership.room.seq + 1
    page = selectors.page_before(membership, before, protocol.BACKLOG)
    lines = [json.loads(text) for text in page.texts]
    for line in lines:
        line["at"] = parse_datetime(line["created_at"])
    context = {"room": membership.room, "membership": membership, "lines": lines, "has_before": page.has_before}
    return render(request, "chat/transcript.html", context)
