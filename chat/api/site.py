"""The API put together: its resources, what refusals become, and its description as OpenAPI."""

import logging
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from chat.api import me, members, messages, people, problems, reactions, rooms, tokens
from chat.api.auth import Session, Token
from chat.errors import BadRequest, ChatError, NotFound, Unavailable
from chat.protocol import BUILD
from chat.threads import RETRY_SECONDS

logger = logging.getLogger(__name__)

# One code of each status that any operation may be refused with.
REFUSALS = (
    "bad_request", "unauthorized", "forbidden", "not_found", "conflict", "too_large", "too_long", "rate_limited",
    "unavailable",
)  # fmt: skip
DESCRIPTION = """Rooms, people and messages, for programs. A message has one shape everywhere, that of the socket.

Refusals are problems (RFC 9457) with a `code`. Every answer to a signed-in person has the header `RateLimit`."""


class Api(NinjaAPI):
    """Adds to every operation what it may be refused with."""

    def get_openapi_schema(self, **where: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**where)
        content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        refusals = {problems.KINDS[code].status: problems.KINDS[code].title for code in REFUSALS}
        for methods in schema["paths"].values():
            for operation in methods.values():
                for status, title in refusals.items():
                    operation["responses"].setdefault(status, {"description": title, "content": content})
        schema["components"]["schemas"]["Problem"] = problems.Problem.model_json_schema()
        return schema

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)


api = Api(
    title="The REST API",
    version=BUILD,
    description=DESCRIPTION,
    urls_namespace="chat:api",
    auth=[Token(), Session()],
)
for resource in (me, tokens, rooms, members, messages, reactions, people):
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
    return problems.of_error(Unavailable("The database can't be reached right now.", retry_after=RETRY_SECONDS))


@api.exception_handler(Exception)
def fail(request: HttpRequest, error: Exception) -> HttpResponse:
    """Django logs it; the middleware makes a problem of its answer."""
    raise error
