"""What one wants to be told of: a level for all rooms, and those of single rooms."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat import encoding, selectors
from chat.errors import BadRequest, Conflict
from chat.models import Membership, Message, Room
from chat.services import members, people, rooms
from chat.services.members.seats import facts_of_seat, give_seat_back
from tests.chat.announcements import Announced
from tests.factories import make_room, post, seat

LEVELS = ("all", "mentions", "nothing")
TEXTS = {"plain": "message", "@room": "room", "@bob": "mention"}


def levels(user: User) -> dict[str, tuple[str, bool]]:
    """By slug, what the person is told of, and whether they chose it for this room."""
    entries = selectors.sidebar(user)
    return {one["slug"]: (one["settings"]["notify"], one["settings"]["own_level"]) for one in entries}


def reason(user: User, room: Room) -> str | None:
    """Why the person is told of the newest message."""
    message = Message.objects.filter(room=room).latest("seq")
    found = selectors.who_is_told(message, [user.pk] if "@bob" in message.body else [])
    return found[user.pk].reason if user.pk in found else None


@pytest.mark.parametrize("own", [None, *LEVELS])
@pytest.mark.parametrize("level", LEVELS)
def test_who_is_told_goes_by_the_level_of_the_room_else_by_ones_own(
    lobby: Room, alice: User, bob: User, level: str, own: str | None
) -> None:
    talk = rooms.open_direct_room(user=alice, people=[bob]).room
    if own:
        members.set_room_settings(membership=seat(bob, lobby), notify=own)
        members.set_room_settings(membership=seat(bob, talk), notify=own)
    people.set_level(user=bob, notify=level)
    heard = {"all": set(TEXTS), "mentions": {"@room", "@bob"}, "nothing": set()}[own or level]
    for text, why in TEXTS.items():
        post(alice, lobby, text)
        assert reason(bob, lobby) == (why if text in heard else None)
    # A direct message reaches whoever has not said otherwise in the conversation itself.
    post(alice, talk, "hello")
    assert reason(bob, talk) == (None if own == "nothing" else "direct")


def test_who_hears_everything_is_found_when_a_message_means_nobody(
    lobby: Room, alice: User, bob: User, announced: Announced
) -> None:
    people.set_level(user=bob, notify="all")
    announced(partial(post, alice, lobby, "plain"))
    assert [event["users"] for event in announced.events if event["type"] == "notify"] == [[bob.pk]]
    members.set_room_settings(membership=seat(bob, lobby), notify="mentions")
    announced(partial(post, alice, lobby, "plain"))
    assert [event for event in announced.events if event["type"] == "notify"] == []


def test_the_old_list_and_one_frame_make_the_new_list(
    lobby: Room, cellar: Room, alice: User, bob: User, announced: Announced
) -> None:
    rooms.open_direct_room(user=alice, people=[bob])
    members.set_room_settings(membership=seat(bob, cellar), notify="nothing")
    post(alice, lobby, "@room")
    before, others = selectors.sidebar(bob), selectors.sidebar(alice)
    announced(partial(people.set_level, user=bob, notify="all", origin="this page"))
    assert announced.frames_to(bob) == [{"type": "my_level", "notify": "all"}]
    assert [event["origin"] for event in announced.events] == ["this page"]
    for entry in before:
        if not entry["settings"]["own_level"]:
            entry["settings"]["notify"] = "all"
    assert selectors.sidebar(bob) == before
    assert [entry["settings"]["own_level"] for entry in before] == [True, True, False]
    assert selectors.sidebar(alice) == others
    bob.refresh_from_db()
    assert encoding.myself(bob)["notify"] == "all"
    announced(partial(people.set_level, user=bob, notify="all"))
    assert announced.events == [], "done twice"


def test_a_room_takes_a_level_of_its_own_and_goes_by_mine_again(lobby: Room, bob: User, announced: Announced) -> None:
    people.set_level(user=bob, notify="nothing")
    own = partial(members.set_room_settings, membership=seat(bob, lobby))
    own(notify="nothing")
    people.set_level(user=bob, notify="all")
    assert levels(bob)["lobby"] == ("nothing", True), "the same as one's own is chosen all the same"
    for _ in range(2):
        announced(partial(own, notify=Membership.AS_IN_SETTINGS))
        assert levels(bob)["lobby"] == ("all", False)
    assert announced.events == [], "done twice"
    own(is_muted=True)
    assert levels(bob)["lobby"] == ("all", False), "muting chooses no level"


def test_a_direct_room_goes_by_nothing_but_its_own(alice: User, bob: User) -> None:
    talk = rooms.open_direct_room(user=alice, people=[bob]).room
    people.set_level(user=bob, notify="nothing")
    later = rooms.open_direct_room(user=bob, people=[alice, User.objects.create_user("dora")]).room
    assert levels(bob) == {talk.slug: ("mentions", True), later.slug: ("mentions", True)}
    with pytest.raises(Conflict):
        members.set_room_settings(membership=seat(bob, talk), notify=Membership.AS_IN_SETTINGS, is_muted=True)
    assert not seat(bob, talk).is_muted


def test_rooms_that_one_comes_into_go_by_it(lobby: Room, alice: User, mallory: User) -> None:
    people.set_level(user=mallory, notify="all")
    members.join_room(user=mallory, room=lobby)
    members.add_member(membership=seat(alice, make_room(alice, "Attic")), user=mallory)
    rooms.create_room(owner=mallory, name="Hers")
    assert levels(mallory) == dict.fromkeys(("attic", "hers", "lobby"), ("all", False))


@pytest.mark.parametrize(("own", "then"), [(None, ("all", False)), ("nothing", ("nothing", True))])
@pytest.mark.parametrize("lacks", [(), ("has_own_level",)], ids=["now", "from before there were levels"])
def test_a_seat_that_is_given_back(
    lobby: Room, bob: User, own: str | None, then: tuple[str, bool], lacks: tuple[str, ...]
) -> None:
    if own:
        members.set_room_settings(membership=seat(bob, lobby), notify=own)
    facts = {name: fact for name, fact in facts_of_seat(seat(bob, lobby)).items() if name not in lacks}
    members.leave_room(membership=seat(bob, lobby))
    people.set_level(user=bob, notify="all")
    give_seat_back(bob, lobby, facts)
    assert levels(bob)["lobby"] == then


def test_it_costs_the_same_for_any_number_of_rooms(
    alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 9):
        for number in range(count):
            make_room(alice, f"Room {count} {number}", bob)
        # savepoint · the person locked, written · their seats locked, written · savepoint
        with django_assert_num_queries(6):
            people.set_level(user=bob, notify="all" if count == 1 else "nothing")
    assert set(levels(bob).values()) == {("nothing", False)}


@pytest.mark.parametrize("notify", ["", "some", "default", "ALL"])
def test_what_is_no_level(bob: User, lobby: Room, notify: str) -> None:
    refused: list[Callable[[], Any]] = [partial(people.set_level, user=bob, notify=notify)]
    if notify != Membership.AS_IN_SETTINGS:
        refused.append(partial(members.set_room_settings, membership=seat(bob, lobby), notify=notify))
    for act in refused:
        with pytest.raises(BadRequest) as caught:
            act()
        assert caught.value.field == "notify"
    assert levels(bob)["lobby"] == ("mentions", False)
