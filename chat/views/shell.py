"""What all pages with the room list share: who may open them, what stands round them, the answer to a refusal."""

import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page

from accounts.device import device_of
from accounts.models import Rank, User
from accounts.second_factor import confirm_path
from chat import access, encoding, protocol, selectors
from chat.errors import ChatError, NotFound, Unavailable
from chat.models import Membership, Room
from chat.refusals import said

STATUS = {"banned": HTTPStatus.FORBIDDEN, "forbidden": HTTPStatus.FORBIDDEN, "conflict": HTTPStatus.CONFLICT}

type Page[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def chat_page[**P](view: Page[P]) -> Page[P]:
    """A page for signed-in people, packed, never kept by a cache; a refusal is a page of its own, but where a role on
    the site rests one is asked for the second factor and comes back."""

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFound:
            raise Http404 from None
        except ChatError as error:
            return _refusal(request, error)

    # Four rounds on a slow line become one. Django pads what it packs, so that its size tells nothing of secrets in it.
    return cast("Page[P]", gzip_page(never_cache(login_required(page))))


def _refusal(request: HttpRequest, error: ChatError) -> HttpResponse:
    rests = error.detail == access.RESTS
    if rests and request.method in ("GET", "HEAD"):
        return redirect(confirm_path(me(request), request.get_full_path()))
    unavailable = isinstance(error, Unavailable)
    status = HTTPStatus.SERVICE_UNAVAILABLE if unavailable else STATUS.get(error.code, HTTPStatus.BAD_REQUEST)
    context = {"refusal": error, "detail": said(error.detail), "rests": rests}
    return render(request, "chat/refused.html", context, status=status)


def me(request: HttpRequest) -> User:
    """The signed-in person."""
    return cast("User", request.user)


def shell(request: HttpRequest, sidebar: list[dict[str, Any]], **page: str) -> dict[str, object]:
    """What every page with the room list needs; `page` holds JSON texts of what the page is about."""
    user = me(request)
    get_token(request)  # for the cookie, which the browser's calls of the API carry back
    listed = selectors.in_order(filter(selectors.is_listed, sidebar))
    signs = [static(f"chat/{name}.svg") for name in ("icon", "icon-unread", "icon-mention")]
    data = {
        "user": protocol.dumps(encoding.myself(user)),
        "rooms": protocol.dumps(sidebar),
        "icons": json.dumps(static("chat/icons.svg")),
        "badges": json.dumps(signs),
        "picture": json.dumps(static("chat/icons/icon-192.png")),
        "signIn": json.dumps(f"{reverse(settings.LOGIN_URL)}?next={request.path}"),
        "timeZone": json.dumps(user.time_zone),
        "device": json.dumps(device_of(request)),
        "ignored": json.dumps(user.ignored),
        "page": "null",
        "window": "null",
        "target": "null",
        "roles": "{}",
        "muted": "null",
    }
    text = ",".join(f'"{key}":{value}' for key, value in (data | page).items())
    return {
        "sign": signs[max(map(_urgency, listed), default=0)],
        "page_json": f"{{{text}}}",
        "rooms": [entry for entry in listed if entry["kind"] != Room.Kind.DIRECT],
        "directs": [entry for entry in listed if entry["kind"] == Room.Kind.DIRECT],
        "may_create": access.may_create_rooms(user),
        "cases_waiting": _cases_waiting(user, sidebar),
    }


def _urgency(entry: dict[str, Any]) -> int:
    """2: something of the room means the person, 1: it has something new, 0: neither."""
    is_unread = entry["seq"] > entry["read_seq"]
    if entry["mentions"] or (is_unread and entry["kind"] == Room.Kind.DIRECT):
        return 2
    return int(is_unread and not entry["settings"]["muted"])


def _cases_waiting(user: User, sidebar: list[dict[str, Any]]) -> int | None:
    """How many cases wait for a moderator; None for who is none, which costs no statement."""
    seats = (entry for entry in sidebar if entry["kind"] != Room.Kind.DIRECT)
    is_moderator = user.rank >= Rank.SITE_MODERATOR or any(seat["role"] != Membership.Role.MEMBER for seat in seats)
    return selectors.waiting(user).count() if is_moderator else None


def clean(slug: str) -> str:
    """An address that the database can be asked for. Raises NotFound."""
    try:
        slug.encode()
    except UnicodeEncodeError:
        slug = "\0"
    if "\0" in slug:
        raise NotFound(gettext("There is no such room."))
    return slug
