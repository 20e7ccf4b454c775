"""Removes uploads that were never sent, and files that belong to nothing: to be run once a day."""

from typing import Any

from django.core.management import BaseCommand

from accounts import avatars, darkroom
from chat.services import uploads


class Command(BaseCommand):
    help = "Removes uploads that were not sent for a day, and files that belong to nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Removed {uploads.expire()} unsent uploads.")
        darkroom.expire()
        count = uploads.sweep() + avatars.sweep() + darkroom.sweep()
        self.stdout.write(f"Removed {count} files that belonged to nothing.")
