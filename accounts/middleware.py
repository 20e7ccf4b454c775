"""What holds for the length of a request: one encoding, a person's language and time zone."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from accounts import clock, second_factor
from accounts.models import User
from accounts.zones import zone_of

type View = Callable[[HttpRequest], HttpResponse]


class Utf8Middleware:
    """Refuses bodies that claim another encoding: some of them decode to text that no database can hold."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (request.encoding or "utf-8").lower().replace("_", "-") not in {"utf-8", "utf8", "us-ascii", "ascii"}:
            return HttpResponseBadRequest("Please send UTF-8.", content_type="text/plain")
        return self.get_response(request)


class SecondFactorMiddleware:
    """Whoever the session signs in is weighed by how it was opened, once somebody looks at who it is."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user

        def weighed() -> User | AnonymousUser:
            if isinstance(user, User):
                second_factor.weigh(user, has_proven=second_factor.has_proven(request.session, user))
            return user

        request.user = SimpleLazyObject(weighed)  # type: ignore[assignment]
        return self.get_response(request)


class PersonalSettingsMiddleware:
    """A signed-in person's own language and time zone; others keep what their browser asks for.

    A page lets the browser keep its zone and its clock in a cookie, so that what the site draws shows the same hours as
    what scripts draw; UTC and 24 hours where there is none. Programs (`/api/`) say themselves what they want, and may
    be somebody else than the session that comes along.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = None if request.path.startswith("/api/") else request.user
        zone = clock.zone_there(request)
        if isinstance(user, User):
            zone = zone_of(user) or zone
            self._speak(request, user)
        with timezone.override(zone), clock.override(is_twelve=clock.has_twelve(request)):
            return self.get_response(request)

    def _speak(self, request: HttpRequest, user: User) -> None:
        if user.language in dict(settings.LANGUAGES):
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
