"""Bad frames and bad handshakes at a real worker: always a protocol error or a close code."""

from typing import Any
from urllib.parse import quote

import pytest
from websockets.exceptions import InvalidStatus

from accounts.models import User
from chat.models import Room
from tests.factories import make_room, post
from tests.live.conftest import Connect
from tests.live.site import Copy, Worker, cookie_of, secret_of

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


# ---------- frames


def test_a_binary_frame_ends_the_socket(meet: Connect, bob: User) -> None:
    person = meet(bob)
    person.socket.send(b'{"type": "ping"}')
    assert person.code() == 4400


def test_bad_frames_are_answered_and_thirty_end_the_socket(meet: Connect, bob: User) -> None:
    person = meet(bob)
    person.receive()
    bad = [
        "",
        "[]",
        "{",
        "null",
        "\0",
        "[" * 60_000,
        '{"type":"send"}',
        '{"type":"ping","ref":"\\ud800"}',
        '{"type":7}',
        "NaN",
    ]
    for n in range(29):
        person.socket.send(bad[n % len(bad)])
        answer = person.receive()
        assert (answer["type"], answer["code"]) == ("error", "bad_request")
    assert person.ask("ping")["type"] == "pong"
    person.socket.send("one more")
    assert person.code() == 4400
    assert person.frames[-1]["code"] == "bad_request"


@pytest.mark.parametrize("text", ["x" * 65_537, "é" * 32_769, "x" * 71_000, "x" * 200_000, "x" * 5_000_000])
def test_a_frame_too_large_ends_the_socket_with_1009(meet: Connect, bob: User, text: str) -> None:
    person = meet(bob)
    person.receive()
    person.socket.send(text)
    assert person.code() == 1009


def test_a_frame_just_small_enough_is_read(meet: Connect, bob: User) -> None:
    person = meet(bob)
    frame = '{"type":"ping","x":"%s"}'
    person.socket.send(frame % ("x" * (65_536 - len(frame) + 2)))
    person.wait("pong")


def test_invalid_utf8_ends_the_socket_with_1007(meet: Connect, bob: User) -> None:
    person = meet(bob)
    person.socket.send(b'{"type":"\xff\xfe"}', text=True)
    assert person.code() == 1007


def test_a_flood_is_refused_then_cut(meet: Connect, lobby: Room, bob: User) -> None:
    person = meet(bob)
    person.receive()
    for n in range(4000):
        try:
            person.say("history", room=lobby.slug, before=1, ref=str(n))
        except Exception:  # noqa: BLE001 - cut in the middle of it
            break
    assert person.code() == 4429
    refused = [frame for frame in person.frames if frame.get("code") == "rate_limited"]
    assert refused
    assert all(frame["retry_after"] > 0 for frame in refused)
    assert "ref" not in refused[-1]


def test_more_than_a_hundred_waiting_are_refused_in_their_place(meet: Connect, lobby: Room, bob: User) -> None:
    person = meet(bob)
    person.receive()
    for n in range(400):
        person.say("history", room=lobby.slug, before=1, ref=str(n))
    answers = [person.receive() for _ in range(400)]
    assert [answer["ref"] for answer in answers] == [str(n) for n in range(400)]
    refused = [answer for answer in answers if answer["type"] == "error"]
    assert {(answer["code"], answer["room"]) for answer in refused} == {("rate_limited", "lobby")}
    assert 0 < len(refused) <= 300


@pytest.mark.parametrize("room", ["nowhere", "", "大厅", "a/b", "..", "\u202e", "x" * 9000, "Lobby", "cellar", "%00"])
def test_unknown_rooms_are_not_found(meet: Connect, lobby: Room, cellar: Room, mallory: User, room: str) -> None:
    person = meet(mallory)
    commands: dict[str, dict[str, Any]] = {
        "subscribe": {},
        "unsubscribe": {},
        "send": {"body": "x", "client_id": "0b0e6c1e-5b0c-4f0e-9c53-5f8f0f1d2a3b"},
        "edit": {"seq": 1, "body": "x"},
        "delete": {"seq": 1},
        "read": {"seq": 1},
        "join": {},
        "leave": {},
        "typing": {},
        "history": {"after": 0},
    }
    for kind, fields in commands.items():
        answer = person.ask(kind, room=room, **fields)
        assert (answer["type"], answer["code"], answer["room"]) == ("error", "not_found", room), kind


# ---------- addresses


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=x", "since"),
        ("since=-1", "since"),
        ("since=", "since"),
        ("since=1.0", "since"),
        ("since=" + "9" * 5000, "since"),
        ("since=%D9%A1", "since"),
        ("since=true", "since"),
        ("backlog=201", "backlog"),
        ("backlog=%00", "backlog"),
        ("since=0&epoch=%00", "epoch"),
    ],
)
def test_garbage_in_the_query_is_a_bad_request(meet: Connect, lobby: Room, bob: User, query: str, field: str) -> None:
    person = meet(bob, f"/ws/chat/lobby/?{query}")
    assert person.receive()["type"] == "hello"
    error = person.receive()
    assert (error["type"], error["code"], error["field"]) == ("error", "bad_request", field)
    assert error["room"] == "lobby"
    assert person.ask("ping")["type"] == "pong"


