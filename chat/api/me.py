"""Myself."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from accounts.forms import ProfileForm
from accounts.models import User
from chat import encoding
from chat.api.auth import Request
from chat.api.shapes import Body, Person, sent
from chat.errors import BadRequest
from chat.protocol.commands import Text

router = Router(tags=["Me"])
FIELDS = ("display_name", "language", "theme", "time_zone")


class Me(Person):
    display_name: str
    language: str
    theme: str
    time_zone: str
    bot: bool

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": 7, "username": "ines", "name": "Inés", "display_name": "Inés", "language": "", "theme": "system",
                "time_zone": "Europe/Madrid", "bot": False,
            }
        }
    )  # fmt: skip


class MyChanges(Body):
    """What is left out stays as it is."""

    display_name: Annotated[Text, Field(examples=["Inés"])] | None = None
    language: Literal["", "en", "zh-hans"] | None = None
    theme: Literal["system", "light", "dark"] | None = None
    time_zone: Annotated[Text, Field(examples=["Europe/Madrid"])] | None = None


@router.get("/me", response=Me, summary="Who I am")
def me(request: Request) -> HttpResponse:
    return sent(_fields(request.auth))


@router.patch("/me", response=Me, summary="Change my profile")
def change_me(request: Request, changes: MyChanges) -> HttpResponse:
    user = User.objects.get(pk=request.auth.pk)
    form = ProfileForm({name: getattr(user, name) for name in FIELDS} | changes.given(), instance=user)
    if not form.is_valid():
        field, sentences = next(iter(form.errors.items()))
        raise BadRequest(str(sentences[0]), field=field)
    return sent(_fields(form.save()))


def _fields(user: User) -> dict[str, Any]:
    return encoding.person(user) | {name: getattr(user, name) for name in FIELDS} | {"bot": user.is_bot}
