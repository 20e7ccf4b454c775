"""The hours on pages that the site draws: as this device has them."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

from accounts import clock, device
from accounts.middleware import PersonalSettingsMiddleware

AT = datetime(2026, 11, 27, 16, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "chosen", "language", "shown"),
    [
        ("h12", "", "en", "4:05 PM"),
        ("h12", "", "zh-hans", "下午4:05"),
        ("h23", "", "en", "16:05"),
        ("h23", "h12", "en", "4:05 PM"),
        ("h12", "h23", "en", "16:05"),
        ("", "", "en", "16:05"),
        ("x", "", "en", "16:05"),
    ],
)
def test_hours_are_those_that_were_chosen_or_that_the_browser_has(
    said: str, chosen: str, language: str, shown: str
) -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        assert timezone.get_current_timezone_name() == "Asia/Tokyo"
        seen.append(clock.time_of_day(AT))
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    answer = HttpResponse()
    device.keep(answer, device.DEFAULT | {"clock": chosen})
    request.COOKIES |= {clock.COOKIE: f"Asia/Tokyo:{said}", device.COOKIE: answer.cookies[device.COOKIE].value}
    with translation.override(language):
        PersonalSettingsMiddleware(view)(request)
        assert clock.time_of_day(AT) == "16:05", "what holds for one request holds for no other"
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in seen] == [shown]
