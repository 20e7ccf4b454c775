"""What every template may show."""

from django.conf import settings
from django.http import HttpRequest

from accounts.site import site_name


def site(request: HttpRequest) -> dict[str, object]:
    """`site_name`, and `signup_is_open`."""
    return {"site_name": site_name(), "signup_is_open": settings.SIGNUP_OPEN}
