"""What a deleted message said, for those who moderate its room."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chat import access
from chat.views.shell import chat_page, me


@require_safe
@chat_page
def removed(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """By whom, when and why it was deleted, and the text for as long as it is kept."""
    message = access.find_deleted(access.read_room(me(request), slug), seq)
    text = getattr(message, "removed_text", None)
    return render(request, "chat/removed.html", {"message": message, "room": message.room, "text": text})
