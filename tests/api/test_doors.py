"""Every operation of the REST door by every kind of outsider."""

import re
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from chat.api import api
from chat.models import Room
from chat.services import members, moderation, people, rooms
from tests.api.caller import Caller
from tests.factories import post, seat

pytestmark = pytest.mark.django_db

# Below /rooms/SLUG: method, path, body. `join` and `leave` come last: what they do is seen by those after them.
OPERATIONS: dict[str, tuple[str, str, Any]] = {
    "room": ("GET", "", None),
    "change": ("PATCH", "", {"topic": "x"}),
    "archive": ("POST", "/archive", None),
    "restore": ("POST", "/restore", None),
    "convert": ("POST", "/convert", {"kind": "public"}),
    "destroy": ("DELETE", "?confirmation=no", None),
    "requests": ("GET", "/requests", None),
    "accept": ("POST", "/requests/0/accept", None),
    "decline": ("POST", "/requests/0/decline", None),
    "invites": ("GET", "/invites", None),
    "invite": ("POST", "/invites", None),
    "revoke": ("DELETE", "/invites/0", None),
    "uses": ("GET", "/invites/0/uses", None),
    "members": ("GET", "/members", None),
    "sanctions": ("GET", "/sanctions", None),
    "mute": ("POST", "/sanctions", {"username": "bob", "kind": "mute", "reason": "x"}),
    "lift": ("DELETE", "/sanctions/0", None),
    "settings": ("PATCH", "/settings", {"muted": True}),
    "lock": ("POST", "/lock", None),
    "unlock": ("POST", "/unlock", None),
    "presence": ("GET", "/presence", None),
    "messages": ("GET", "/messages", None),
    "message": ("GET", "/messages/1", None),
    "day": ("GET", "/days/2026-01-01", None),
    "post": ("POST", "/messages", {"body": "hello", "client_id": ...}),
    "edit": ("PATCH", "/messages/1", {"body": "other"}),
    "react": ("PUT", "/messages/1/reactions/%F0%9F%91%8D", None),
    "unreact": ("DELETE", "/messages/1/reactions/%F0%9F%91%8D", None),
    "pins": ("GET", "/pins", None),
    "pin": ("PUT", "/messages/1/pin", None),
    "unpin": ("DELETE", "/messages/1/pin", None),
    "save": ("PUT", "/messages/1/saved", None),
    "unsave": ("DELETE", "/messages/1/saved", None),
    "forward": ("POST", "/messages/1/forward", {"to": ..., "client_id": ...}),
    "revisions": ("GET", "/messages/1/revisions", None),
    "report": ("POST", "/messages/1/report", {"kind": "spam"}),
    "delete": ("DELETE", "/messages/1", None),
    "undelete": ("POST", "/messages/1/restore", None),
    "read": ("PUT", "/read", {"seq": 1}),
    "default": ("PUT", "/default", None),
    "ordinary": ("DELETE", "/default", None),
    "ask": ("POST", "/requests", None),
    "withdraw": ("DELETE", "/requests", None),
    "bring back": ("POST", "/undelete", None),
    "add": ("POST", "/members", {"username": "bob"}),
    "role": ("PATCH", "/members/bob", {"role": "member"}),
    "remove": ("DELETE", "/members/bob", None),
    "hand over": ("POST", "/hand-over", {"username": "carol"}),
    "join": ("POST", "/join", None),
    "leave": ("POST", "/leave", None),
}
OWNERS = dict.fromkeys(["change", "archive", "restore", "convert", "destroy", "hand over", "role"], "forbidden")
MODERATORS = dict.fromkeys(
    [
        "lock",
        "unlock",
        "pin",
        "unpin",
        "requests",
        "accept",
        "decline",
        "invites",
        "invite",
        "uses",
        "sanctions",
        "mute",
        "lift",
        "add",
        "remove",
    ],
    "forbidden",
)
SITE_MODERATORS = dict.fromkeys(["default", "ordinary"], "forbidden")
NOT_THERE = dict.fromkeys(["accept", "decline", "revoke", "uses", "lift"], "not_found")
# No private room that is listed, and no deleted one; and what one saved may go wherever it is.
ELSEWHERE = dict.fromkeys(["ask", "withdraw", "bring back"], "not_found") | {"unsave": "204"}
OK = (
    dict.fromkeys(OPERATIONS, "200")
    | dict.fromkeys(["post", "forward", "report", "invite", "mute"], "201")
    | dict.fromkeys(["save", "remove", "leave"], "204")
    | NOT_THERE
    | ELSEWHERE
    | SITE_MODERATORS
)
MEMBER = OK | OWNERS | MODERATORS | {"report": "forbidden"}  # message 1 is their own
NOTHING = dict.fromkeys(OPERATIONS, "not_found") | ELSEWHERE
READING = dict.fromkeys(
    ["room", "presence", "members", "messages", "message", "day", "revisions", "pins", "join"], "200"
) | {"leave": "204"}
PREVIEW = dict.fromkeys(OPERATIONS, "forbidden") | READING | ELSEWHERE
WRITING = ["post", "edit", "forward"]

