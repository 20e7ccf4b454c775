"""One's own rooms: their order, and what one hears of them."""

from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import User
from chat import selectors
from chat.models import Room
from chat.services import rooms
from tests.factories import make_room, seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(alice: User, bob: User) -> list[Room]:
    return [make_room(alice, name, bob) for name in ("Attic", "Barn", "Cabin")]


def listed(client: Client) -> list[str]:
    """The names of the rooms as the list of every page has them."""
    return [entry["name"] for entry in client.get("/my-rooms/").context["rooms"]]


def change(client: Client, room: Room, act: str) -> int:
    return client.post("/my-rooms/change/", {"room": room.slug, "act": act}).status_code


def test_strangers_sign_in_first(client: Client) -> None:
    assert client.get("/my-rooms/")["Location"].startswith("/accounts/login/")


def test_rooms_move_up_and_down(as_bob: Client, three: list[Room]) -> None:
    attic, barn, cabin = three
    assert listed(as_bob) == ["Attic", "Barn", "Cabin"]
    assert change(as_bob, cabin, "up") == 302
    assert listed(as_bob) == ["Attic", "Cabin", "Barn"]
    change(as_bob, attic, "down")
    assert listed(as_bob) == ["Cabin", "Attic", "Barn"]
    change(as_bob, barn, "down")
    change(as_bob, cabin, "up")
    assert listed(as_bob) == ["Cabin", "Attic", "Barn"]


def test_favourites_stand_above_and_move_among_themselves(as_bob: Client, three: list[Room]) -> None:
    attic, barn, cabin = three
    change(as_bob, barn, "favourite")
    change(as_bob, cabin, "favourite")
    assert listed(as_bob) == ["Barn", "Cabin", "Attic"]
    change(as_bob, attic, "up")
    assert listed(as_bob) == ["Barn", "Cabin", "Attic"]
    change(as_bob, cabin, "up")
    assert listed(as_bob) == ["Cabin", "Barn", "Attic"]
    change(as_bob, cabin, "plain")
    assert listed(as_bob) == ["Barn", "Cabin", "Attic"]


def test_what_one_hears_of_a_room(as_bob: Client, bob: User, lobby: Room) -> None:
    for act in ("mentions", "mute"):
        change(as_bob, lobby, act)
    assert (seat(bob, lobby).notify, seat(bob, lobby).is_muted) == ("mentions", True)
    change(as_bob, lobby, "unmute")
    assert seat(bob, lobby).is_muted is False


def test_a_level_for_all_rooms_is_chosen_among_the_settings(
    as_bob: Client, bob: User, lobby: Room, cellar: Room
) -> None:
    change(as_bob, cellar, "mentions")
    answer = as_bob.post("/my-rooms/level/", {"level": "nothing"})
    assert answer["Location"] == "/profile/#rooms"
    assert as_bob.get("/profile/").context["level_form"]["level"].value() == "nothing"
    assert (seat(bob, lobby).notify, seat(bob, cellar).notify) == ("nothing", "mentions")
    change(as_bob, cellar, "default")
    assert seat(bob, cellar).notify == "nothing"
    assert as_bob.get("/my-rooms/").content.count(b'value="default" aria-current="true"') == 2
    for level in ("", "some", "\0"):
        assert as_bob.post("/my-rooms/level/", {"level": level}).status_code == 400
    assert seat(bob, lobby).notify == "nothing"
    assert Client().post("/my-rooms/level/")["Location"].startswith("/accounts/login/")


def test_a_conversation_goes_out_of_the_list_and_comes_back(as_bob: Client, alice: User, bob: User) -> None:
    talk = rooms.open_direct_room(user=bob, people=[alice]).room
    change(as_bob, talk, "hide")
    page = as_bob.get("/my-rooms/")
    assert page.context["directs"] == []
    assert b"Not in the list" in page.content
    change(as_bob, talk, "show")
    assert len(as_bob.get("/my-rooms/").context["directs"]) == 1


@pytest.mark.parametrize("fields", [{}, {"act": "up"}, {"room": "lobby", "act": "delete"}, {"room": "lobby"}])
def test_nonsense_changes_nothing(as_bob: Client, lobby: Room, fields: dict[str, str]) -> None:
    before = selectors.sidebar(User.objects.get(username="bob"))
    assert as_bob.post("/my-rooms/change/", fields).status_code == 400
    assert selectors.sidebar(User.objects.get(username="bob")) == before


@pytest.mark.parametrize(("act", "code"), [("hide", 409), ("up", 302)])
def test_rooms_do_not_hide(as_bob: Client, lobby: Room, act: str, code: int) -> None:
    assert change(as_bob, lobby, act) == code


@pytest.mark.parametrize("slug", ["nowhere", "cellar", "a\0b"])
def test_other_peoples_rooms_are_not_there(as_mallory: Client, cellar: Room, slug: str) -> None:
    answer = as_mallory.post("/my-rooms/change/", {"room": slug, "act": "up"})
    assert answer.status_code in {400, 404}
    assert as_mallory.get(f"/chat/{quote(slug)}/").status_code == 404
