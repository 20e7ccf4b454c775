"""Deletes removed texts for good, once their time is over: to be run once a day."""

from typing import Any

from django.core.management import BaseCommand

from chat.services.messages import purge_removed_texts


class Command(BaseCommand):
    help = "Deletes for good the texts of messages that were removed more than TERTULIA_REMOVED_TEXT_DAYS days ago."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Purged {purge_removed_texts()} removed texts.")