# How each came to be one, of a member who wrote message 1, and what each operation answers.
OUTSIDERS: dict[str, tuple[Any, dict[str, str]]] = {
    "member": (lambda room, owner, user: None, MEMBER),
    "ex-member": (lambda room, owner, user: members.leave_room(membership=seat(user, room)), PREVIEW),
    "muted": (
        lambda room, owner, user: moderation.mute_user(actor=owner, user=user, room=room, reason="x"),
        MEMBER | dict.fromkeys([*WRITING, "react", "undelete"], "muted"),
    ),
    "ignored": (lambda room, owner, user: people.set_ignored(user=owner, person=user, on=True), MEMBER),
    "banned from the room": (
        lambda room, owner, user: moderation.ban_user(actor=owner, user=user, room=room, reason="x"),
        dict.fromkeys(OPERATIONS, "banned") | ELSEWHERE | {"leave": "204"},
    ),
    "in an archived room": (
        lambda room, owner, user: rooms.archive_room(membership=seat(owner, room)),
        MEMBER | dict.fromkeys([*WRITING, "delete", "react"], "archived"),
    ),
    "in a locked room": (
        lambda room, owner, user: rooms.lock_room(membership=seat(owner, room), reason="x"),
        MEMBER | dict.fromkeys([*WRITING, "react", "undelete"], "locked"),
    ),
    "where moderators post": (
        lambda room, owner, user: rooms.update_room(membership=seat(owner, room), posting="moderators"),
        MEMBER | dict.fromkeys(WRITING, "forbidden"),
    ),
}


def answers_to(caller: Caller, slug: str) -> dict[str, str]:
    """The code of each operation's answer."""
    answers = {}
    for name, (method, path, body) in OPERATIONS.items():
        given = {"client_id": str(uuid4()), "to": slug}
        if body is not None:
            body = {key: given[key] if value is ... else value for key, value in body.items()}
        answers[name] = caller.call(method, f"/rooms/{slug}{path}", body).code
    return answers


def test_every_operation_is_tried() -> None:
    """Each that is about a room."""
    described = api.get_openapi_schema()["paths"]
    below = "/api/v1/rooms/{slug}"
    found = {
        (method.upper(), re.sub(r"{\w+}", "*", path.removeprefix(below)))
        for path, methods in described.items()
        if path.startswith(below)
        for method in methods
    }
    place = re.compile(r"(?<=/)(\d+|%.*|2026-01-01|bob)(?=/|$)")
    assert {(method, place.sub("*", path.partition("?")[0])) for method, path, _ in OPERATIONS.values()} == found


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_a_public_room(lobby: Room, alice: User, mallory: User, outsider: str) -> None:
    members.join_room(user=mallory, room=lobby, is_quiet=True)
    post(mallory, lobby)
    become, expected = OUTSIDERS[outsider]
    become(lobby, alice, mallory)
    assert answers_to(Caller(mallory), "lobby") == expected


@pytest.mark.parametrize("outsider", ["stranger", "ex-member", "banned from the room"])
def test_a_private_room_is_not_there_for_outsiders(cellar: Room, alice: User, mallory: User, outsider: str) -> None:
    post(alice, cellar)
    if outsider != "stranger":
        members.add_member(membership=seat(alice, cellar), user=mallory)
        OUTSIDERS[outsider][0](cellar, alice, mallory)
    assert answers_to(Caller(mallory), "cellar") == NOTHING == answers_to(Caller(mallory), "nowhere")


def test_a_newcomer_where_history_is_hidden(cellar: Room, alice: User, mallory: User) -> None:
    rooms.update_room(membership=seat(alice, cellar), history_for_newcomers=False)
    post(alice, cellar)
    members.add_member(membership=seat(alice, cellar), user=mallory)
    on_earlier = [
        "message",
        "edit",
        "react",
        "unreact",
        "pin",
        "unpin",
        "save",
        "revisions",
        "report",
        "forward",
        "delete",
        "undelete",
    ]
    expected = MEMBER | dict.fromkeys(on_earlier, "not_found") | {"join": "200"}
    assert answers_to(Caller(mallory), "cellar") == expected


def test_a_preview_of_a_public_room(lobby: Room, alice: User, mallory: User, steward: User) -> None:
    post(alice, lobby)
    preview = PREVIEW | {"report": "201"}
    assert answers_to(Caller(mallory), "lobby") == preview
    site = {"default": "204", "ordinary": "204"}
    assert answers_to(Caller(steward), "lobby") == preview | site, "a site moderator is a preview here too"


def test_nobody_and_the_banned(lobby: Room, alice: User, bob: User, steward: User) -> None:
    post(alice, lobby)
    assert answers_to(Caller(), "lobby") == dict.fromkeys(OPERATIONS, "unauthorized")
    caller = Caller(bob)
    moderation.ban_user(actor=steward, user=bob, reason="x")
    assert answers_to(caller, "lobby") == dict.fromkeys(OPERATIONS, "banned")


def test_a_moderator(lobby: Room, bob: User, carol: User) -> None:
    post(bob, lobby)
    assert answers_to(Caller(carol), "lobby") == OK | OWNERS | {"edit": "forbidden"}


def test_an_owner(lobby: Room, alice: User, bob: User) -> None:
    """What `lock` and `archive` do is undone by what follows them."""
    post(bob, lobby)
    assert answers_to(Caller(alice), "lobby") == OK | {"edit": "forbidden", "destroy": "bad_request"}
