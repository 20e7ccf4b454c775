"""A community that has been talking for days, so that a newcomer sees a living site."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chat.models import Membership, Message, Room
from chat.services import members, messages, rooms, uploads
from migrations_seed import content
from migrations_seed.first_rooms import SeedError, welcome_id

# No mail ever reaches this domain (RFC 2606); it also tells the demo's accounts from people of the same name.
MAIL_DOMAIN = "demo.invalid"


class Outcome(NamedTuple):
    """What was made; `password` of the new accounts, "" when none is new."""

    usernames: list[str]
    password: str
    rooms: list[str]


def seed_demo() -> Outcome:
    """Makes the accounts and rooms that are not there. A room that has the demo's talk is left as it is.

    Raises SeedError.
    """
    cast = content.people()
    talks = content.talks()
    password = secrets.token_urlsafe(9)
    with transaction.atomic():
        new = _make_people(cast, password)
    users = {user.username: user for user in User.objects.filter(username__in=[person.username for person in cast])}
    made = [talk.name for talk in talks if _make_talk(talk, users)]
    return Outcome(new, password if new else "", made)


def _make_people(cast: list[content.Person], password: str) -> list[str]:
    new = []
    hashed = make_password(password)
    for person in cast:
        email = _email(person.username)
        found = User.objects.filter(username__iexact=person.username).first()
        if found is None:
            User.objects.create(
                username=person.username,
                display_name=person.display_name,
                language=person.language,
                time_zone=person.time_zone,
                email=email,
                password=hashed,
            )
            new.append(person.username)
        elif found.email != email:
            raise SeedError(f"The username “{person.username}” is somebody's here; the demo does not speak for them.")
    return new


def _email(username: str) -> str:
    return f"{username if username.isascii() else username.encode().hex()}@{MAIL_DOMAIN}"


@transaction.atomic
def _make_talk(talk: content.Talk, users: dict[str, User]) -> bool:
    slug = rooms.slug_of(talk.name)
    room = Room.every.filter(slug=slug).first()
    if room is None:
        owner = rooms.create_room(
            owner=users[talk.owner], name=talk.name, kind=talk.kind, topic=talk.topic, icon=talk.icon
        )
        room = owner.room
    elif Message.objects.filter(room=room, client_id=_client_id(slug, 0)).exists():
        return False
    elif room.kind != talk.kind or room.is_archived:
        raise SeedError(f"The room “{slug}” is there, but it is not the one of the demo.")
    # A welcome that nobody has answered yet was there before the talk.
    first = talk.lines[0].moment(_last_day(talk))
    welcome = Message.objects.filter(room=room, seq=room.seq, client_id=welcome_id(slug))
    welcome.update(created_at=first - timedelta(minutes=1))
    keys = _gather(talk, room, users)
    _say(talk, slug, keys)
    for username, key in keys.items():
        key.room.refresh_from_db()
        members.mark_read(membership=key, seq=key.room.seq - talk.unread.get(username, 0))
    return True


def _gather(talk: content.Talk, room: Room, users: dict[str, User]) -> dict[str, Membership]:
    owner = Membership.objects.select_related("user", "room").filter(room=room, role=Membership.Role.OWNER).first()
    if owner is None:
        raise SeedError(f"The room “{room.slug}” has no owner.")
    keys = {}
    for username in talk.members:
        user = users[username]
        if room.is_public:
            keys[username] = members.join_room(user=user, room=room, is_quiet=True)
        else:
            keys[username] = members.add_member(membership=owner, user=user, is_quiet=True)
        if username in talk.moderators:
            keys[username] = members.set_role(
                membership=owner, user=user, role=Membership.Role.MODERATOR, is_quiet=True
            )
    return keys


def _say(talk: content.Talk, slug: str, keys: dict[str, Membership]) -> None:
    last_day = _last_day(talk)
    seqs: dict[str, int] = {}
    for number, line in enumerate(talk.lines):
        key = keys[line.who]
        if line.verb == "edits":
            messages.edit_message(
                membership=key, seq=seqs[line.target], body=line.text, edited_at=line.moment(last_day)
            )
        elif line.verb == "removes":
            messages.delete_message(membership=key, seq=seqs[line.target], reason=line.text)
        else:
            posted = messages.post_message(
                membership=key,
                body=line.text,
                client_id=_client_id(slug, number),
                reply_to=seqs[line.reply] if line.reply else None,
                created_at=line.moment(last_day),
                uploads=_pictures(line, key.user),
            )
            if line.label:
                seqs[line.label] = posted.seq


def _pictures(line: content.Line, user: User) -> list[UUID]:
    if not line.picture or not settings.UPLOAD_BYTES:
        return []
    with content.picture_of(line).open("rb") as file:
        return [uploads.store(user=user, file=File(file, line.picture), alt=line.alt).pk]


def _last_day(talk: content.Talk) -> datetime:
    """Midnight of the day on which the talk ends: today, or yesterday where that would lie ahead."""
    now = timezone.now()
    today = datetime(now.year, now.month, now.day, tzinfo=UTC)
    end = max(line.moment(today) for line in talk.lines)
    return today if end < now else today - timedelta(days=1)


def _client_id(slug: str, number: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"tertulia:demo/{slug}/{number}")
