"""Rooms that hide from newcomers what was said before they came: at every door."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from chat import access, selectors
from chat.errors import Forbidden, NotFound
from chat.hub.room import LiveRoom
from chat.models import Membership, Room
from chat.services import members, messages, moderation, rooms
from tests.api.caller import Caller
from tests.chat.announcements import Announced
from tests.chat.newcomers import BEFORE, hide, take_in
from tests.chat.test_replay import by_seq, pin, react
from tests.factories import make_moderator, post, seat

# ---------- who is a newcomer


@pytest.mark.parametrize(("is_quiet", "first"), [(False, BEFORE + 1), (True, BEFORE + 1)])
def test_what_a_newcomer_sees_begins_with_the_line_about_them(
    crypt: Room, alice: User, mallory: User, is_quiet: bool, first: int
) -> None:
    membership = take_in(mallory, crypt, alice, is_quiet=is_quiet)
    assert (membership.sees(first - 1), membership.sees(first)) == (False, True)
    page = selectors.snapshot(membership)
    assert [message["seq"] for message in page["messages"]] == ([] if is_quiet else [first])
    assert page["has_before"] is False
    post(alice, crypt)
    (entry,) = selectors.sidebar(mallory)
    assert (entry["mentions"], entry["seq"] - entry["read_seq"], entry["epoch"]) == (0, 1, membership.epoch)


def test_who_was_there_before_sees_all(crypt: Room, alice: User, bob: User, carol: User, mallory: User) -> None:
    for person in (alice, bob, carol):
        assert len(selectors.snapshot(seat(person, crypt))["messages"]) == BEFORE
    hide(crypt, alice, hidden=False)
    assert take_in(mallory, crypt, alice).from_seq == 0
    hide(crypt, alice)
    assert len(selectors.snapshot(seat(mallory, crypt))["messages"]) == BEFORE + 1, "hiding is for those who come"


def test_who_comes_back_is_a_newcomer(crypt: Room, alice: User, bob: User, mallory: User) -> None:
    """What was said while they were away can't be told from what they knew, and is not theirs."""
    first = take_in(mallory, crypt, alice).from_seq
    members.leave_room(membership=seat(mallory, crypt))
    post(bob, crypt)
    assert take_in(mallory, crypt, alice).from_seq == first + 2
    assert take_in(mallory, crypt, alice).from_seq == first + 2, "who is there already stays as they are"


def test_a_public_room_hides_nothing(lobby: Room, alice: User, mallory: User) -> None:
    hide(lobby, alice)
    room = Room.objects.get()
    assert (room.history_for_newcomers, room.rev) == (True, 0), "it is open to everyone who comes by"
    post(alice, lobby)
    assert members.join_room(user=mallory, room=lobby).from_seq == 0


def test_only_owners_decide(crypt: Room, carol: User, bob: User, alice: User) -> None:
    for person in (carol, bob):
        with pytest.raises(Forbidden):
            hide(crypt, person, hidden=False)
    room = Caller(alice).patch("/rooms/cellar", {"history_for_newcomers": True}).json
    assert room["state"]["history_for_newcomers"] is True


@pytest.mark.parametrize("opened", ["shown", "made public"])
def test_what_is_shown_to_newcomers_is_shown_to_those_who_came_earlier(
    crypt: Room, alice: User, mallory: User, announced: Announced, opened: str
) -> None:
    old = selectors.subscribed_fields(take_in(mallory, crypt, alice))
    if opened == "shown":
        announced(lambda: hide(crypt, alice, hidden=False))
    else:
        announced(lambda: rooms.convert_room(membership=seat(alice, crypt), kind="public"))
    assert [event["users"] for event in announced.events if event["type"] == "sight"] == [[mallory.pk]]
    now = selectors.subscribed_fields(seat(mallory, crypt), since=old["rev"], epoch=old["epoch"])
    assert now["reset"] is True, "what they held is no prefix of what they see now"
    assert list(by_seq(now["messages"]))[:BEFORE] == list(range(1, BEFORE + 1))


