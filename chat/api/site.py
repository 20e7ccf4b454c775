"""The API put together: its resources, what refusals become, and its description as OpenAPI."""

import logging

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import AuthenticationError, HttpError, ValidationError

from chat.api import (
    asking,
    desk,
    ignoring,
    inviting,
    marks,
    me,
    members,
    messages,
    mine,
    owning,
    people,
    problems,
    reporting,
    rooms,
    sanctions,
    search,
    tokens,
    uploads,
)
from chat.api.auth import Session, Token
from chat.api.description import Api
from chat.api.docs import Docs
from chat.errors import BadRequest, ChatError, NotFound
from chat.protocol import BUILD
from chat.threads import DatabaseAway

logger = logging.getLogger(__name__)

DESCRIPTION = """Rooms, people and messages, for programs. A message has one shape everywhere, that of the socket.

Refusals are problems (RFC 9457) with a `code`. Every answer to a signed-in person has the header `RateLimit`."""


api = Api(
    title="The REST API",
    version=BUILD,
    description=DESCRIPTION,
    urls_namespace="chat:api",
    auth=[Token(), Session()],
    docs=Docs(),
)
ROUTERS = (
    me, tokens, mine, ignoring, rooms, owning, members, sanctions, asking, inviting, messages, marks, uploads, search,
    people, reporting, desk,
)  # fmt: skip
for resource in ROUTERS:
    api.add_router("", resource.router)


@api.exception_handler(ChatError)
def refuse(request: HttpRequest, error: ChatError) -> HttpResponse:
    return problems.of_error(error)


@api.exception_handler(AuthenticationError)
def ask_who(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    detail = "Show a token as “Authorization: Bearer …”, or sign in."
    return problems.describe(HttpResponse(status=401), "unauthorized", detail)


@api.exception_handler(HttpError)
def refuse_body(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problems.of_error(BadRequest("The body must be one JSON object, in UTF-8."))


@api.exception_handler(Http404)
def refuse_place(request: HttpRequest, error: Http404) -> HttpResponse:
    return problems.of_error(NotFound("There is nothing here."))


@api.exception_handler(ValidationError)
def refuse_fields(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first thing that is wrong; in the path, that place is not there."""
    source, *where = error.errors[0]["loc"]
    where = where[1:] if source == "body" else where
    field = str(where[0]) if where else None
    if source == "path":
        return problems.of_error(NotFound("There is nothing here.", field=field))
    return problems.of_error(BadRequest(f"{field or 'body'}: {error.errors[0]['msg']}.", field=field))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def ask_to_wait(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.warning("the database did not answer the API: %r", error)
    return problems.of_error(DatabaseAway())


@api.exception_handler(Exception)
def fail(request: HttpRequest, error: Exception) -> HttpResponse:
    """Django logs it; the middleware makes a problem of its answer."""
    raise error
