"""Deletes removed texts and rooms for good, once their time is over: to be run once a day."""

from typing import Any

from django.core.management import BaseCommand

from chat.services.messages import purge_removed_texts
from chat.services.rooms import purge_deleted_rooms


class Command(BaseCommand):
    help = "Deletes for good the texts removed TERTULIA_REMOVED_TEXT_DAYS days ago and the rooms deleted 7 days ago."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Purged {purge_removed_texts()} removed texts.")
        self.stdout.write(f"Purged {purge_deleted_rooms()} deleted rooms.")
