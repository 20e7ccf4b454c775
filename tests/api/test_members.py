"""Members of a room by REST."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat.api.members import Member
from chat.models import Membership, Room
from chat.services import members
from tests.api.caller import Caller
from tests.factories import make_user, seat

pytestmark = pytest.mark.django_db

# As what one asks, who: list · take dora in · make bob a moderator · remove bob.
ANSWERS = {
    "alice": ("200", "200", "200", "204"),
    "carol": ("200", "200", "forbidden", "204"),
    "bob": ("200", "forbidden", "forbidden", "forbidden"),
    "mallory": ("200", "forbidden", "forbidden", "forbidden"),
    "steward": ("200", "forbidden", "forbidden", "forbidden"),
}


def answers_to(caller: Caller, slug: str) -> tuple[str, ...]:
    at = f"/rooms/{slug}/members"
    return (
        caller.get(at).code,
        caller.post(at, {"username": "dora"}).code,
        caller.patch(f"{at}/bob", {"role": "moderator"}).code,
        caller.delete(f"{at}/bob?reason=x").code,
    )


@pytest.mark.parametrize("who", ANSWERS)
def test_who_may_what(lobby: Room, steward: User, mallory: User, who: str) -> None:
    make_user(username="dora")
    assert answers_to(Caller(User.objects.get(username=who)), "lobby") == ANSWERS[who]


@pytest.mark.parametrize("who", ["mallory", "steward"])
def test_a_private_room_is_not_there(cellar: Room, mallory: User, steward: User, who: str) -> None:
    caller = Caller(User.objects.get(username=who))
    assert answers_to(caller, "cellar") == ("not_found",) * 4 == answers_to(caller, "nowhere")


def test_nobody(lobby: Room) -> None:
    assert answers_to(Caller(), "lobby") == ("unauthorized",) * 4


def test_a_member(lobby: Room, alice: User, mallory: User) -> None:
    caller = Caller(alice)
    added = caller.post("/rooms/lobby/members", {"username": "MALLORY"}).json
    assert added.keys() == Member.model_fields.keys() - {"avatar"}
    assert (added["id"], added["role"]) == (mallory.pk, "member")
    assert caller.post("/rooms/lobby/members", {"username": "mallory"}).json == added
    changed = caller.patch("/rooms/lobby/members/mallory", {"role": "owner"}).json
    assert changed == added | {"role": "owner"}
    assert caller.delete("/rooms/lobby/members/mallory").code == "forbidden", "of equal rank"
    assert caller.patch("/rooms/lobby/members/alice", {"role": "member"}).json["role"] == "member"
    last = Caller(mallory).patch("/rooms/lobby/members/mallory", {"role": "member"})
    assert last.code == "conflict"


def test_people_who_are_not_there(lobby: Room, alice: User, mallory: User) -> None:
    caller = Caller(alice)
    for answer in (
        caller.post("/rooms/lobby/members", {"username": "nobody"}),
        caller.patch("/rooms/lobby/members/nobody", {"role": "member"}),
        caller.delete("/rooms/lobby/members/nobody"),
    ):
        assert (answer.code, answer.json["field"]) == ("not_found", "username")
    assert caller.patch("/rooms/lobby/members/mallory", {"role": "member"}).code == "not_found"
    assert caller.delete("/rooms/lobby/members/mallory").status == 204, "as it is"
    assert caller.patch("/rooms/lobby/members/bob", {"role": "king"}).json["field"] == "role"
    assert caller.delete(f"/rooms/lobby/members/bob?reason={'x' * 201}").code == "too_long"


def test_the_list_in_pages(
    lobby: Room, alice: User, bob: User, carol: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = [make_user() for _ in range(100)]
    Membership.objects.bulk_create(Membership(room=lobby, user=person) for person in people)
    caller = Caller(bob)
    with django_assert_num_queries(4):  # the token · banned from the site? · the membership and its room · the page
        page = caller.get("/rooms/lobby/members").json
    found = page["members"]
    assert found[0] | {"joined_at": ""} == {
        "id": alice.pk, "username": "alice", "name": "Alice", "status": None, "bot": False, "role": "owner",
        "joined_at": "",
    }  # fmt: skip
    members.join_room(user=make_user(), room=lobby)
    members.leave_room(membership=seat(people[-1], lobby))
    while page["next"]:
        page = caller.get(page["next"]).json
        found += page["members"]
    ids = [member["id"] for member in found]
    assert ids == sorted(set(ids)), "each once"
    assert set(ids) == set(Membership.objects.filter(room=lobby).values_list("user_id", flat=True))


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", str(2**53)])
def test_wrong_cursors(lobby: Room, bob: User, cursor: str) -> None:
    assert Caller(bob).get(f"/rooms/lobby/members?cursor={cursor}").json["field"] == "cursor"
