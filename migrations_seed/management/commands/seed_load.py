"""Fills a site for load tests and writes a file of signed-in sessions."""

import json
import os
import stat
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from migrations_seed.load import Access, fill
from migrations_seed.load_plan import Plan


class Command(BaseCommand):
    help = (
        "Fills a site for load tests, beside what is there: users, rooms, and messages in each room. The last room is"
        " private, the one before it has at most half of the users. Not for a site that people use: whoever has the"
        " sessions file is signed in as any of these users."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--users", type=int, required=True, metavar="N")
        parser.add_argument("--rooms", type=int, required=True, metavar="R")
        parser.add_argument("--members", type=int, required=True, metavar="M", help="in each room")
        parser.add_argument("--messages", type=int, required=True, metavar="K", help="in each room")
        parser.add_argument(
            "--sessions", type=Path, required=True, metavar="FILE", help="one JSON line a user, mode 0600"
        )
        parser.add_argument("--home", type=int, default=0, metavar="H", help="the first user is in the first H rooms")
        parser.add_argument(
            "--uneven", action="store_true", help="K messages on average: many in the first rooms, a few in most"
        )
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="decides texts and authors")

    def handle(self, *args: Any, **options: Any) -> None:
        numbers = {name: options[name] for name in ("users", "rooms", "members", "messages", "home", "seed")}
        plan = Plan(**numbers, is_uneven=options["uneven"])
        if complaint := plan.complaint():
            raise CommandError(complaint)
        started = time.monotonic()
        with _private_file(options["sessions"]) as file:
            found = fill(plan, self.stdout.write if options["verbosity"] else lambda sentence: None)
            _write(file, found)
        if plan.rooms == 1 and options["verbosity"]:
            self.stdout.write("With one room there is no private one and none with half of the users.")
        if options["verbosity"]:
            self.stdout.write(f"Done in {time.monotonic() - started:.1f} s. Sessions: {options['sessions']}")


def _write(file: Any, found: list[Access]) -> None:
    file.truncate()
    for access in found:
        file.write(json.dumps(access._asdict(), ensure_ascii=False) + "\n")


def _private_file(path: Path) -> Any:
    """Opened for writing, new or the owner's alone; what is in it stays until it is truncated. Raises CommandError."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise CommandError(f"Can't write {path}: {error.strerror}.") from error
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode) or facts.st_mode & 0o077:
        os.close(descriptor)
        raise CommandError(f"{path} is open to others, and sessions are secrets: remove it, or chmod 600.")
    return os.fdopen(descriptor, "w", encoding="utf-8")
