"""What I keep for myself: how I have rooms in my list, and messages saved for later."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from chat import access, encoding, selectors
from chat.api.auth import Request
from chat.api.messages import Message
from chat.api.rooms import RoomSettings
from chat.api.shapes import PAGE, Body, Moment, Seq, Shape, Slug, next_page, sent
from chat.protocol import ROOMS_MOST
from chat.protocol.commands import Number, Text
from chat.services import members, messages

router = Router(tags=["Mine"])
SAVED = "/rooms/{slug}/messages/{seq}/saved"


class SettingsChanges(Body):
    """What is left out stays as it is; only direct rooms hide, until their next message.

    `notify`: `default` is my level for all rooms, which direct ones don't go by.
    """

    notify: Annotated[Literal["all", "mentions", "nothing", "default"], Field(examples=["mentions"])] | None = None
    muted: bool | None = None
    favourite: bool | None = None
    hidden: bool | None = None


class Order(Body):
    rooms: Annotated[list[Text], Field(max_length=ROOMS_MOST, description="Slugs.", examples=[["lobby"]])]


class Reminder(Body):
    remind_at: Moment | None = None


NO_REMINDER = Reminder()


class Saved(Shape):
    id: int
    room: str
    saved_at: str
    remind_at: str | None
    message: Message


class SavedList(Shape):
    """The newest first; `next` is the address of the next page, null on the last."""

    saved: list[Saved]
    next: str | None


@router.patch("/rooms/{slug}/settings", response=RoomSettings, summary="How I want a room in my list")
def change_room_settings(request: Request, slug: Slug, changes: SettingsChanges) -> HttpResponse:
    membership = access.enter_room(request.auth, slug)
    given: dict[str, Any] = {
        name if name == "notify" else f"is_{name}": value for name, value in changes.given().items()
    }
    return sent(encoding.room_settings(members.set_room_settings(membership=membership, **given)))


@router.put("/me/rooms/order", response={204: None}, summary="The order of my rooms")
def order_rooms(request: Request, order: Order) -> HttpResponse:
    """Those that are not named have no place of their own."""
    members.order_rooms(user=request.auth, rooms=access.find_own_rooms(request.auth, order.rooms))
    return HttpResponse(status=204)


@router.get("/me/saved", response=SavedList, summary="Messages that I saved for later")
def list_saved(request: Request, cursor: Number | None = None) -> HttpResponse:
    rows = selectors.saved(request.auth, before=cursor, limit=PAGE + 1)
    more = next_page(request, rows[PAGE - 1]["id"]) if len(rows) > PAGE else None
    return sent({"saved": rows[:PAGE], "next": more})


@router.put(SAVED, response={204: None}, summary="Save a message for later")
def save(request: Request, slug: Slug, seq: Seq, reminder: Reminder = NO_REMINDER) -> HttpResponse:
    membership = access.enter_room(request.auth, slug, seq=seq)
    messages.save_message(membership=membership, seq=seq, remind_at=reminder.remind_at)  # type: ignore[arg-type]
    return HttpResponse(status=204)


@router.delete(SAVED, response={204: None}, summary="Take a message off my list")
def unsave(request: Request, slug: Slug, seq: Seq) -> HttpResponse:
    """Also one that I can't see any more."""
    messages.unsave_message(user=request.auth, slug=slug, seq=seq)
    return HttpResponse(status=204)