def test_moderators_see_all(crypt: Room, alice: User, carol: User, mallory: User, announced: Announced) -> None:
    take_in(mallory, crypt, alice)
    announced(lambda: make_moderator(mallory, crypt, alice))
    assert [event["users"] for event in announced.events if event["type"] == "sight"] == [[mallory.pk]]
    assert len(selectors.snapshot(seat(mallory, crypt))["messages"]) == BEFORE + 1
    assert messages.delete_message(membership=seat(mallory, crypt), seq=2).is_deleted
    announced(lambda: members.set_role(membership=seat(alice, crypt), user=mallory, role="member"))
    assert [event["users"] for event in announced.events if event["type"] == "sight"] == [[mallory.pk]]
    with pytest.raises(NotFound):
        access.find_message(seat(mallory, crypt), 1)
    announced(lambda: members.set_role(membership=seat(alice, crypt), user=carol, role="member"))
    assert "sight" not in [event["type"] for event in announced.events], "she has seen all along"


def test_site_moderators_see_all(crypt: Room, alice: User, mallory: User, announced: Announced) -> None:
    boss = User.objects.create(username="boss", is_superuser=True)
    take_in(mallory, crypt, alice)
    announced(lambda: moderation.set_site_moderator(actor=boss, user=mallory, is_moderator=True))
    assert announced.events == [{"type": "access", "user": mallory.pk}]
    assert access.find_message(access.read_room(User.objects.get(pk=mallory.pk), "cellar"), 1)
    assert Membership.objects.seeing(1).filter(user=mallory).exists()


@pytest.mark.parametrize("seq", [1, BEFORE, BEFORE + 1])
def test_the_rule_is_the_same_in_sql(crypt: Room, alice: User, carol: User, mallory: User, seq: int) -> None:
    take_in(mallory, crypt, alice)
    found = Membership.objects.filter(room=crypt).seeing(seq)
    expected = {one.pk for one in Membership.objects.select_related("user").filter(room=crypt) if one.sees(seq)}
    assert {one.pk for one in found} == expected
    assert len(expected) == (3 if seq <= BEFORE else 4)


def test_whose_sight_is_another_by_now(
    crypt: Room, alice: User, carol: User, bob: User, mallory: User, steward: User
) -> None:
    for newcomer in (mallory, steward):
        take_in(newcomer, crypt, alice)
    people = (alice, bob, carol, mallory, steward)

    def seen() -> set[tuple[int, int, int]]:
        return {(user.pk, crypt.pk, seat(user, crypt).first_seq) for user in people}

    assert access.other_sight([]) == access.other_sight(seen()) == set()
    changes: list[Callable[[], Any]] = [
        lambda: make_moderator(mallory, crypt, alice),
        lambda: members.set_role(membership=seat(alice, crypt), user=mallory, role="member", is_quiet=True),
        lambda: User.objects.filter(pk=steward.pk).update(is_staff=False),
        lambda: User.objects.filter(pk=steward.pk).update(is_superuser=True),
        lambda: hide(crypt, alice, hidden=False),
    ]
    for change in changes:
        before = seen()
        change()
        after = seen()
        assert access.other_sight(before) == before - after != set()
        assert access.other_sight(after) == set()


# ---------- pages


PLACES: list[tuple[dict[str, int], list[int], bool]] = [
    ({"before": 99, "limit": 2}, [8, 9], True),
    ({"before": 9}, [7, 8], False),
    ({"before": 7}, [], False),
    ({"before": 3}, [], False),
    ({"after": 0, "limit": 2}, [7, 8], False),
    ({"around": 8, "limit": 2}, [7, 8], False),
    ({"around": 2, "limit": 4}, [7, 8], False),
    ({"around": 9, "limit": 2}, [8, 9], True),
]


@pytest.mark.parametrize(("place", "expected", "has_before"), PLACES)
def test_pages(
    crypt: Room, alice: User, mallory: User, place: dict[str, int], expected: list[int], has_before: bool
) -> None:
    take_in(mallory, crypt, alice)
    post(alice, crypt)
    post(alice, crypt)
    page = selectors.history(seat(mallory, crypt), **place)
    assert ([message["seq"] for message in page["messages"]], page["has_before"]) == (expected, has_before)


@pytest.mark.parametrize("backlog", [0, 1, 2, 3, 50])
@pytest.mark.parametrize("since", [None, 0, 7, 8, 9, 10, 11])
def test_the_ring_gives_the_page_that_the_database_gives(
    crypt: Room, alice: User, mallory: User, since: int | None, backlog: int
) -> None:
    """Where it holds something that they may not see, it leaves the answer to the database."""
    take_in(mallory, crypt, alice)  # rev 8
    post(alice, crypt)  # rev 9
    hole = selectors.newest_changes(crypt.pk, 200)
    assert hole is not None
    room = LiveRoom(hole)
    react(alice, crypt, 2, "👍")  # rev 10: before their time
    post(alice, crypt)  # rev 11
    after = selectors.changes_after(crypt.pk, hole.rev)
    assert after is not None
    assert room.hear(hole.rev, after.rev, after.changes)
    place: dict[str, Any] = {"backlog": backlog, "since": since, "epoch": None}
    served = room.subscribed_fields(seat(mallory, crypt), **place)
    if since is None or since >= 10:
        assert served == selectors.subscribed_fields(seat(mallory, crypt), **place)
    else:
        assert served is None


