"""Fills a site for load tests, behind the services: rows go in by COPY, numbered as the services would number them."""

import random
import secrets
import string
from datetime import timedelta
from importlib import import_module
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import User
from chat.models import Membership, Room
from migrations_seed.load_messages import Say, write_messages
from migrations_seed.load_plan import Plan, names
from migrations_seed.load_rows import analyze, copy_rows, without_timeout

SESSION_CHARACTERS = string.ascii_lowercase + string.digits


class Access(NamedTuple):
    """A user of the load with a session that is signed in."""

    username: str
    sessionid: str
    rooms: list[str]
    moderates: list[str]


def fill(plan: Plan, say: Say = lambda sentence: None) -> list[Access]:
    """Makes what the plan says, beside what is there; an Access for each user."""
    tag = _free_tag()
    with without_timeout():
        users = _make_users(plan, tag)
        rooms = _make_rooms(plan, tag, users)
        say(f"{len(users):,} users and {len(rooms):,} rooms are there, named {tag}-…")
    write_messages(plan, rooms, users, say)
    with without_timeout():
        found = _make_access(plan, users, rooms)
    analyze()
    return found


def _free_tag() -> str:
    """A name for this load that none before it has."""
    used = {slug.split("-")[0] for slug in Room.objects.filter(slug__startswith="load").values_list("slug", flat=True)}
    used |= {
        name.split("-")[0]
        for name in User.objects.filter(username__startswith="load").values_list("username", flat=True)
    }
    return next(f"load{number}" for number in range(1, len(used) + 2) if f"load{number}" not in used)


def _make_users(plan: Plan, tag: str) -> list[User]:
    width = len(str(plan.users))
    made = User.objects.bulk_create(
        [
            User(username=f"{tag}-u{number:0{width}}", display_name=name, password=make_password(None))
            for number, name in enumerate(names(plan), 1)
        ],
        batch_size=5_000,
    )
    return list(made)


def _make_rooms(plan: Plan, tag: str, users: list[User]) -> list[Room]:
    width = len(str(plan.rooms))
    members = [plan.members_of(number) for number in range(plan.rooms)]
    rooms = [
        Room(
            slug=f"{tag}-r{number + 1:0{width}}",
            name=f"{tag}-r{number + 1:0{width}}",
            topic="Made by seed_load",
            kind=Room.Kind.PRIVATE if plan.is_private(number) else Room.Kind.PUBLIC,
            created_by=users[members[number][0]],
        )
        for number in range(plan.rooms)
    ]
    made = list(Room.objects.bulk_create(rooms, batch_size=5_000))
    chance = random.Random(plan.seed)  # noqa: S311
    counts = plan.messages_in()
    now = timezone.now()
    copy_rows(
        Membership,
        ("room", "user", "role", "read_seq", "notify", "joined_at", "is_muted", "is_favourite"),
        (
            (
                room.pk,
                users[user].pk,
                Membership.Role.MEMBER if place else Membership.Role.OWNER,
                max(0, count - chance.randrange(60)),
                Membership.Notify.MENTIONS,
                now,
                False,
                False,
            )
            for room, people, count in zip(made, members, counts, strict=True)
            for place, user in enumerate(people)
        ),
    )
    return made


def _make_access(plan: Plan, users: list[User], rooms: list[Room]) -> list[Access]:
    """One session a user, as a log-in would make it."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    session, backend = store(), settings.AUTHENTICATION_BACKENDS[0]
    expires = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    found = [
        Access(user.username, "".join(secrets.choice(SESSION_CHARACTERS) for _ in range(32)), [], []) for user in users
    ]
    for number, room in enumerate(rooms):
        for place, index in enumerate(plan.members_of(number)):
            found[index].rooms.append(room.slug)
            if not place:
                found[index].moderates.append(room.slug)
    rows = (
        (
            access.sessionid,
            session.encode(
                {
                    SESSION_KEY: str(user.pk),
                    BACKEND_SESSION_KEY: backend,
                    HASH_SESSION_KEY: user.get_session_auth_hash(),
                }
            ),
            expires,
        )
        for user, access in zip(users, found, strict=True)
    )
    copy_rows(store.get_model_class(), ("session_key", "session_data", "expire_date"), rows)
    return found
