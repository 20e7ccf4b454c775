"""Fills a site with its first rooms, and on request with a demo community."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from migrations_seed.demo import seed_demo
from migrations_seed.first_rooms import SeedError, seed_site


class Command(BaseCommand):
    help = "Makes the site's first rooms; what is there stays as it is, so it can be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="also a community of a dozen people and their talk")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = seed_site()
            self.say(f"Made the rooms {', '.join(made)}." if made else "The first rooms are there.", options)
            if options["demo"]:
                self.demo(options)
        except SeedError as error:
            raise CommandError(str(error)) from error

    def demo(self, options: dict[str, Any]) -> None:
        people, password, rooms = seed_demo()
        if rooms:
            self.say(f"The demo talks in {', '.join(rooms)}.", options)
        if people:
            # Shown whatever the verbosity: it is kept nowhere.
            self.stdout.write(f"Log in as any of {', '.join(people)} with the password {password}")
            self.stdout.write("It is not shown again. These accounts are open to whoever reads it.")
        if not (people or rooms):
            self.say("The demo is there.", options)

    def say(self, sentence: str, options: dict[str, Any]) -> None:
        if options["verbosity"]:
            self.stdout.write(sentence)
