"""Fills a site for load tests, behind the services: rows go in by COPY, numbered as the services would number them."""

import random
import secrets
import string
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from itertools import batched
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction
from django.utils import timezone

from accounts.models import User
from chat.markdown import RENDER_VERSION
from chat.models import Membership, Message, Room
from migrations_seed.load_plan import Plan, names, texts

SESSION_CHARACTERS = string.ascii_lowercase + string.digits
CHUNK = 50_000
SPAN = timedelta(days=30)

type Say = Callable[[str], None]


class Access(NamedTuple):
    """A user of the load with a session that is signed in."""

    username: str
    sessionid: str
    rooms: list[str]
    moderates: list[str]


def fill(plan: Plan, say: Say = lambda sentence: None) -> list[Access]:
    """Makes what the plan says, beside what is there; an Access for each user."""
    tag = _free_tag()
    with _without_timeout():
        users = _make_users(plan, tag)
        rooms = _make_rooms(plan, tag, users)
        say(f"{len(users):,} users and {len(rooms):,} rooms are there, named {tag}-…")
    pool = texts(plan.seed)
    for number, room in enumerate(rooms):
        authors = [users[index].pk for index in plan.members_of(number)]
        _fill_room(room, authors, plan, pool)
        say(f"{(number + 1) * plan.messages:,} of {plan.rooms * plan.messages:,} messages")
    with _without_timeout():
        found = _make_access(plan, users, rooms)
    _analyze()
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
    now = timezone.now()
    _copy(
        Membership,
        ("room", "user", "role", "read_seq", "notify", "joined_at", "is_muted", "is_favourite"),
        (
            (
                room.pk,
                users[user].pk,
                Membership.Role.MEMBER if place else Membership.Role.OWNER,
                max(0, plan.messages - chance.randrange(60)),
                Membership.Notify.ALL,
                now,
                False,
                False,
            )
            for room, people in zip(made, members, strict=True)
            for place, user in enumerate(people)
        ),
    )
    return made


def _fill_room(room: Room, authors: list[int], plan: Plan, pool: list[tuple[str, str]]) -> None:
    """Chunk by chunk, each with the room's numbers in one transaction, so that it can be stopped at any moment."""
    chance = random.Random(f"{plan.seed}/{room.slug}")  # noqa: S311
    end = timezone.now()
    step = SPAN / max(1, plan.messages)
    for chunk in batched(range(1, plan.messages + 1), CHUNK):
        with _without_timeout():
            Room.objects.filter(pk=room.pk).update(
                seq=chunk[-1], rev=chunk[-1], active_at=end - step * (plan.messages - chunk[-1])
            )
            _copy(
                Message,
                MESSAGE_FIELDS,
                _messages(room, authors, chunk, lambda seq: end - step * (plan.messages - seq), chance, pool),
            )


MESSAGE_FIELDS = (
    "room", "seq", "rev", "kind", "author", "client_id", "body", "html", "render_version", "mentions_all",
    "created_at", "delete_reason",
)  # fmt: skip


def _messages(
    room: Room,
    authors: list[int],
    seqs: Iterable[int],
    moment: Callable[[int], datetime],
    chance: random.Random,
    pool: list[tuple[str, str]],
) -> Iterator[tuple[Any, ...]]:
    for seq in seqs:
        body, html = chance.choice(pool)
        client_id = UUID(int=chance.getrandbits(128), version=4)
        author = chance.choice(authors)
        yield (room.pk, seq, seq, "text", author, client_id, body, html, RENDER_VERSION, "", moment(seq), "")


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
    _copy(store.get_model_class(), ("session_key", "session_data", "expire_date"), rows)
    return found


# ---------- the database


@contextmanager
def _without_timeout() -> Iterator[None]:
    """A transaction that may take longer than a page's."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield


def _copy(model: type[models.Model], fields: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """COPY of rows into the model's table. Columns that are not named take the database's default, or null."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(_column(model, field)) for field in fields)
    statement = f"COPY {quote(_table(model))} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001


def _column(model: type[models.Model], name: str) -> str:
    field = model._meta.get_field(name)  # noqa: SLF001
    assert isinstance(field, models.Field)  # noqa: S101
    return str(field.column)


def _analyze() -> None:
    """Tells the planner about the new rows, rather than waiting for autovacuum to notice them.

    Not of tables without any: it would plan for empty ones until autovacuum comes by.
    """
    with _without_timeout(), connection.cursor() as cursor:
        for model in (User, Room, Membership, Message):
            if not model.objects.exists():
                continue
            cursor.execute(f"ANALYZE {connection.ops.quote_name(_table(model))}")
