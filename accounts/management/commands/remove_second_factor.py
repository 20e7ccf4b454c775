"""Takes away somebody's second factor, who has lost phone, keys and recovery codes."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from accounts.people import find_person
from accounts.second_factor import remove_second_factor


class Command(BaseCommand):
    help = "Takes away a person's second factor and passkeys: their password alone lets them in again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = find_person(options["username"])
        if user is None:
            raise CommandError("There is nobody of that name.")
        count = remove_second_factor(user=user)
        if options["verbosity"]:
            self.stdout.write(f"Removed: {count}. The password of {user.username} alone lets in again.")
