"""Who is told of a message: the `notify` frames, and typing."""

import json
from functools import partial

import pytest

from accounts.models import User
from chat import access, selectors
from chat.hub import Hub
from chat.models import Membership, Mention, Message, Room
from chat.services import members, moderation, people, rooms
from tests.chat.announcements import Announced
from tests.chat.live import Bells, Socket, do, play
from tests.chat.test_messages import edit
from tests.factories import make_moderator, post, seat


def told(announced: Announced) -> dict[int, str]:
    """By user id, the reason."""
    events = [event for event in announced.events if event["type"] == "notify"]
    return {user: json.loads(event["text"])["reason"] for event in events for user in event["users"]}


def test_reasons(lobby: Room, alice: User, bob: User, carol: User, mallory: User, announced: Announced) -> None:
    announced(lambda: post(bob, lobby, "hello"))
    assert told(announced) == {}
    announced(lambda: post(alice, lobby, "@carol @alice @mallory", reply_to=1))
    assert told(announced) == {bob.pk: "reply", carol.pk: "mention"}
    announced(lambda: post(alice, lobby, "@room @bob"))
    assert told(announced) == {bob.pk: "mention", carol.pk: "room"}
    announced(lambda: post(alice, lobby, "@bob", reply_to=1))
    assert told(announced) == {bob.pk: "mention"}
    announced(lambda: post(bob, lobby, "to myself", reply_to=1))
    assert told(announced) == {}


def test_direct_rooms(bob: User, carol: User, alice: User, announced: Announced) -> None:
    room = rooms.open_direct_room(user=bob, people=[alice, carol]).room
    announced(lambda: post(bob, room, "hi @carol"))
    assert told(announced) == {alice.pk: "direct", carol.pk: "mention"}


def test_an_edit_tells_whom_it_means_anew(
    lobby: Room, alice: User, bob: User, carol: User, announced: Announced
) -> None:
    post(alice, lobby, "@bob")
    announced(lambda: edit(alice, lobby, 1, "@bob @carol"))
    assert told(announced) == {carol.pk: "mention"}
    announced(lambda: edit(alice, lobby, 1, "@room"))
    assert told(announced) == {}


def test_who_wants_to_hear_nothing(lobby: Room, alice: User, bob: User, announced: Announced) -> None:
    Membership.objects.filter(user=bob).update(notify="nothing")
    announced(lambda: post(alice, lobby, "@bob @room"))
    assert bob.pk not in told(announced)
    Membership.objects.filter(user=bob).update(notify="mentions")
    announced(lambda: post(alice, lobby, "@bob"))
    assert told(announced) == {bob.pk: "mention"}


def test_who_wants_to_hear_of_everything(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User, announced: Announced
) -> None:
    announced(lambda: post(alice, lobby, "hello"))
    assert told(announced) == {}
    members.set_room_settings(membership=seat(bob, lobby), notify="all")
    announced(lambda: post(alice, lobby, "hello"))
    assert told(announced) == {bob.pk: "message"}
    announced(lambda: post(bob, lobby, "hello"))
    assert told(announced) == {}, "not of what he writes himself"
    announced(lambda: post(alice, lobby, "@carol"))
    assert told(announced) == {bob.pk: "message", carol.pk: "mention"}
    announced(lambda: post(alice, lobby, "@bob @room"))
    assert told(announced) == {bob.pk: "mention", carol.pk: "room"}
    announced(lambda: post(alice, lobby, "@here", online=lambda: {carol.pk}))
    assert told(announced) == {bob.pk: "message", carol.pk: "room"}
    announced(lambda: edit(alice, lobby, 1, "hello again"))
    assert told(announced) == {}
    people.set_ignored(user=bob, person=carol, on=True)
    announced(lambda: post(carol, lobby, "hello"))
    assert told(announced) == {}
    members.set_room_settings(membership=seat(bob, lobby), is_muted=True)
    announced(lambda: post(alice, lobby, "hello"))
    assert told(announced) == {}


def test_the_rows_answer_later_as_they_did_on_commit(
    lobby: Room, alice: User, bob: User, carol: User, announced: Announced
) -> None:
    direct = rooms.open_direct_room(user=alice, people=[bob, carol]).room
    members.set_room_settings(membership=seat(bob, lobby), notify="all")
    for room, body in (
        *((lobby, body) for body in ("hello", "@carol @bob", "@room", "@room @carol", "@here")),
        *((direct, body) for body in ("hello", "@carol")),
    ):
        for reply_to in (None, 1):
            post(carol, room, "first")
            announced(partial(post, alice, room, body, reply_to=reply_to, online=lambda: {carol.pk}))
            message = Message.objects.filter(room=room).latest("seq")
            mentions = Mention.objects.filter(message=message, is_named=True).values_list("user_id", flat=True)
            later = selectors.who_is_told(message, list(mentions))
            assert {pk: one.reason for pk, one in later.items()} == told(announced) != {}, (body, reply_to)


def test_it_is_nobodys_level_who_comes(lobby: Room, alice: User, mallory: User, announced: Announced) -> None:
    members.join_room(user=mallory, room=lobby)
    assert seat(mallory, lobby).notify == "mentions"


@pytest.mark.django_db(transaction=True)
def test_the_frame_reaches_every_socket_of_the_person(bells: Bells, lobby: Room, alice: User, bob: User) -> None:
    async def scene() -> None:
        hub = Hub()
        sockets = [Socket(hub, bob), Socket(hub, bob), Socket(hub, alice)]
        for socket in sockets:
            hub.add(socket.reader)
        await do(partial(post, alice, lobby, "@bob"))
        bells.ring(hub)
        expected = [{"type": "notify", "room": "lobby", "seq": 1, "reason": "mention"}]
        assert [socket.of("notify") for socket in sockets] == [expected, expected, []]

    play(scene())


# ---------- typing


def test_who_may_write(lobby: Room, alice: User, bob: User, carol: User) -> None:
    def may_write() -> list[bool]:
        return [access.may_write(seat(user, lobby)) for user in (bob, carol)]

    assert may_write() == [True, True]
    mute = moderation.mute_user(actor=alice, user=bob, room=lobby, reason="x")
    assert may_write() == [False, True]
    moderation.lift_sanction(actor=alice, sanction=mute)
    rooms.lock_room(membership=seat(alice, lobby), reason="x")
    assert may_write() == [False, True]
    rooms.unlock_room(membership=seat(alice, lobby))
    rooms.update_room(membership=seat(alice, lobby), posting="moderators")
    assert may_write() == [False, True]
    make_moderator(bob, lobby, alice)
    assert may_write() == [True, True]
    rooms.archive_room(membership=seat(alice, lobby))
    assert may_write() == [False, False]
    gone = seat(bob, lobby)
    members.leave_room(membership=gone)
    assert not access.may_write(gone)


@pytest.mark.django_db(transaction=True)
def test_typing_of_the_muted_goes_nowhere(bells: Bells, lobby: Room, alice: User, bob: User, carol: User) -> None:
    async def scene() -> None:
        hub = Hub()
        writers, reader = [Socket(hub, bob), Socket(hub, carol)], Socket(hub, alice)
        for socket in (*writers, reader):
            hub.add(socket.reader)
            await socket.subscribe("lobby")
        await do(lambda: moderation.mute_user(actor=alice, user=bob, room=lobby, reason="x"))
        for socket in writers:
            assert await socket.ask("typing", room="lobby") == {}
        bells.ring(hub)
        assert [frame["user"]["username"] for frame in reader.of("typing")] == ["carol"]

    play(scene())
