"""People of the site. Their email addresses are nobody's business."""

from typing import Any, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import ConfigDict

from accounts.models import Rank, User
from accounts.people import search_people
from chat import access, encoding, selectors
from chat.api.auth import Request
from chat.api.shapes import PAGE, Person, Query, Shape, Status, Username, next_page, sent
from chat.protocol import timestamp
from chat.protocol.commands import Text
from chat.services.rooms import reachable

router = Router(tags=["People"])
SITE_ROLES = {Rank.SITE_OWNER: "owner", Rank.SITE_MODERATOR: "moderator"}


class Profile(Person):
    """`site_role` is null for most."""

    status: Status | None
    bot: bool
    site_role: Literal["owner", "moderator"] | None
    joined_at: str

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": 7, "username": "ines", "name": "Inés", "status": None, "bot": False, "site_role": None,
                "joined_at": "2026-11-22T09:00:00.123Z",
            }
        }
    )  # fmt: skip


class People(Shape):
    """In order of username; `next` is the address of the next page, null on the last."""

    people: list[Profile]
    next: str | None


class RoomTogether(Shape):
    slug: str
    name: str
    icon: str
    kind: Literal["public", "private"]


class Card(Profile):
    """`rooms`: the first fifty, by name, that we are both in. `ignored`: I want to hear nothing of them.
    `reachable`: I may write to them directly.
    """

    rooms: list[RoomTogether]
    ignored: bool
    reachable: bool

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": 7, "username": "ines", "name": "Inés", "status": None, "bot": False, "site_role": None,
                "joined_at": "2026-11-22T09:00:00.123Z", "ignored": False,
                "reachable": True, "rooms": [{"slug": "lobby", "name": "Lobby", "icon": "", "kind": "public"}],
            }
        }
    )  # fmt: skip


@router.get("/people", response=People, summary="People, by any part of their names")
def list_people(request: Request, query: Query = "", cursor: Text = "") -> HttpResponse:
    rows = list(search_people(query, after=cursor)[: PAGE + 1])
    more = next_page(request, rows[PAGE - 1].username) if len(rows) > PAGE else None
    return sent({"people": [_profile(row) for row in rows[:PAGE]], "next": more})


@router.get("/people/{username}", response=Card, summary="A person")
def person(request: Request, username: Username) -> HttpResponse:
    found = access.find_person(username)
    rooms = selectors.rooms_together(request.auth, found)[:PAGE]
    together = [{"slug": room.slug, "name": room.name, "icon": room.icon, "kind": room.kind} for room in rooms]
    facts = {"ignored": found.pk in request.auth.ignored, "reachable": found.pk in reachable(request.auth, [found])}
    return sent(_profile(found) | {"rooms": together} | facts)


def _profile(user: User) -> dict[str, Any]:
    return encoding.profile(user) | {
        "bot": user.is_bot,
        "site_role": SITE_ROLES.get(user.rank),
        "joined_at": timestamp(user.date_joined),
    }
