"""Forwarding: a message quoted in another room."""

import re
from uuid import UUID

from django.db import transaction

from chat import access
from chat.errors import Conflict, Forbidden
from chat.models import Membership, Message
from chat.protocol import BODY_LENGTH
from chat.services import uploads
from chat.services.messages.posting import Posted, post_message

MARKUP = re.compile(r"([\\`*_~\[\]<>&@#:!()])")


def forward_message(*, membership: Membership, seq: int, to: Membership, client_id: UUID) -> Posted:
    """Quotes a message in another room, with its author, place and files, as a message of one's own there.

    What is too long is cut. Raises NotFound, Forbidden (a system line), Conflict (tombstone), and what posting raises.
    """
    key = (to.room_id, to.user_id, client_id)
    known = Message.objects.by_client_ids([key]).get(key)
    if known is not None:
        return Posted(known, is_duplicate=True)
    source = access.find_message(membership, seq)
    if source.kind != Message.Kind.TEXT:
        raise Forbidden("Only what people wrote can be forwarded.")
    if source.is_deleted:
        raise Conflict("The message was deleted.")
    with transaction.atomic():
        copies = uploads.copy(source, to.user) if source.attachments else ()
        return post_message(membership=to, body=_quotation(source), client_id=client_id, uploads=copies)


def _quotation(source: Message) -> str:
    author = MARKUP.sub(r"\\\1", source.author.name) if source.author else ""
    place = "" if source.room.is_direct else f"#{source.room.slug}/{source.seq}"
    origin = "\n\n— " + ", ".join(part for part in (author, place) if part)
    quote = "\n".join(f"> {line}" for line in source.body.splitlines())
    room = BODY_LENGTH - len(origin)
    if not quote:
        return origin.lstrip()
    return (quote if len(quote) <= room else quote[: room - 1] + "…") + origin