@pytest.mark.parametrize(
    "query", ["", "?", "?&&=", "?%ff%fe", "?since=1&since=0", "?x[]=1;y", "?epoch=%ff", "?" + "a=1&" * 500]
)
def test_other_garbage_does_no_harm(meet: Connect, lobby: Room, bob: User, query: str) -> None:
    person = meet(bob, f"/ws/chat/lobby/{query}")
    assert [person.receive()["type"] for _ in range(2)] == ["hello", "subscribed"]


@pytest.mark.parametrize("name", ["大厅", "Café olé", "Привет", "v2.0", "हिन्दी"])
def test_addresses_in_any_language(meet: Connect, alice: User, name: str) -> None:
    room = make_room(alice, name)
    post(alice, room, "here")
    person = meet(alice, f"/ws/chat/{quote(room.slug)}/")
    person.receive()
    subscribed = person.receive()
    assert (subscribed["room"], subscribed["messages"][0]["body"]) == (room.slug, "here")
    copy = Copy(subscribed)
    copy.follow(person, person.send(room.slug, "live")["rev"])
    assert copy.messages[2]["body"] == "live"


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("%00", "bad_request"),
        ("%ff", "not_found"),
        ("%0a", "not_found"),
        ("%25", "not_found"),
        ("%E2%80%AE", "not_found"),
    ],
)
def test_hostile_addresses(meet: Connect, lobby: Room, bob: User, slug: str, code: str) -> None:
    person = meet(bob, f"/ws/chat/{slug}/")
    assert person.receive()["type"] == "hello"
    error = person.receive()
    assert (error["type"], error["code"]) == ("error", code)


@pytest.mark.parametrize(
    "path", ["/", "/ws/", "/ws/other/", "/ws/chat", "/ws/chat/a/b/", "/ws/chat/a%2Fb/", "/chat/lobby/"]
)
def test_no_such_socket_is_refused_at_the_handshake(meet: Connect, bob: User, path: str) -> None:
    with pytest.raises(InvalidStatus) as caught:
        meet(bob, path)
    assert caught.value.response.status_code in {403, 404}


# ---------- who may come in


@pytest.mark.parametrize(
    ("origin", "is_let_in"),
    [
        ("http://{host}:{port}", True),
        ("https://{host}:{port}", True),
        ("http://{host}:1", False),
        ("http://{host}", False),
        ("http://evil.example", False),
        ("http://evil.example:{port}", False),
        ("http://{host}:{port}.evil.example", False),
        ("http://{host}:{port}@evil.example", False),
        ("null", False),
        ("", False),
        ("file://", False),
        ("http://friend.example", True),
        ("http://friend.example:8080", False),
    ],
)
def test_origins(meet: Connect, friendly_worker: Worker, bob: User, origin: str, is_let_in: bool) -> None:
    host, port = friendly_worker.address.split(":")
    headers = {"Origin": origin.format(host=host, port=port)}
    if is_let_in:
        assert meet(bob, at=friendly_worker, additional_headers=headers).receive()["type"] == "hello"
    else:
        with pytest.raises(InvalidStatus) as caught:
            meet(bob, at=friendly_worker, additional_headers=headers)
        assert caught.value.response.status_code == 403


@pytest.fixture(scope="module")
def friendly_worker(request: pytest.FixtureRequest, django_db_setup: None) -> Any:
    worker = Worker(request.param, TERTULIA_ORIGINS="http://friend.example https://other.example")
    yield worker
    worker.stop()


def test_a_session_counts_only_with_an_origin(meet: Connect, worker: Worker, bob: User) -> None:
    _, cookie = cookie_of(bob)
    origin = {"Origin": f"http://{worker.address}"}
    assert meet(None, additional_headers=cookie | origin).receive()["user"]["username"] == "bob"
    assert meet(None, additional_headers=cookie).code() == 4401


def test_a_token_counts_alone(meet: Connect, worker: Worker, bob: User, alice: User) -> None:
    _, cookie = cookie_of(bob)
    good = cookie | {"Origin": f"http://{worker.address}"}
    token = {"Authorization": f"bearer {secret_of(alice)}"}
    assert meet(None, additional_headers=good | token).receive()["user"]["username"] == "alice"
    for wrong in (
        "Bearer nonsense",
        "Bearer",
        "",
        "Basic YWxpY2U6eA==",
        f"Bearer tt_{'x' * 8000}",
        "Bearer é",
    ):
        refused = meet(None, additional_headers=good | {"Authorization": wrong})
        assert refused.code() == 4401, wrong
        assert refused.frames == []


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "sessionid=",
        "sessionid=nonsense",
        'sessionid="\\000\\000\\000\\000\\000\\000\\000\\000a"',
        "sessionid=" + "x" * 4000,
        "=;=;",
        "sessionid=é" * 9,
    ],
)
def test_strangers_are_told_to_sign_in(meet: Connect, worker: Worker, cookie: str) -> None:
    person = meet(None, additional_headers={"Origin": f"http://{worker.address}", "Cookie": cookie})
    assert person.code() == 4401
    assert person.frames == []
