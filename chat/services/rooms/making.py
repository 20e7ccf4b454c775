"""New rooms: their names and addresses."""

import re
import unicodedata

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.names import clean_name
from chat import broadcast
from chat.errors import BadRequest, Conflict, TooLong
from chat.models import Membership, Room
from chat.protocol import SLUG_LENGTH, emoji_of, is_blank
from chat.services.members.seats import take_seat

NAME_LENGTH = 80
TOPIC_LENGTH = 250
RESERVED_SLUGS = frozenset({"new", "directory", "direct", "search", "saved", "people", "settings", "ws", ".", ".."})


def slug_of(name: str) -> str:
    """A room's address from its name, in its own language: `Café del Mar` gives `café-del-mar`, `大厅` stays.

    Raises BadRequest where nothing is left.
    """
    folded = unicodedata.normalize("NFC", name).casefold()
    slug = "".join(_of_slug(char) for char in folded)
    slug = re.sub(r"-{2,}", "-", unicodedata.normalize("NFC", slug)).strip("-.")[:SLUG_LENGTH].rstrip("-.")
    if not any(unicodedata.category(char)[0] in "LN" for char in slug):
        raise BadRequest("A room's name needs a letter or a digit.", field="name")
    if slug in RESERVED_SLUGS:
        raise BadRequest(f"“{slug}” can't be a room's address; take another name.", field="name")
    return slug


def _of_slug(char: str) -> str:
    """Letters, digits and their marks stay, what can't be seen goes, all else is a dash."""
    if char in "-_.":
        return char
    if unicodedata.category(char)[0] not in "LNM":
        return "-"
    return "" if is_blank(char) else char


@transaction.atomic
def create_room(
    *, owner: User, name: str, kind: str = Room.Kind.PUBLIC, topic: str = "", icon: str = "", is_default: bool = False
) -> Membership:
    """Makes a room that `owner` owns. Raises BadRequest, TooLong, Conflict (the address is taken)."""
    if kind not in (Room.Kind.PUBLIC, Room.Kind.PRIVATE):
        raise BadRequest("A room is public or private.", field="kind")
    name = clean(name, "name", NAME_LENGTH)
    room = Room(
        slug=slug_of(name),
        name=name,
        topic=clean_topic(topic),
        icon=clean_icon(icon),
        kind=kind,
        is_default=is_default,
        created_by=owner,
    )
    try:
        with transaction.atomic():
            room.save(force_insert=True)
    except IntegrityError:
        raise Conflict("There is a room of that name already.", field="name") from None
    membership = take_seat(owner, room, role=Membership.Role.OWNER)
    broadcast.room_joined(membership)
    return membership


def clean_icon(text: str) -> str:
    """One emoji, or nothing. Raises BadRequest."""
    icon = emoji_of(text) if text else ""
    if icon is None:
        raise BadRequest("A room's icon is one emoji.", field="icon")
    return icon


def clean_topic(text: str) -> str:
    """A topic as it is kept; white space alone is none. Raises TooLong, BadRequest."""
    return clean(text, "topic", TOPIC_LENGTH) if text.strip() else ""


def clean(text: str, field: str, longest: int) -> str:
    """A name or a line of text as it is kept. Raises TooLong, BadRequest."""
    if len(text) > longest:
        raise TooLong(f"At most {longest} characters.", field=field)
    try:
        return clean_name(text, longest=longest)
    except ValueError as error:
        raise BadRequest(str(error), field=field) from None
