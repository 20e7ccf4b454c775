"""How a person likes the site on this one device: kept in a cookie, so forms without scripts can set it."""

from typing import TypedDict, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict

from accounts.forms import DeviceForm

COOKIE = "device"
SECONDS_KEPT = 400 * 24 * 3600  # the longest that browsers keep one


class Device(TypedDict):
    """`enter`: `""` (as usual on the device), `sends`, `breaks`; `clock`: `""` (as the language has it), `h12`, `h23`;
    whether the page shows system notifications, and plays a sound."""

    enter: str
    clock: str
    notify: bool
    sound: bool


DEFAULT: Device = {"enter": "", "clock": "", "notify": True, "sound": True}


def device_of(request: HttpRequest) -> Device:
    """What the browser has kept; a cookie that says anything else counts as none."""
    kept = QueryDict(request.COOKIES.get(COOKIE, "")[:200])
    form = DeviceForm(kept)
    return cast("Device", form.cleaned_data) if "clock" in kept and form.is_valid() else DEFAULT


def keep(response: HttpResponse, device: Device) -> None:
    """Lets the browser keep it."""
    answers = QueryDict(mutable=True)
    answers.update(
        {field: "on" if value is True else str(value) for field, value in device.items() if value is not False}
    )
    response.set_cookie(
        COOKIE,
        answers.urlencode(),
        max_age=SECONDS_KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
