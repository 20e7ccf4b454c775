"""Two people at a real daphne: backlog, live talk, resume, idempotence, eviction. See docs/protocol.md."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from chat import access
from chat.models import Message, Room
from chat.services import members, messages, moderation
from tests.factories import post, seat
from tests.live.conftest import Connect
from tests.live.site import Copy, Worker

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def test_backlog_first_then_live(meet: Connect, lobby: Room, alice: User, bob: User) -> None:
    for n in range(60):
        post(alice, lobby, f"before {n}")
    reader = meet(bob, f"/ws/chat/{lobby.slug}/")
    hello, subscribed = reader.receive(), reader.receive()
    assert hello["type"] == "hello"
    assert [room["slug"] for room in hello["rooms"]] == [lobby.slug]
    assert hello["rooms"][0]["seq"] - hello["rooms"][0]["read_seq"] == 60
    assert [message["body"] for message in subscribed["messages"]] == [f"before {n}" for n in range(10, 60)]
    assert subscribed["has_before"] is True
    copy = Copy(subscribed)
    writer = meet(alice)
    acks = [writer.send(lobby.slug, f"live {n}") for n in range(5)]
    copy.follow(reader, acks[-1]["rev"])
    assert [copy.messages[ack["seq"]]["body"] for ack in acks] == [f"live {n}" for n in range(5)]


def test_resume_brings_edits_and_deletions(meet: Connect, lobby: Room, alice: User, bob: User) -> None:
    for n in range(10):
        post(alice, lobby, f"line {n}")
    reader = meet(bob)
    copy = Copy(reader.subscribe(lobby.slug))
    reader.close()
    messages.edit_message(membership=seat(alice, lobby), seq=3, body="edited")
    messages.delete_message(membership=seat(alice, lobby), seq=4)
    messages.edit_message(membership=seat(alice, lobby), seq=3, body="edited twice")
    post(alice, lobby, "new")
    again = meet(bob).subscribe(lobby.slug, since=copy.rev, epoch=copy.epoch)
    assert again["reset"] is False
    assert "has_before" not in again
    assert [(message["seq"], message["body"]) for message in again["messages"]] == [
        (3, "edited twice"),
        (4, ""),
        (11, "new"),
    ]
    copy.apply_subscribed(again)
    fresh = Copy(meet(bob).subscribe(lobby.slug))
    assert copy.messages == fresh.messages
    assert copy.messages[4]["deleted"] == {"by": "author", "reason": ""}


def test_a_refusal_speaks_the_language_of_whom_it_is_for(meet: Connect, lobby: Room, bob: User, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(language="zh-hans")
    asked = {"Accept-Language": "zh-CN,zh;q=0.9"}
    told = {}
    for name, person in {
        "asks": meet(bob, additional_headers=asked),
        "chose": meet(alice),
        "neither": meet(bob),
    }.items():
        person.receive()
        told[name] = person.ask("subscribe", room="nowhere")["detail"]
    assert told == {"asks": "没有这个房间。", "chose": "没有这个房间。", "neither": "There is no such room."}


@pytest.mark.parametrize("cursor", [{"since": 10**9}, {"since": 0, "epoch": "another"}])
def test_a_cursor_that_can_not_be_resumed_is_reset(
    meet: Connect, lobby: Room, alice: User, cursor: dict[str, object]
) -> None:
    post(alice, lobby)
    frame = meet(alice).subscribe(lobby.slug, **cursor)
    assert frame["reset"] is True
    assert len(frame["messages"]) == 1


def test_a_repeated_client_id_is_one_message(meet: Connect, second_worker: Worker, lobby: Room, alice: User) -> None:
    client_id = str(uuid4())
    first = meet(alice).send(lobby.slug, "once", client_id=client_id)
    again = meet(alice, at=second_worker).send(lobby.slug, "twice", client_id=client_id)
    assert (first["duplicate"], again["duplicate"]) == (False, True)
    assert (first["seq"], first["rev"]) == (again["seq"], again["rev"])
    assert list(Message.objects.values_list("body", flat=True)) == ["once"]


def test_a_retry_is_acked_when_muted_and_costs_nothing(meet: Connect, lobby: Room, alice: User, bob: User) -> None:
    writer = meet(bob)
    client_id = str(uuid4())
    first = writer.send(lobby.slug, "before", client_id=client_id)
    moderation.mute_user(actor=alice, user=bob, room=lobby, reason="enough")
    assert writer.send(lobby.slug, "new")["code"] == "muted"
    again = writer.send(lobby.slug, "before", client_id=client_id)
    assert again["type"] == "ack"
    assert again["seq"] == first["seq"]


def test_sends_of_one_socket_keep_their_order(meet: Connect, lobby: Room, alice: User) -> None:
    writer = meet(alice)
    ids = [str(uuid4()) for _ in range(90)]
    for n, client_id in enumerate(ids):
        writer.say("send", ref=str(n), room=lobby.slug, body=f"{n}", client_id=client_id)
    acks: list[dict[str, Any]] = []
    while len(acks) < 90:
        frame = writer.receive()
        if frame["type"] == "ack":
            acks.append(frame)
    assert [ack["ref"] for ack in acks] == [str(n) for n in range(90)]
    assert [ack["seq"] for ack in acks] == list(range(1, 91))


def test_a_deletion_reaches_every_process(
    meet: Connect, second_worker: Worker, lobby: Room, alice: User, bob: User, steward: User
) -> None:
    here, there = meet(bob), meet(alice, at=second_worker)
    copies = [Copy(person.subscribe(lobby.slug)) for person in (here, there)]
    ack = here.send(lobby.slug, "to be removed")
    message = Message.objects.get(room=lobby, seq=ack["seq"])
    removed = messages.delete_message(
        membership=access.moderate_room(steward, lobby), seq=message.seq, reason="personal data"
    )
    for copy, person in zip(copies, (here, there), strict=True):
        copy.follow(person, removed.rev)
        assert copy.messages[message.seq]["body"] == copy.messages[message.seq]["html"] == ""
        assert copy.messages[message.seq]["deleted"] == {"by": "moderator", "reason": "personal data"}


def test_a_ban_ends_every_socket_of_the_person(
    meet: Connect, second_worker: Worker, lobby: Room, bob: User, steward: User
) -> None:
    sockets = [meet(bob), meet(bob, at=second_worker)]
    for person in sockets:
        person.subscribe(lobby.slug)
    moderation.ban_user(actor=steward, user=bob, reason="spam")
    for person in sockets:
        assert person.code() == 4403
        notice = person.frames[-1]
        assert notice["type"] == "notice"
        assert (notice["code"], notice["until"]) == ("banned", None)
        assert "spam" in notice["detail"]
    back = meet(bob)
    assert back.code() == 4403
    assert [(frame["type"], frame["reason"]) for frame in back.frames] == [("notice", "spam")]


def test_a_removed_member_hears_nothing_more(meet: Connect, cellar: Room, alice: User, bob: User) -> None:
    reader = meet(bob)
    reader.subscribe(cellar.slug)
    members.remove_member(membership=seat(alice, cellar), user=bob, reason="bye")
    left = reader.wait("room_left")
    assert left["reason"] == "removed"
    post(alice, cellar, "secret")
    assert reader.ask("history", room=cellar.slug, before=99)["code"] == "not_found"
    assert not any(frame["type"] == "events" for frame in reader.frames)


def test_typing_is_told_to_others_only(meet: Connect, lobby: Room, alice: User, bob: User) -> None:
    writer, reader = meet(alice), meet(bob)
    writer.subscribe(lobby.slug)
    reader.subscribe(lobby.slug)
    writer.say("typing", room=lobby.slug)
    assert reader.wait("typing")["user"]["username"] == "alice"
    writer.ask("ping")
    assert not any(frame["type"] == "typing" for frame in writer.frames)


def test_read_markers_reach_my_other_sockets(
    meet: Connect, second_worker: Worker, lobby: Room, alice: User, bob: User
) -> None:
    for _ in range(3):
        post(alice, lobby)
    phone, desk = meet(bob), meet(bob, at=second_worker)
    desk.receive()
    ack = phone.ask("read", room=lobby.slug, seq=99)
    assert ack["read_seq"] == 3
    assert desk.wait("read") == {"type": "read", "room": lobby.slug, "seq": 3}
    assert phone.ask("read", room=lobby.slug, seq=1)["read_seq"] == 3
    assert phone.ask("read", room=lobby.slug, seq=1, back=True)["read_seq"] == 1
    assert not any(frame["type"] == "read" for frame in phone.frames)


def test_joining_and_leaving(meet: Connect, lobby: Room, cellar: Room, mallory: User, alice: User) -> None:
    guest = meet(mallory)
    other = meet(mallory)
    preview = guest.subscribe(lobby.slug)
    assert preview["me"] == {"role": None, "can": [], "read_seq": 0}
    assert guest.send(lobby.slug, "hi")["code"] == "forbidden"
    assert guest.ask("join", room=cellar.slug)["code"] == "not_found"
    assert guest.ask("join", room=lobby.slug)["type"] == "ack"
    assert other.wait("room_joined")["entry"]["slug"] == lobby.slug
    assert guest.ask("join", room=lobby.slug)["type"] == "ack"
    assert guest.send(lobby.slug, "hi")["type"] == "ack"
    assert guest.ask("leave", room=lobby.slug)["type"] == "ack"
    assert other.wait("room_left")["reason"] == "left"
    assert guest.ask("leave", room=lobby.slug)["type"] == "ack"
    assert meet(alice).ask("leave", room=lobby.slug)["code"] == "conflict"
