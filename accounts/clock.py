"""How the hours of a day are written for whoever asks: as on this device."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts.device import device_of

# A page lets the browser keep here which clock the reader's kind of the language has.
COOKIE = "hours"
TWELVE = ("h11", "h12")
NOON = 12

_is_twelve: ContextVar[bool] = ContextVar("is_twelve", default=False)


def has_twelve(request: HttpRequest) -> bool:
    """Whether the hours go to twelve: what the person has chosen for this device, else what its browser has said."""
    return (device_of(request)["clock"] or request.COOKIES.get(COOKIE)) in TWELVE


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
