"""The page of an invite link."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from chat import access
from chat.errors import NotFound
from chat.models import InviteLink
from chat.services import invites
from chat.signals import INVITE
from chat.views.shell import chat_page, me


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invite(request: HttpRequest, secret: str) -> HttpResponse:
    """Shows what the link opens. POST goes in; who is not signed in makes an account first."""
    try:
        link = access.open_invite(secret)
    except NotFound:
        return render(request, "chat/invite_closed.html", status=HTTPStatus.NOT_FOUND)
    if request.user.is_authenticated:
        return _go_in(request, link, secret)
    may_sign_up = settings.SIGNUP_OPEN or link.room_id is None
    if request.method == "POST" and may_sign_up:
        request.session[INVITE] = secret
        return redirect(f"{reverse('account_signup')}?{urlencode({'next': resolve_url(link.room or '/')})}")
    sign_in = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.path})}"
    return render(request, "chat/invite.html", {"link": link, "may_sign_up": may_sign_up, "sign_in": sign_in})


@chat_page
def _go_in(request: HttpRequest, link: InviteLink, secret: str) -> HttpResponse:
    if request.method == "POST":
        membership = invites.use_invite(user=me(request), secret=secret)
        return redirect(membership.room if membership else "chat:home")
    if link.room is None:
        return redirect("chat:home")
    is_in = link.room.memberships.filter(user=me(request)).exists()
    return redirect(link.room) if is_in else render(request, "chat/invite.html", {"link": link})
