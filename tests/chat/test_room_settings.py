"""How people have rooms in their lists: notifications, mute, favourites, order, hiding."""

from functools import partial
from typing import Any

import pytest

from accounts.models import User
from chat import selectors
from chat.errors import BadRequest, Conflict, Forbidden, NotFound
from chat.models import Message, Room
from chat.services import members, rooms
from tests.chat.announcements import Announced
from tests.factories import make_room, post, seat

CHANGES: dict[str, tuple[Any, dict[str, Any]]] = {
    "notify": ("nothing", {"notify": "nothing", "own_level": True}),
    "is_muted": (True, {"muted": True}),
    "is_favourite": (True, {"favourite": True}),
}


def change(user: User, room: Room, **fields: Any) -> dict[str, Any]:
    members.set_room_settings(membership=seat(user, room), **fields)
    (entry,) = [entry for entry in selectors.sidebar(user) if entry["slug"] == room.slug]
    settings: dict[str, Any] = entry["settings"]
    return settings


@pytest.mark.parametrize("field", CHANGES)
def test_a_change_is_mine_alone_and_told_to_my_other_sockets(
    lobby: Room, bob: User, announced: Announced, field: str
) -> None:
    value, shown = CHANGES[field]
    before = change(bob, lobby)
    after = announced(lambda: change(bob, lobby, **{field: value}))
    assert after == before | shown
    assert announced.frames_to(bob) == [{"type": "room_settings", "room": "lobby", "settings": after}]
    assert len(announced.events) == 1
    announced(lambda: change(bob, lobby, **{field: value}))
    assert announced.events == []
    assert Room.objects.get().rev == 0


def test_the_socket_it_came_from_is_not_told(lobby: Room, bob: User, announced: Announced) -> None:
    announced(partial(members.set_room_settings, membership=seat(bob, lobby), is_muted=True, origin="one"))
    assert [event["origin"] for event in announced.events] == ["one"]


def test_settings_that_are_refused(lobby: Room, bob: User) -> None:
    with pytest.raises(BadRequest) as caught:
        change(bob, lobby, is_muted=True, notify="some")
    assert caught.value.field == "notify"
    with pytest.raises(Conflict):
        change(bob, lobby, is_hidden=True)
    assert not seat(bob, lobby).is_muted
    stale = seat(bob, lobby)
    members.leave_room(membership=stale)
    with pytest.raises(Forbidden):
        members.set_room_settings(membership=stale, is_muted=True)


def test_a_direct_room_hides_until_the_next_message(bob: User, carol: User) -> None:
    room = rooms.open_direct_room(user=bob, people=[carol]).room
    post(bob, room)
    assert change(carol, room, is_hidden=True)["hidden_seq"] == 1
    post(bob, room)
    (entry,) = selectors.sidebar(carol)
    assert entry["seq"] > entry["settings"]["hidden_seq"]
    assert change(carol, room, is_hidden=False)["hidden_seq"] is None


def test_an_order_of_ones_own(lobby: Room, cellar: Room, alice: User, bob: User, announced: Announced) -> None:
    attic = make_room(alice, "Attic", bob)

    def places() -> dict[str, int | None]:
        return {entry["slug"]: entry["settings"]["place"] for entry in selectors.sidebar(bob)}

    announced(lambda: members.order_rooms(user=bob, rooms=[lobby, attic]))
    assert places() == {"lobby": 0, "attic": 1, "cellar": None}
    assert announced.frames_to(bob) == [{"type": "room_order", "rooms": ["lobby", "attic"]}]
    announced(lambda: members.order_rooms(user=bob, rooms=[lobby, attic]))
    assert announced.events == []
    members.order_rooms(user=bob, rooms=[cellar, lobby])
    assert places() == {"cellar": 0, "lobby": 1, "attic": None}
    members.order_rooms(user=bob, rooms=[])
    assert set(places().values()) == {None}
    assert {entry["settings"]["place"] for entry in selectors.sidebar(alice)} == {None}


def test_orders_that_are_refused(lobby: Room, cellar: Room, alice: User, bob: User) -> None:
    attic = make_room(alice, "Attic")
    with pytest.raises(BadRequest) as caught:
        members.order_rooms(user=bob, rooms=[lobby, lobby])
    assert caught.value.field == "rooms"
    with pytest.raises(NotFound):
        members.order_rooms(user=bob, rooms=[lobby, attic])
    assert seat(bob, lobby).place is None


@pytest.mark.parametrize("muted", [True, False])
def test_who_muted_a_room_is_told_of_what_means_them(lobby: Room, alice: User, bob: User, muted: bool) -> None:
    change(bob, lobby, is_muted=muted)
    post(alice, lobby, "@room")
    post(alice, lobby, "@bob")
    everyone, named = Message.objects.order_by("seq")
    assert (bob.pk in selectors.who_is_told(everyone, [])) is not muted
    assert selectors.who_is_told(named, [bob.pk]) == {bob.pk: selectors.Told("mention")}
