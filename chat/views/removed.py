"""What a deleted message said, for those who moderate its room, and the way back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from chat import access, encoding
from chat.services import messages
from chat.views.shell import chat_page, clean, me


@require_safe
@chat_page
def removed(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """By whom, when and why it was deleted; text and files for as long as they are kept."""
    membership = access.read_room(me(request), clean(slug))
    message = access.find_deleted(membership, seq)
    text = getattr(message, "removed_text", None)
    context = {
        "message": message,
        "room": message.room,
        "text": text,
        "files": [encoding.attachment(facts) for facts in message.attachments or ()] if text else [],
        "may_restore": text is not None and messages.may_restore(membership, message),
    }
    return render(request, "chat/removed.html", context)


@require_POST
@chat_page
def restore(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """Brings it back, and leads to it."""
    membership = access.moderate_room(me(request), access.read_room(me(request), clean(slug)).room)
    messages.restore_message(membership=membership, seq=seq)
    return redirect("chat:permalink", slug, seq)
