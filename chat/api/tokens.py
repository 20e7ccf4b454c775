"""My API tokens: in a browser's session only, so that no token makes or ends another."""

from typing import Annotated, Any

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from accounts import tokens
from accounts.models import ApiToken
from chat.api.auth import Request
from chat.api.shapes import Body, Moment, Shape, sent
from chat.errors import BadRequest, Forbidden, NotFound
from chat.protocol import timestamp
from chat.protocol.commands import Number, Text

router = Router(tags=["Tokens"])


class Token(Shape):
    id: int
    name: str
    created_at: str
    expires_at: str | None


class NewSecret(Token):
    """`secret` is in this answer and nowhere else."""

    secret: str

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": 3, "name": "build bot", "created_at": "2026-11-22T09:00:00.123Z", "expires_at": None,
                "secret": "tt_…",
            }
        }
    )  # fmt: skip


class Tokens(Shape):
    tokens: list[Token]


class NewToken(Body):
    name: Annotated[Text, Field(description="What it is for.", examples=["build bot"])]
    expires_at: Moment | None = None


@router.get("/me/tokens", response=Tokens, summary="My tokens")
def list_tokens(request: Request) -> HttpResponse:
    _require_session(request)
    rows = request.auth.api_tokens.filter(revoked_at=None).order_by("pk")
    return sent({"tokens": [_token(row) for row in rows if row.is_live]})


@router.post("/me/tokens", response={201: NewSecret}, summary="Make a token")
def create_token(request: Request, token: NewToken) -> HttpResponse:
    """Shortly after the password was confirmed at /accounts/reauthenticate/, as on the page."""
    _require_session(request)
    try:
        answer: HttpResponse = reauthentication_required(_create)(request, token)
    except ReauthenticationRequired:
        raise Forbidden("Confirm your password at /accounts/reauthenticate/ first.") from None
    return answer


@router.delete("/me/tokens/{number}", response={204: None}, summary="Revoke a token")
def revoke_token(request: Request, number: Number) -> HttpResponse:
    _require_session(request)
    token = request.auth.api_tokens.filter(pk=number).first()
    if token is None:
        raise NotFound("There is no such token.", field="number")
    tokens.revoke_token(token=token)
    return HttpResponse(status=204)


def _create(request: Request, token: NewToken) -> HttpResponse:
    try:
        row, secret = tokens.create_token(user=request.auth, name=token.name, expires_at=token.expires_at)  # type: ignore[arg-type]
    except tokens.TokenError as error:
        raise BadRequest(str(error)) from None
    return sent(_token(row) | {"secret": secret}, 201)


def _require_session(request: Request) -> None:
    if request.token is not None:
        raise Forbidden("Tokens are for the signed-in person alone, in a browser.")


def _token(row: ApiToken) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "created_at": timestamp(row.created_at),
        "expires_at": row.expires_at and timestamp(row.expires_at),
    }