# ---------- every door


def test_no_door_says_the_secret(crypt: Room, alice: User, bob: User, mallory: User, announced: Announced) -> None:
    """To somebody who came later, whatever becomes of what was said before."""
    pin(alice, crypt, 1)
    take_in(mallory, crypt, alice)
    messages.edit_message(membership=seat(alice, crypt), seq=3, body="secret changed")
    react(bob, crypt, 3, "👍")
    post(bob, crypt, "an answer", reply_to=1)
    caller, client = Caller(mallory), Client()
    client.force_login(mallory)
    assert caller.get("/rooms/cellar/pins").json["messages"] == []
    said = [caller.get(path).response.content for path in ("/rooms", "/rooms/cellar", "/rooms/directory", "/me/saved")]
    said += [caller.get(f"/rooms/cellar/messages?{place}").response.content for place in ("", "around=3", "after=0")]
    said += [client.get(f"/chat/cellar/{more}").content for more in ("", "?plain", "?plain&before=4", "9/")]
    assert len([text for text in said if b"secret" in text]) == 0
    assert b"an answer" in said[-1]
    assert [client.get(f"/chat/cellar/{seq}/").status_code for seq in (BEFORE, BEFORE + 1, 8)] == [404, 404, 200]


def test_what_was_saved_before_leaving(crypt: Room, alice: User, bob: User) -> None:
    messages.save_message(membership=seat(bob, crypt), seq=1)
    assert [one["message"]["seq"] for one in selectors.saved(bob)] == [1]
    members.leave_room(membership=seat(bob, crypt))
    assert selectors.saved(bob) == []
    take_in(bob, crypt, alice)
    assert selectors.saved(bob) == []
    hide(crypt, alice, hidden=False)
    assert [one["message"]["seq"] for one in selectors.saved(bob)] == [1]


def test_what_can_not_be_seen_can_not_be_taken_elsewhere(crypt: Room, lobby: Room, alice: User, bob: User) -> None:
    members.leave_room(membership=seat(bob, crypt))
    take_in(bob, crypt, alice)
    there = {"to": "lobby", "client_id": "0b0e6c1e-5b0c-4f0e-9c53-5f8f0f1d2a3b"}
    assert Caller(bob).post("/rooms/cellar/messages/1/forward", there).code == "not_found"
    post(alice, crypt)
    assert Caller(bob).post(f"/rooms/cellar/messages/{BEFORE + 2}/forward", there).status == 201


def test_a_retry_is_answered_for_ever(crypt: Room, alice: User, bob: User) -> None:
    """Also when the message itself is out of its author's sight by now."""
    client_id = str(post(bob, crypt, "mine").message.client_id)
    members.leave_room(membership=seat(bob, crypt))
    take_in(bob, crypt, alice)
    again = Caller(bob).post("/rooms/cellar/messages", {"body": "mine", "client_id": client_id})
    assert (again.status, again.json["seq"]) == (200, BEFORE + 1)
    assert Caller(bob).get(f"/rooms/cellar/messages/{BEFORE + 1}").code == "not_found"


def test_an_edit_of_what_one_may_not_see_tells_nobody(
    crypt: Room, alice: User, bob: User, mallory: User, announced: Announced
) -> None:
    take_in(mallory, crypt, alice)
    announced(lambda: messages.edit_message(membership=seat(alice, crypt), seq=1, body="@bob @mallory"))
    assert [event["users"] for event in announced.events if event["type"] == "notify"] == [[bob.pk]]
    (entry,) = selectors.sidebar(mallory)
    assert entry["mentions"] == 0


@pytest.mark.parametrize(("asked", "marked"), [(0, BEFORE), (BEFORE, BEFORE), (BEFORE + 1, BEFORE + 1)])
def test_the_read_marker_stays_in_sight(crypt: Room, alice: User, mallory: User, asked: int, marked: int) -> None:
    take_in(mallory, crypt, alice)
    assert members.mark_read(membership=seat(mallory, crypt), seq=asked, back=True) == marked
