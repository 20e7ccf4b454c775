"""The name of this site."""

import time

from django.conf import settings
from django.db import DatabaseError

from accounts.models import Site

SECONDS_KEPT = 5.0
_kept: tuple[str, float] = ("", 0.0)


def site_name() -> str:
    """The name that the owner gave, else the setting's; kept for a few seconds, for it stands on every page."""
    global _kept
    name, until = _kept
    if name and time.monotonic() < until:
        return name
    try:
        name = Site.objects.filter(pk=1).values_list("name", flat=True).first() or ""
    except DatabaseError:
        name = ""
    name = name or str(settings.SITE_NAME)
    _kept = (name, time.monotonic() + SECONDS_KEPT)
    return name


def forget_site_name() -> None:
    """Makes the next `site_name` look again."""
    global _kept
    _kept = ("", 0.0)
