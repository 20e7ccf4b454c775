"""Fills the naive site as `seed_load` fills ours: python -m bench.naive.fill USERS ROOMS MEMBERS MESSAGES FILE TAG."""

import json
import os
import secrets
import sys
from datetime import timedelta
from pathlib import Path

import django

# Its models belong to other settings than those that mypy reads.
# mypy: ignore-errors


def main(users: int, rooms: int, members: int, messages: int, file: Path, tag: str) -> None:
    """Makes the tables, users with a session each, rooms and messages; a JSON line for each user."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.naive.settings"
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from bench.dialects import body
    from bench.naive.chat.models import Message, Room

    call_command("migrate", verbosity=0)
    people = User.objects.bulk_create(
        [
            User(username=f"{tag}-u{number}", password="!")  # noqa: S106 - nobody's
            for number in range(users)
        ]
    )
    places = Room.objects.bulk_create([Room(name=f"{tag}-r{number}") for number in range(rooms)])
    for place in places:
        Message.objects.bulk_create(
            [Message(room=place, author=people[number % users], body=body(0)) for number in range(messages)],
            batch_size=5_000,
        )
    with file.open("w", encoding="utf-8") as lines:
        for number, (person, key) in enumerate(zip(people, sessions(people), strict=True)):
            room = places[number // members % rooms].name
            lines.write(json.dumps({"username": person.username, "sessionid": key, "rooms": [room]}) + "\n")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def sessions(people: list["User"]) -> list[str]:  # noqa: F821 - imported where Django is set up
    """A signed-in session for each, as a log-in would make it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    store, expires = SessionStore(), timezone.now() + timedelta(days=14)
    rows = [
        Session(
            session_key=secrets.token_hex(16),
            session_data=store.encode(
                {
                    SESSION_KEY: str(person.pk),
                    BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
                    HASH_SESSION_KEY: person.get_session_auth_hash(),
                }
            ),
            expire_date=expires,
        )
        for person in people
    ]
    Session.objects.bulk_create(rows, batch_size=5_000)
    return [row.session_key for row in rows]


if __name__ == "__main__":
    counts = [int(argument) for argument in sys.argv[1:5]]
    main(*counts, file=Path(sys.argv[5]), tag=sys.argv[6])
