"""What moderators decided that concerns oneself: what was done to one, with the way to appeal; what one reported."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from chat import access, selectors
from chat.errors import ChatError
from chat.refusals import said
from chat.services import moderation
from chat.services.moderation.reporting import WORDS_LENGTH
from chat.views.shell import chat_page, me

SHOWN_MOST = 50


@require_safe
@chat_page
def decisions(request: HttpRequest) -> HttpResponse:
    """Open to somebody who is banned from the site, too: there is the way to appeal."""
    user = me(request)
    context: dict[str, object] = {
        "acts": selectors.acts_against(user)[:SHOWN_MOST],
        "complaints": selectors.complaints_by(user)[:SHOWN_MOST],
        "words_length": WORDS_LENGTH,
    }
    return render(request, "moderation/decisions.html", context)


@require_POST
@chat_page
def appeal(request: HttpRequest, number: int) -> HttpResponse:
    entry = access.find_act_against(me(request), number)
    try:
        moderation.appeal_act(user=me(request), entry=entry, words=request.POST.get("words", "").replace("\0", ""))
        messages.success(request, gettext("Somebody else than who decided will look at it."))
    except ChatError as error:
        messages.error(request, said(error.detail))
    return redirect("chat:decisions")
