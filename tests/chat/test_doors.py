"""Every command of the socket by every kind of outsider."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from chat import protocol
from chat.hub import Hub
from chat.models import Room
from chat.services import members, moderation, people, rooms
from chat.writer import Writer
from tests.chat.live import Bells, Socket, play
from tests.factories import make_user, post, seat

pytestmark = pytest.mark.django_db(transaction=True)

OK = "ok"
COMMANDS: dict[str, dict[str, Any]] = {
    "subscribe": {},
    "unsubscribe": {},
    "history": {"before": 9},
    "send": {"body": "hello"},
    "edit": {"seq": 1, "body": "other"},
    "react": {"seq": 1, "emoji": "👍", "on": True},
    "pin": {"seq": 1, "on": True},
    "save": {"seq": 1, "on": True},
    "forward": {"seq": 1},
    "delete": {"seq": 1},
    "read": {"seq": 1},
    "typing": {},
    "join": {},
    "leave": {},
}
READING = {"subscribe": OK, "unsubscribe": OK, "history": OK}
MEMBER = dict.fromkeys(COMMANDS, OK) | {"pin": "forbidden"}
NOTHING = dict.fromkeys(COMMANDS, "not_found")
PREVIEW = dict.fromkeys(COMMANDS, "forbidden") | READING | {"join": OK, "leave": OK}
WRITING = ["send", "edit", "react", "forward"]
MUTED = dict.fromkeys(WRITING, "muted")


def archived(room: Room, owner: User) -> None:
    rooms.archive_room(membership=seat(owner, room))


# Of each outsider: how they came to be one (of a member who wrote message 1), and what each command answers.
OUTSIDERS: dict[str, tuple[Any, dict[str, str]]] = {
    "member": (lambda room, owner, user: None, MEMBER),
    "ex-member": (
        lambda room, owner, user: members.leave_room(membership=seat(user, room)),
        PREVIEW,
    ),
    "muted in the room": (
        lambda room, owner, user: moderation.mute_user(actor=owner, user=user, room=room, reason="x"),
        MEMBER | MUTED,
    ),
    "muted on the site": (
        lambda room, owner, user: moderation.mute_user(
            actor=make_user(username="boss", is_superuser=True),
            user=user,
            reason="x",
            until=timezone.now() + timedelta(hours=1),
        ),
        MEMBER | MUTED,
    ),
    "ignored": (lambda room, owner, user: people.set_ignored(user=owner, person=user, on=True), MEMBER),
    "banned from the room": (
        lambda room, owner, user: moderation.ban_user(actor=owner, user=user, room=room, reason="x"),
        dict.fromkeys(COMMANDS, "banned") | {"unsubscribe": OK, "leave": OK},
    ),
    "in an archived room": (
        lambda room, owner, user: archived(room, owner),
        MEMBER | dict.fromkeys([*WRITING, "delete"], "archived"),
    ),
    "in a deleted room": (
        lambda room, owner, user: rooms.delete_room(membership=seat(owner, room), confirmation=room.slug),
        NOTHING,
    ),
    "in a locked room": (
        lambda room, owner, user: rooms.lock_room(membership=seat(owner, room), reason="x"),
        MEMBER | dict.fromkeys(WRITING, "locked"),
    ),
    "where moderators post": (
        lambda room, owner, user: rooms.update_room(membership=seat(owner, room), posting="moderators"),
        MEMBER | dict.fromkeys(["send", "edit", "forward"], "forbidden"),
    ),
}


def test_every_command_is_tried() -> None:
    """But for that which is about no room."""
    assert COMMANDS.keys() == protocol.COMMANDS.keys() - {"ping"}


def answers_to(user: User, slug: str, **changes: Any) -> dict[str, str]:
    """The code of each command's answer, each by a socket of its own; `leave` comes last."""
    answers: dict[str, str] = {}

    async def scene() -> None:
        writer = Writer()
        for kind, fields in COMMANDS.items():
            socket = Socket(Hub(), user, writer)
            more: dict[str, Any] = {"client_id": str(uuid4())} if kind in {"send", "forward"} else {}
            if kind == "forward":
                more["to"] = slug
            answer = await socket.ask(kind, room=slug, **(fields | more | changes.get(kind, {})))
            answers[kind] = answer.get("code", OK)
            assert answer.get("room", slug) == slug
        await writer.close()

    play(scene())
    return answers


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_commands_in_a_public_room(bells: Bells, lobby: Room, alice: User, mallory: User, outsider: str) -> None:
    members.join_room(user=mallory, room=lobby, is_quiet=True)
    post(mallory, lobby)
    become, expected = OUTSIDERS[outsider]
    become(lobby, alice, mallory)
    assert answers_to(mallory, "lobby") == expected


