"""The site's first rooms, each with a word of welcome in the language of the site."""

from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import transaction

from accounts.models import User
from chat.models import AuditEntry, Room
from chat.services import messages, rooms
from migrations_seed import content


class SeedError(Exception):
    """The site already has something in the place of what the seed would make; the text says what."""


def seed_site() -> list[str]:
    """Makes the rooms that are not there and were not deleted, through the services; their names. Raises SeedError."""
    site = content.site(settings.LANGUAGE_CODE)
    wanted = {rooms.slug_of(room.name): room for room in site.rooms}
    there = set(Room.every.filter(slug__in=wanted).values_list("slug", flat=True))
    there |= set(AuditEntry.objects.filter(action="room.purge").values_list("before__slug", flat=True))
    missing = [room for slug, room in wanted.items() if slug not in there]
    if not missing:
        return []
    bot = _bot(site.bot)
    for room in missing:
        _make(bot, room)
    return [room.name for room in missing]


def _bot(person: content.Person) -> User:
    bot = User.objects.filter(username__iexact=person.username).first()
    if bot is None:
        return User.objects.create_user(person.username, display_name=person.display_name, is_bot=True)
    if not bot.is_bot:
        raise SeedError(f"The username “{person.username}” belongs to a person; the first rooms need it for a bot.")
    return bot


@transaction.atomic
def _make(bot: User, room: content.FirstRoom) -> None:
    owner = rooms.create_room(owner=bot, name=room.name, topic=room.topic, icon=room.icon, is_default=room.is_default)
    slug = str(owner.room.slug)
    messages.post_message(membership=owner, body=room.welcome.strip(), client_id=welcome_id(slug))


def welcome_id(slug: str) -> UUID:
    """By which the word of welcome of a first room is known."""
    return uuid5(NAMESPACE_URL, f"tertulia:welcome/{slug}")
