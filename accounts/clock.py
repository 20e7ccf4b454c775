"""Where and how the hours of a day are written for whoever asks: as on this device."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts.device import device_of
from accounts.zones import zone_named

# A page lets the browser keep here its zone, and the clock of the reader's kind of the language: `Europe/Madrid:h23`.
COOKIE = "zone"
TWELVE = ("h11", "h12")
NOON = 12

_is_twelve: ContextVar[bool] = ContextVar("is_twelve", default=False)


def zone_there(request: HttpRequest) -> ZoneInfo | None:
    """The zone of the browser, if it has said which."""
    return zone_named(request.COOKIES.get(COOKIE, "").partition(":")[0])


def has_twelve(request: HttpRequest) -> bool:
    """Whether the hours go to twelve: what the person has chosen for this device, else what its browser has said."""
    return (device_of(request)["clock"] or request.COOKIES.get(COOKIE, "").partition(":")[2]) in TWELVE


@contextmanager
def override(*, is_twelve: bool) -> Iterator[None]:
    """Within it, hours go to twelve, or do not."""
    token = _is_twelve.set(is_twelve)
    try:
        yield
    finally:
        _is_twelve.reset(token)


def time_of_day(at: datetime) -> str:
    """16:05 or 4:05 PM."""
    if not _is_twelve.get():
        return date_format(at, "H:i")
    text = gettext("%(time)s AM") if at.hour < NOON else gettext("%(time)s PM")
    return text.replace(" ", "\N{NO-BREAK SPACE}") % {"time": date_format(at, "g:i")}