@pytest.mark.parametrize("outsider", ["stranger", "ex-member", "banned from the room"])
def test_a_private_room_is_not_there_for_outsiders(
    bells: Bells, cellar: Room, alice: User, mallory: User, outsider: str
) -> None:
    post(alice, cellar)
    if outsider != "stranger":
        members.add_member(membership=seat(alice, cellar), user=mallory)
        OUTSIDERS[outsider][0](cellar, alice, mallory)
    assert answers_to(mallory, "cellar") == NOTHING == answers_to(mallory, "nowhere")


def test_a_newcomer_where_history_is_hidden(bells: Bells, cellar: Room, alice: User, mallory: User) -> None:
    """What was said before is not there, also for who would be forbidden to touch it."""
    rooms.update_room(membership=seat(alice, cellar), history_for_newcomers=False)
    post(alice, cellar)
    on_earlier = dict.fromkeys(["edit", "react", "pin", "save", "forward", "delete"], "not_found")
    for changes, expected in ({}, MEMBER | on_earlier), ({"send": {"reply_to": 1}}, {"send": "not_found"}):
        members.add_member(membership=seat(alice, cellar), user=mallory)
        answers = answers_to(mallory, "cellar", **changes)
        assert answers == answers | expected


def test_a_direct_room(bells: Bells, alice: User, bob: User, mallory: User, steward: User) -> None:
    room = rooms.open_direct_room(user=bob, people=[alice]).room
    post(bob, room)
    assert answers_to(bob, room.slug) == MEMBER | {"pin": OK, "leave": "forbidden"}
    assert answers_to(mallory, room.slug) == NOTHING == answers_to(steward, room.slug)


def test_a_preview_of_a_public_room(bells: Bells, lobby: Room, alice: User, mallory: User, steward: User) -> None:
    post(alice, lobby)
    assert answers_to(mallory, "lobby") == PREVIEW
    assert answers_to(steward, "lobby") == PREVIEW, "a site moderator is a preview at the socket too"


def test_a_message_that_is_not_there_comes_before_rights(bells: Bells, lobby: Room, alice: User, mallory: User) -> None:
    missing = {
        "edit": {"seq": 9},
        "react": {"seq": 9},
        "pin": {"seq": 9},
        "save": {"seq": 9},
        "delete": {"seq": 9},
        "send": {"reply_to": 9},
    }
    answers = answers_to(mallory, "lobby", **missing)
    assert [answers[kind] for kind in missing] == ["not_found"] * 6


def test_others_messages(bells: Bells, lobby: Room, alice: User, bob: User, carol: User) -> None:
    post(alice, lobby)
    post(bob, lobby)
    answers = answers_to(bob, "lobby")
    assert (answers["edit"], answers["delete"], answers["react"]) == ("forbidden", "forbidden", OK)
    answers = answers_to(carol, "lobby", **{kind: {"seq": 2} for kind in ("edit", "pin", "delete")})
    assert (answers["edit"], answers["pin"], answers["delete"]) == ("forbidden", OK, OK)


def test_the_site_ban_holds_at_every_write(bells: Bells, lobby: Room, bob: User, steward: User) -> None:
    """Also for what was on its way when the ban came."""
    post(bob, lobby)
    moderation.ban_user(actor=steward, user=bob, reason="x")
    answers = answers_to(bob, "lobby")
    assert (answers["send"], answers["edit"], answers["react"]) == ("banned", "banned", "banned")


def test_an_upload_that_is_not_there(bells: Bells, lobby: Room, bob: User) -> None:
    assert answers_to(bob, "lobby", send={"attachments": [1]})["send"] == "not_found"
    assert answers_to(bob, "lobby", send={"attachments": []})["send"] == "forbidden", "they left above"
