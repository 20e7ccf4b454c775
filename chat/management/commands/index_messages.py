"""Search catches up with all that was said, at once: after a load, a restore, or an upgrade of what words are."""

from typing import Any

from django.core.management import BaseCommand
from django.core.management.base import CommandParser

from chat.services.indexing import forget_all, index_messages


class Command(BaseCommand):
    help = "Lets search catch up with all that was said; without it that happens by and by."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="forget everything first: nothing is found meanwhile")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["anew"]:
            forget_all()
        while index_messages():
            pass
        if options["verbosity"]:
            self.stdout.write("Search knows all that was said.")
