"""Shuts the pages to people who are banned from the site."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chat import access
from chat.errors import Banned
from chat.refusals import said

# The API tells them itself, by token too; at the decisions they appeal.
OPEN_PATHS = (
    "/accounts/logout/",
    "/moderation/mine/",
    "/static/",
    "/api/",
    "/offline/",
    "/service-worker.js",
    "/manifest.webmanifest",
)


class SiteBanMiddleware:
    """A banned person who is signed in sees why and until when, and may sign out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(OPEN_PATHS) and request.user.is_authenticated:
            try:
                access.admit(request.user)
            except Banned as error:
                return render(request, "chat/banned.html", {"ban": error, "detail": said(error.detail)}, status=403)
        return self.get_response(request)
