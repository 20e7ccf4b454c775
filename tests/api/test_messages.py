"""Messages by REST: one shape everywhere, once only, in pages, and seen at once by who listens."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat import selectors
from chat.api.messages import Message as Shape
from chat.models import Message, Room
from chat.protocol import BODY_LENGTH
from tests.api.caller import Caller
from tests.factories import post, seat

pytestmark = pytest.mark.django_db


def draft(body: str = "hello", **fields: Any) -> dict[str, Any]:
    return {"body": body, "client_id": str(uuid4())} | fields


def of_the_socket(user: User, room: Room, seq: int) -> Any:
    """The message as the protocol has it."""
    (found,) = selectors.history(seat(user, room), after=seq - 1, limit=1)["messages"]
    return found


def test_a_message_has_the_shape_of_the_protocol(lobby: Room, bob: User) -> None:
    answer = Caller(bob).post("/rooms/lobby/messages", draft("hello **all** @carol"))
    assert answer.status == 201
    assert answer.json == of_the_socket(bob, lobby, 1)
    assert answer.json.keys() == Shape.model_fields.keys() - {"event"}, "which is of system lines"
    assert answer.json["mentions"] == [seat(bob, lobby).room.memberships.get(user__username="carol").user_id]
    assert answer.response["Location"] == "/api/v1/rooms/lobby/messages/1"
    assert Caller(bob).get(answer.response["Location"]).json == answer.json


def test_a_retry_gives_the_message_back_as_it_is_now(lobby: Room, bob: User) -> None:
    caller, message = Caller(bob), draft("first")
    first = caller.post("/rooms/lobby/messages", message)
    again = caller.post("/rooms/lobby/messages", message | {"body": "other"})
    assert (first.status, again.status) == (201, 200)
    assert again.json == first.json
    assert again.response["Location"] == first.response["Location"]
    caller.delete("/rooms/lobby/messages/1")
    last = caller.post("/rooms/lobby/messages", message)
    assert (last.status, last.json["deleted"]) == (200, {"by": "author", "reason": ""})
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_message_twice_at_once(lobby: Room, bob: User) -> None:
    callers, message = [Caller(bob) for _ in range(4)], draft()

    def send(caller: Caller) -> tuple[int, Any]:
        try:
            answer = caller.post("/rooms/lobby/messages", message)
            return answer.status, answer.json
        finally:
            connection.close()

    with ThreadPoolExecutor(len(callers)) as pool:
        answers = list(pool.map(send, callers))
    assert sorted(status for status, _ in answers) == [200, 200, 200, 201]
    assert all(found == answers[0][1] for _, found in answers)
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"body": "x" * BODY_LENGTH}, "201", None),
        ({"body": "x" * (BODY_LENGTH + 1)}, "too_long", "body"),
        ({"body": " \u2800\u200b"}, "empty", "body"),
        ({"body": None}, "bad_request", "body"),
        ({"reply_to": 9}, "not_found", "reply_to"),
        ({"reply_to": 1}, "201", None),
        ({"reply_to": True}, "bad_request", "reply_to"),
        ({"reply_to": 1.0}, "bad_request", "reply_to"),
        ({"reply_to": 2**53}, "bad_request", "reply_to"),
        ({"client_id": "x"}, "bad_request", "client_id"),
        ({"client_id": "0B0E6C1E-5B0C-4F0E-9C53-5F8F0F1D2A3B"}, "bad_request", "client_id"),
        ({"client_id": None}, "bad_request", "client_id"),
        ({"later": "fields that nobody knows"}, "201", None),
    ],
)
def test_what_may_be_posted(lobby: Room, bob: User, change: dict[str, Any], code: str, field: str | None) -> None:
    post(bob, lobby)
    answer = Caller(bob).post("/rooms/lobby/messages", draft() | change)
    assert (answer.code, answer.json.get("field")) == (code, field)


def test_the_rate_of_messages_is_the_domains(settings: LazySettings, lobby: Room, bob: User) -> None:
    settings.SEND_RATE = (1, 30.0)
    caller = Caller(bob)
    assert caller.post("/rooms/lobby/messages", draft()).status == 201
    answer = caller.post("/rooms/lobby/messages", draft())
    assert (answer.code, answer.status) == ("rate_limited", 429)
    assert 0 < answer.json["retry_after"] <= 30
    assert int(answer.response["Retry-After"]) <= 30


def test_edit_delete_and_restore(lobby: Room, bob: User, carol: User) -> None:
    author, moderator = Caller(bob), Caller(carol)
    author.post("/rooms/lobby/messages", draft("one"))
    edited = author.patch("/rooms/lobby/messages/1", {"body": "two", "if_rev": 1})
    assert (edited.json["body"], edited.json["rev"]) == ("two", 2)
    assert edited.json == of_the_socket(bob, lobby, 1)
    stale = author.patch("/rooms/lobby/messages/1", {"body": "three", "if_rev": 1})
    assert (stale.code, stale.status) == ("conflict", 409)
    deleted = moderator.delete("/rooms/lobby/messages/1?reason=off%20topic")
    assert deleted.json["deleted"] == {"by": "moderator", "reason": "off topic"}
    assert deleted.json["body"] == ""
    assert author.get("/rooms/lobby/messages/1").json == deleted.json
    assert author.patch("/rooms/lobby/messages/1", {"body": "three"}).code == "conflict"
    restored = moderator.post("/rooms/lobby/messages/1/restore", {"reason": "my mistake"})
    assert (restored.json["body"], restored.json["deleted"]) == ("two", None)
    assert moderator.delete(f"/rooms/lobby/messages/1?reason={'x' * 201}").code == "too_long"


def test_reactions(lobby: Room, bob: User, carol: User) -> None:
    post(bob, lobby)
    thumb = "/rooms/lobby/messages/1/reactions/%F0%9F%91%8D"
    reacted = Caller(bob).put(thumb, None)
    assert reacted.json["reactions"] == [{"emoji": "👍", "count": 1, "users": [bob.pk]}]
    assert reacted.json == of_the_socket(bob, lobby, 1) == Caller(bob).put(thumb, None).json
    assert Caller(carol).put(thumb, None).json["reactions"][0]["users"] == [bob.pk, carol.pk]
    assert Caller(bob).delete(thumb).json["reactions"] == [{"emoji": "👍", "count": 1, "users": [carol.pk]}]
    for wrong in ("x", "%F0%9F%91%8D%F0%9F%91%8D", "%20"):
        answer = Caller(bob).put(f"/rooms/lobby/messages/1/reactions/{wrong}", None)
        assert (answer.code, answer.json["field"]) == ("bad_request", "emoji")
    assert Caller(bob).put("/rooms/lobby/messages/2/reactions/%F0%9F%91%8D", None).code == "not_found"


def test_pins(lobby: Room, bob: User, carol: User) -> None:
    for _ in range(2):
        post(bob, lobby)
    caller = Caller(carol)
    pinned = [caller.put(f"/rooms/lobby/messages/{seq}/pin", None).json for seq in (1, 2)]
    assert [message["pinned"] for message in pinned] == [True, True]
    assert Caller(bob).get("/rooms/lobby/pins").json == {"messages": pinned[::-1]}
    assert caller.get("/rooms/lobby/messages/3").json["event"] == {"type": "pinned", "seq": 1}
    assert caller.delete("/rooms/lobby/messages/1/pin").json["pinned"] is False
    assert [message["seq"] for message in caller.get("/rooms/lobby/pins").json["messages"]] == [2]
    assert caller.put("/rooms/lobby/messages/9/pin", None).code == "not_found"


def test_the_read_marker(lobby: Room, bob: User, alice: User) -> None:
    for _ in range(3):
        post(alice, lobby)
    caller = Caller(bob)
    moves = [({"seq": 2}, 2), ({"seq": 1}, 2), ({"seq": 1, "back": True}, 1), ({"seq": 99}, 3)]
    assert [caller.put("/rooms/lobby/read", move).json for move, _ in moves] == [{"read_seq": seq} for _, seq in moves]


# ---------- pages


@pytest.fixture
def ten(lobby: Room, alice: User) -> Room:
    for number in range(10):
        post(alice, lobby, f"message {number + 1}")
    return lobby


@pytest.mark.parametrize(
    ("query", "seqs", "before", "after"),
    [
        ("", range(1, 11), False, False),
        ("?limit=3", range(8, 11), True, False),
        ("?before=8&limit=3", range(5, 8), True, True),
        ("?before=1", [], False, True),
        ("?after=8", range(9, 11), True, False),
        ("?after=0&limit=2", range(1, 3), False, True),
        ("?after=10", [], True, False),
        ("?around=5&limit=4", range(3, 7), True, True),
        ("?around=999&limit=4", range(9, 11), True, False),
    ],
)
def test_pages(ten: Room, bob: User, query: str, seqs: Any, before: bool, after: bool) -> None:
    page = Caller(bob).get(f"/rooms/lobby/messages{query}").json
    assert [message["seq"] for message in page["messages"]] == list(seqs)
    assert (page["has_before"], page["has_after"]) == (before, after)
    assert (page["type"], page["room"], page["epoch"]) == ("history", "lobby", ten.epoch)


def test_going_back_misses_nothing_while_others_write(ten: Room, bob: User, alice: User) -> None:
    caller, seen = Caller(bob), []
    page = caller.get("/rooms/lobby/messages?limit=3").json
    while page["messages"]:
        seen += [message["seq"] for message in page["messages"]]
        post(alice, ten)
        page = caller.get(f"/rooms/lobby/messages?limit=3&before={min(seen)}").json
    assert sorted(seen) == list(range(1, 11))


def test_what_a_page_costs(ten: Room, bob: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    caller = Caller(bob)
    with django_assert_num_queries(4):  # the token · banned from the site? · the membership and its room · the page
        assert len(caller.get("/rooms/lobby/messages").json["messages"]) == 10
    with django_assert_num_queries(4):
        caller.get("/rooms/lobby/messages?before=3")
    with django_assert_num_queries(5):  # both sides
        caller.get("/rooms/lobby/messages?around=3")


def test_a_page_is_json_of_the_socket(ten: Room, bob: User) -> None:
    page = Caller(bob).get("/rooms/lobby/messages?limit=3").json
    assert page == json.loads(json.dumps({"type": "history"} | selectors.history(seat(bob, ten), before=11, limit=3)))
