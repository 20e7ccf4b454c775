"""Email addresses leave by no door but to the person whose they are."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from chat.api import api
from chat.hub import Hub
from chat.models import InviteLink, JoinRequest, Room
from chat.services import members, messages, people, rooms
from chat.services.invites import create_invite
from tests.api.caller import Caller
from tests.chat.live import Bells, Socket, play
from tests.factories import make_room, make_user, post, seat

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "secret-address"


@pytest.fixture
def town(alice: User, bob: User, carol: User) -> Room:
    """Something of everything that a door may show of a person, whose address nobody is to know."""
    for person in (alice, carol):
        person.email = f"{person.username}@{SECRET}.example"
        person.save(update_fields=["email"])
    room = make_room(bob, "Town", alice, carol, kind="private")
    post(alice, room, "hello @bob and @carol")
    messages.edit_message(membership=seat(alice, room), seq=1, body="hello @bob")
    messages.set_reaction(membership=seat(carol, room), seq=1, emoji="👍", on=True)
    messages.set_pin(membership=seat(bob, room), seq=1, on=True)
    messages.save_message(membership=seat(bob, room), seq=1)
    post(alice, rooms.open_direct_room(user=alice, people=[bob]).room)
    rooms.update_room(membership=seat(bob, room), is_listed=True)
    members.ask_to_join(user=make_user(username="asker", email=f"asker@{SECRET}.example"), room=room)
    create_invite(membership=seat(bob, room))
    guest = make_user(username="guest", email=f"guest@{SECRET}.example")
    members.add_member(membership=seat(bob, room), user=guest)
    people.set_ignored(user=bob, person=guest, on=True)
    return room


def reads() -> Iterator[str]:
    """Every address of the API that one can GET, with the parts of the town filled in."""
    known: dict[str, Any] = defaultdict(lambda: 0)
    known |= {
        "slug": "town",
        "seq": 1,
        "username": "alice",
        "number": InviteLink.objects.get().pk,
        "emoji": "%F0%9F%91%8D",
    }
    for path, operations in api.get_openapi_schema()["paths"].items():
        if "get" in operations:
            yield path.removeprefix("/api/v1").format_map(known)


def test_the_rest_door(town: Room, bob: User) -> None:
    caller = Caller(bob)
    answers = {path: caller.get(path) for path in reads()}
    shown = {path for path, answer in answers.items() if answer.status == 200}
    assert {"/people", "/people/alice", "/me/saved", "/me/ignored"} <= shown
    assert {f"/rooms/town/{part}" for part in ("members", "messages", "requests", "invites", "pins")} <= shown
    said = {path: answer.response.content.decode() for path, answer in answers.items()}
    assert len([path for path, text in said.items() if "alice" in text]) >= 6
    assert [path for path, text in said.items() if SECRET in text] == []
    assert SECRET not in caller.get(f"/people?query={SECRET}").response.content.decode()
    assert caller.get(f"/people?query={SECRET}").json["people"] == []


def test_the_pages(town: Room, bob: User, client: Client) -> None:
    client.force_login(bob)
    direct = Room.objects.get(kind=Room.Kind.DIRECT).slug
    paths = ["/chat/", "/chat/town/", "/chat/town/?plain", "/chat/town/1/", f"/chat/{direct}/", "/chat/new/"]
    said = [client.get(path).content.decode() for path in paths]
    assert len([text for text in said if "alice" in text]) >= 4
    assert not any(SECRET in text for text in said)


def test_the_socket(bells: Bells, town: Room, bob: User) -> None:
    from tests.chat.test_connect_cost import Arrival, session_of

    said: list[Any] = []
    credential = session_of(bob)

    async def scene() -> None:
        hub = Hub()
        said.extend(await Arrival(hub, credential, "town").come())
        socket = Socket(hub, bob)
        await socket.subscribe("town")
        await socket.ask("history", room="town", after=0)
        await socket.ask("send", room="town", body="@alice @guest", client_id=str(uuid4()), reply_to=1)
        bells.ring(hub)
        said.extend(socket.frames)
        await socket.commands.writer.close()

    play(scene())
    assert {"hello", "subscribed", "history", "ack"} <= {frame["type"] for frame in said}
    assert "alice" in json.dumps(said)
    assert SECRET not in json.dumps(said)
    assert JoinRequest.objects.exists()
