"""Every component in every state, in both themes: the place to look at when a style changes."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Rank
from chat import selectors
from chat.modules import module_folder
from chat.views.shell import chat_page, me, shell

HUES = range(8)
SYMBOL = re.compile(r'<symbol id="(\w+)"')


@require_safe
@chat_page
def styleguide(request: HttpRequest) -> HttpResponse:
    """For staff; nobody else is told of it."""
    if me(request).rank < Rank.SITE_MODERATOR:
        raise Http404
    context = {"themes": ("light", "dark"), "hues": HUES, "icons": icons()}
    return render(request, "chat/styleguide.html", context | shell(request, selectors.sidebar(me(request))))


def icons() -> list[str]:
    """The names of all icons of the sprite."""
    return [
        name for name in SYMBOL.findall((module_folder().parent / "icons.svg").read_text("utf-8")) if name != "blank"
    ]
