"""Myself."""

from io import BytesIO
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from accounts import avatars
from accounts.forms import ProfileForm
from accounts.models import User
from chat import encoding
from chat.api.auth import Request
from chat.api.shapes import Body, Moment, Person, Shape, Status, sent
from chat.errors import BadRequest, TooLarge, Unavailable
from chat.protocol.commands import Text
from chat.services import people

router = Router(tags=["Me"])
REFUSALS = {"bad_request": BadRequest, "too_large": TooLarge, "unavailable": Unavailable}
PICTURE = {
    "requestBody": {"required": True, "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}}
}
FIELDS = ("display_name", "language", "theme", "time_zone", "direct_from")


class Me(Person):
    display_name: str
    language: str
    theme: str
    time_zone: str
    direct_from: str
    notify: Literal["all", "mentions", "nothing"]
    bot: bool

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": 7, "username": "ines", "name": "Inés", "display_name": "Inés", "language": "", "theme": "system",
                "time_zone": "Europe/Madrid", "direct_from": "everyone", "notify": "mentions", "bot": False,
            }
        }
    )  # fmt: skip


class MyChanges(Body):
    """What is left out stays as it is."""

    display_name: Annotated[Text, Field(examples=["Inés"])] | None = None
    language: Literal["", "en", "zh-hans"] | None = None
    theme: Literal["system", "light", "dark"] | None = None
    time_zone: Annotated[Text, Field(examples=["Europe/Madrid"])] | None = None
    direct_from: Literal["everyone", "rooms", "nobody"] | None = None


@router.get("/me", response=Me, summary="Who I am")
def me(request: Request) -> HttpResponse:
    return sent(_fields(request.auth))


@router.put("/me/avatar", response=Me, summary="Give myself a picture", openapi_extra=PICTURE)
def set_avatar(request: Request) -> HttpResponse:
    """The body is the picture itself: JPEG, PNG, GIF, WebP or AVIF, at most 10 MB. Its middle becomes a square."""
    try:
        avatars.set_avatar(user=request.auth, file=BytesIO(request.read(avatars.BYTES_MOST + 1)))
    except avatars.AvatarError as error:
        raise REFUSALS[error.code](str(error), retry_after=error.retry_after) from error
    return sent(_fields(request.auth))


@router.delete("/me/avatar", response={204: None}, summary="Have no picture")
def remove_avatar(request: Request) -> HttpResponse:
    avatars.remove_avatar(user=request.auth)
    return HttpResponse(status=204)


@router.patch("/me", response=Me, summary="Change my profile")
def change_me(request: Request, changes: MyChanges) -> HttpResponse:
    user = User.objects.get(pk=request.auth.pk)
    form = ProfileForm({name: getattr(user, name) for name in FIELDS} | changes.given(), instance=user)
    if not form.is_valid():
        field, sentences = next(iter(form.errors.items()))
        raise BadRequest(str(sentences[0]), field=field)
    return sent(_fields(form.save()))


def _fields(user: User) -> dict[str, Any]:
    plain = {name: getattr(user, name) for name in (*FIELDS, "notify")}
    return encoding.person(user) | plain | {"bot": user.is_bot}


class Level(Body):
    notify: Annotated[Literal["all", "mentions", "nothing"], Field(examples=["mentions"])]


@router.put("/me/level", response=Me, summary="What I want to be told of")
def set_level(request: Request, level: Level) -> HttpResponse:
    """In all rooms but direct ones and those for which I have chosen another level."""
    return sent(_fields(people.set_level(user=request.auth, notify=level.notify)))


# ---------- what I say of myself


class MyStatus(Shape):
    """`dnd_until`: I don't want to be disturbed until then. `invisible`: nobody sees me online, or typing."""

    status: Status | None
    dnd_until: str | None
    invisible: bool


class NewStatus(Body):
    """An emoji, a text or both; `until` null is for good."""

    emoji: Annotated[Text, Field(examples=["🌴"])] = ""
    text: Annotated[Text, Field(examples=["On the beach"])] = ""
    until: Moment | None = None


class Quiet(Body):
    until: Moment


class Visibility(Body):
    invisible: bool


@router.get("/me/status", response=MyStatus, summary="What I say of myself")
def my_status(request: Request) -> HttpResponse:
    return sent(encoding.my_status(request.auth))


@router.put("/me/status", response=MyStatus, summary="Say something of myself")
def set_status(request: Request, status: NewStatus) -> HttpResponse:
    user = people.set_status(
        user=request.auth,
        emoji=status.emoji,
        text=status.text,
        until=status.until,  # type: ignore[arg-type]
    )
    return sent(encoding.my_status(user))


@router.delete("/me/status", response=MyStatus, summary="Say nothing of myself any more")
def clear_status(request: Request) -> HttpResponse:
    return sent(encoding.my_status(people.set_status(user=request.auth)))


@router.put("/me/do-not-disturb", response=MyStatus, summary="Be left in peace for a time")
def do_not_disturb(request: Request, quiet: Quiet) -> HttpResponse:
    """What concerns me is still told, marked `quiet`."""
    return sent(encoding.my_status(people.set_do_not_disturb(user=request.auth, until=quiet.until)))  # type: ignore[arg-type]


@router.delete("/me/do-not-disturb", response=MyStatus, summary="Be disturbed again")
def disturb(request: Request) -> HttpResponse:
    return sent(encoding.my_status(people.set_do_not_disturb(user=request.auth, until=None)))


@router.put("/me/visibility", response=MyStatus, summary="Be invisible, or no longer")
def set_visibility(request: Request, visibility: Visibility) -> HttpResponse:
    return sent(encoding.my_status(people.set_invisible(user=request.auth, on=visibility.invisible)))
