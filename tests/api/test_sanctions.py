"""Mutes and bans in a room, by REST."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat.api.sanctions import Standing
from chat.models import Membership, Room, Sanction
from chat.services import moderation
from tests.api.caller import Caller
from tests.factories import make_user, seat

pytestmark = pytest.mark.django_db

AT = "/rooms/lobby/sanctions"


def test_mute_and_lift(lobby: Room, bob: User, carol: User) -> None:
    caller = Caller(carol)
    until = (timezone.now() + timedelta(hours=1)).isoformat()
    made = caller.post(AT, {"username": "BOB", "kind": "mute", "reason": "calm down", "until": until})
    assert made.status == 201
    assert made.json.keys() == Standing.model_fields.keys()
    assert (made.json["user"]["id"], made.json["by"]["id"]) == (bob.pk, carol.pk)
    assert caller.get(AT).json["sanctions"] == [made.json]
    assert Sanction.objects.standing().get().kind == "mute"
    assert caller.delete(f"{AT}/{made.json['id']}?reason=sorry").status == 204
    assert caller.get(AT).json["sanctions"] == []
    assert caller.delete(f"{AT}/{made.json['id']}").status == 204, "ended already"


def test_ban(lobby: Room, bob: User, carol: User) -> None:
    made = Caller(carol).post(AT, {"username": "bob", "kind": "ban", "reason": "spam"})
    assert made.json["ends_at"] is None
    assert not Membership.objects.filter(room=lobby, user=bob).exists()
    assert Caller(bob).get("/rooms/lobby").code == "banned"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": ""}, "bad_request"),
        ({"reason": " "}, "bad_request"),
        ({"reason": "x" * 200}, "201"),
        ({"reason": "x" * 201}, "too_long"),
        ({"kind": "flog"}, "bad_request"),
        ({"until": "2001-01-01T00:00:00Z"}, "bad_request"),
        ({"username": "nobody"}, "not_found"),
        ({"username": "alice"}, "forbidden"),
        ({"username": "carol"}, "forbidden"),
    ],
)
def test_limits_and_ranks(lobby: Room, carol: User, change: dict[str, str], code: str) -> None:
    body = {"username": "bob", "kind": "mute", "reason": "calm down"} | change
    assert Caller(carol).post(AT, body).code == code


def test_a_sanction_of_another_room_is_not_there(lobby: Room, cellar: Room, alice: User, bob: User) -> None:
    there = moderation.mute_user(actor=alice, user=bob, reason="x", room=cellar)
    assert Caller(alice).delete(f"{AT}/{there.pk}").code == "not_found"
    assert Sanction.objects.standing().exists()


def test_the_list_takes_one_more_query_for_any_number(
    lobby: Room, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(5):
        person = make_user(username=f"p{n}")
        Membership.objects.create(room=lobby, user=person)
        moderation.mute_user(actor=alice, user=person, reason="x", room=lobby)
    caller = Caller(alice)
    with django_assert_max_num_queries(6):
        assert len(caller.get(AT).json["sanctions"]) == 5


def test_members_by_role_and_name(lobby: Room, bob: User) -> None:
    caller = Caller(bob)

    def names(query: str) -> list[str]:
        return [member["username"] for member in caller.get(f"/rooms/lobby/members?{query}").json["members"]]

    assert names("role=owner") == ["alice"]
    assert names("role=moderator") == ["carol"]
    assert names("query=BO") == ["bob"]
    assert names("query=o&role=moderator") == ["carol"]
    assert names("query=zz") == []
    assert caller.get("/rooms/lobby/members?role=king").code == "bad_request"
    assert seat(bob, lobby).role == "member"
