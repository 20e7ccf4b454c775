"""Who asks: a bearer token, which then alone counts, or the session of a browser."""

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from accounts.models import ApiToken, User
from accounts.tokens import find_token
from chat import access
from chat.api import limits
from chat.api.middleware import FILES
from chat.errors import Forbidden


class Request(HttpRequest):
    """A request of somebody who was let in; `token` is what they showed, None for a session."""

    auth: User
    token: ApiToken | None


class Token(AuthBase):
    """`Authorization: Bearer tt_…`"""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> User | None:
        header = request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _, secret = header.partition(" ")
        token = find_token(secret.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise AuthenticationError
        return _let_in(request, token.user, token)


class Session(AuthBase):
    """The session cookie; what changes something also needs the CSRF token, in the header `X-CSRFToken`."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> User | None:
        if not request.user.is_authenticated:
            return None
        if not request.path.startswith(FILES):
            # Read first: Django looks for the token in a form too, and would leave nothing of the body.
            _ = request.body
        if check_csrf(request):
            raise Forbidden("The CSRF token is missing or wrong.")
        return _let_in(request, request.user, None)


def who_asks(request: HttpRequest) -> User | None:
    """Who asks for something outside of the API, in the same two ways. Raises AuthenticationError, Banned, RateLimited.

    By session, the middleware has looked for bans.
    """
    user = Token()(request)
    return user or (request.user if request.user.is_authenticated else None)


def _let_in(request: HttpRequest, user: User, token: ApiToken | None) -> User:
    """Raises Banned, RateLimited."""
    access.admit(user)
    limits.draw(request, user)
    request.token = token  # type: ignore[attr-defined]
    return user
