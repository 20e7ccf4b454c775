"""What can go wrong, as RFC 9457 problems: the protocol's codes with a status each, in one place."""

import math
from typing import Any, NamedTuple

from django.http import HttpResponse
from pydantic import BaseModel, ConfigDict

from chat.errors import ChatError
from chat.protocol import dumps, timestamp
from chat.refusals import said

MEDIA_TYPE = "application/problem+json"


class Kind(NamedTuple):
    """A code's status and its short words."""

    status: int
    title: str


KINDS = {
    "bad_request": Kind(400, "Something in the request is wrong"),
    "unauthorized": Kind(401, "Not signed in"),
    "forbidden": Kind(403, "Not allowed"),
    "banned": Kind(403, "Banned"),
    "muted": Kind(403, "Muted"),
    "locked": Kind(403, "Locked"),
    "archived": Kind(403, "Archived"),
    "not_found": Kind(404, "Not found"),
    "method_not_allowed": Kind(405, "No such method here"),
    "conflict": Kind(409, "Not in the state that this needs"),
    "too_large": Kind(413, "Too large"),
    "too_long": Kind(422, "Too long"),
    "empty": Kind(422, "Empty"),
    "search_too_slow": Kind(422, "This search takes too long"),
    "slow_mode": Kind(429, "Slow mode"),
    "rate_limited": Kind(429, "Too many requests"),
    "failed": Kind(500, "Something went wrong here"),
    "unavailable": Kind(503, "Not available right now"),
}
# The codes of statuses that Django and django-ninja give by themselves.
CODES = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    413: "too_large", 429: "rate_limited", 500: "failed", 503: "unavailable",
}  # fmt: skip


class Problem(BaseModel):
    """Why a request was refused. What does not apply is absent."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    retry_after: float | None = None
    until: str | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "/api/v1/docs#slow_mode",
                "title": "Slow mode",
                "status": 429,
                "detail": "Slow mode: one message each 30 seconds.",
                "code": "slow_mode",
                "retry_after": 12.5,
            }
        }
    )


def of_error(error: ChatError) -> HttpResponse:
    """The answer to a refused command."""
    response = HttpResponse(status=KINDS[error.code].status)
    more = {
        "field": error.field,
        "retry_after": None if error.retry_after is None else round(error.retry_after, 3),
        "until": None if error.until is None else timestamp(error.until),
    }
    if error.retry_after is not None:
        response["Retry-After"] = str(math.ceil(error.retry_after))
    return describe(response, error.code, said(error.detail), **more)


def of_status(response: HttpResponse) -> HttpResponse:
    """An answer that somebody else refused with, made a problem; its status and headers stay."""
    code = CODES.get(response.status_code, "failed" if response.status_code >= 500 else "bad_request")
    return describe(response, code, f"{KINDS[code].title}.")


def describe(response: HttpResponse, code: str, detail: str, **more: Any) -> HttpResponse:
    """Writes a problem into an answer."""
    fields = {
        "type": f"/api/v1/docs#{code}",
        "title": KINDS[code].title,
        "status": response.status_code,
        "detail": detail,
        "code": code,
    }
    fields |= {name: value for name, value in more.items() if value is not None}
    response.content = dumps(fields).encode()
    response["Content-Type"] = MEDIA_TYPE
    response["Content-Length"] = str(len(response.content))
    if response.status_code == KINDS["unauthorized"].status:
        response["WWW-Authenticate"] = "Bearer"
    return response
