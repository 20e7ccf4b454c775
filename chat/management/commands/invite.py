"""Prints an invite link of the site, by which people make an account also where sign-up is closed."""

from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from chat.errors import ChatError
from chat.services.invites import create_site_invite


class Command(BaseCommand):
    help = "Prints the path of an invite link: whoever has it may make an account, also where sign-up is closed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="the site moderator who invites")
        parser.add_argument("--days", type=int, default=7, help="how long it is good; 0 for good")
        parser.add_argument("--people", type=int, help="for how many; everyone where it is left out")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = User.objects.filter(username=options["username"]).first()
        if actor is None:
            raise CommandError("There is nobody of that name.")
        expires_at = timezone.now() + timedelta(days=options["days"]) if options["days"] else None
        try:
            _, secret = create_site_invite(actor=actor, expires_at=expires_at, uses_most=options["people"])
        except ChatError as error:
            raise CommandError(error.detail) from error
        self.stdout.write(reverse("chat:invite", args=[secret]))
