"""Messages: post, edit, delete, restore. See docs/protocol.md, Client → server."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from chat import selectors
from chat.errors import (
    ChatError,
    Conflict,
    Empty,
    Forbidden,
    Locked,
    Muted,
    NotFound,
    RateLimited,
    SlowMode,
    TooLong,
)
from chat.models import AuditEntry, Membership, Message, Room
from chat.services import members, messages, moderation, rooms
from chat.services.messages import Draft, Posted
from tests.chat.announcements import Announced
from tests.factories import post, seat


def edit(user: User, room: Room, seq: int, body: str, **fields: Any) -> Message:
    return messages.edit_message(membership=seat(user, room), seq=seq, body=body, **fields)


def delete(user: User, room: Room, seq: int, reason: str = "") -> Message:
    return messages.delete_message(membership=seat(user, room), seq=seq, reason=reason)


def restore(user: User, room: Room, seq: int) -> Message:
    return messages.restore_message(membership=seat(user, room), seq=seq)


def shown(user: User, room: Room) -> list[dict[str, Any]]:
    return list(selectors.snapshot(seat(user, room))["messages"])


def numbers(room: Room) -> tuple[int, int]:
    return Room.objects.values_list("seq", "rev").get(pk=room.pk)


# ---------- post


def test_numbers_are_dense(lobby: Room, alice: User, bob: User) -> None:
    posted = [post(person, lobby) for person in (alice, bob, alice)]
    assert [(one.seq, one.rev, one.is_duplicate) for one in posted] == [(1, 1, False), (2, 2, False), (3, 3, False)]
    edit(bob, lobby, 2, "other")
    assert (post(bob, lobby).seq, numbers(lobby)) == (4, (4, 5))
    assert seat(bob, lobby).read_seq == 4


def test_what_is_announced_of_a_batch(lobby: Room, cellar: Room, alice: User, bob: User, announced: Announced) -> None:
    drafts = [
        Draft(membership=seat(person, room), body=f"{n} @bob", client_id=uuid4(), origin=f"socket {n}")
        for n, (person, room) in enumerate([(alice, lobby), (bob, cellar), (bob, lobby), (alice, lobby)])
    ]
    outcomes = announced(lambda: messages.post_messages(drafts))
    assert [(one.seq, one.rev) for one in outcomes if isinstance(one, Posted)] == [(1, 1), (1, 1), (2, 2), (3, 3)]
    (bell,) = announced.bells(lobby)
    assert (bell["prev"], bell["rev"], [change[:2] for change in bell["changes"]]) == (0, 3, [(1, 1), (2, 2), (3, 3)])
    assert sorted(announced.markers()) == sorted(
        [
            (alice.pk, "lobby", 3, "socket 3"),
            (bob.pk, "lobby", 2, "socket 2"),
            (bob.pk, "cellar", 1, "socket 1"),
        ]
    ), "one for each marker"
    assert announced.frames_to(alice) == [{"type": "read", "room": "lobby", "seq": 3}]


def test_the_bell_carries_what_a_fresh_page_shows(lobby: Room, alice: User, bob: User, announced: Announced) -> None:
    steps: list[Callable[[], object]] = [
        lambda: post(alice, lobby, "**hi** @bob @room"),
        lambda: post(bob, lobby, "re", reply_to=1),
        lambda: edit(alice, lobby, 1, "only @carol"),
        lambda: delete(alice, lobby, 2, "rude"),
        lambda: restore(alice, lobby, 2),
    ]
    for step in steps:
        announced(step)
        (bell,) = announced.bells(lobby)
        fresh = {change.seq: change for change in selectors.newest(seat(alice, lobby), 50).changes}
        for rev, seq, text in bell["changes"]:
            assert tuple(fresh[seq]) == (rev, seq, text)


def test_a_client_id_is_one_message_for_ever(lobby: Room, cellar: Room, alice: User, bob: User) -> None:
    client_id = uuid4()
    first = post(bob, lobby, "one", client_id=client_id)
    edit(bob, lobby, 1, "edited")
    moderation.mute_user(actor=alice, user=bob, room=lobby, reason="x")
    delete(alice, lobby, 1)
    again = post(bob, lobby, "", client_id=client_id, reply_to=999)
    assert (again.seq, again.rev, again.is_duplicate) == (first.seq, 3, True)
    assert post(alice, lobby, client_id=client_id).seq == 2
    assert post(bob, cellar, client_id=client_id).seq == 1
    assert numbers(lobby) == (2, 4)


def test_a_client_id_twice_in_one_batch(lobby: Room, alice: User, announced: Announced) -> None:
    client_id = uuid4()
    draft = Draft(membership=seat(alice, lobby), body="x", client_id=client_id)
    outcomes = announced(lambda: messages.post_messages([draft, draft, draft]))
    assert [(one.seq, one.is_duplicate) for one in outcomes if isinstance(one, Posted)] == [
        (1, False),
        (1, True),
        (1, True),
    ]
    announced(lambda: messages.post_messages([draft]))
    assert announced.events == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(room=lobby, seq=9, rev=9, author=alice, client_id=client_id)


def test_a_refused_draft_leaves_no_trace_among_good_ones(lobby: Room, alice: User, bob: User) -> None:
    bodies = ["one", "  ", "x" * 4001, "two"]
    drafts = [Draft(membership=seat(bob, lobby), body=body, client_id=uuid4()) for body in bodies]
    outcomes = messages.post_messages(drafts)
    assert [getattr(one, "code", None) or one.seq for one in outcomes] == [1, "empty", "too_long", 2]  # type: ignore[union-attr]
    assert numbers(lobby) == (2, 2)
    assert list(Message.objects.order_by("seq").values_list("body", flat=True)) == ["one", "two"]


@pytest.mark.parametrize(
    "body", ["x" * 4000, "😀" * 4000, " a ", "\ta\n", "a\u200b", "<script>", "\u202eabc", "\x01", "\r\n.\r\n"]
)
def test_a_body_is_kept_exactly(lobby: Room, alice: User, body: str) -> None:
    post(alice, lobby, body)
    assert shown(alice, lobby)[0]["body"] == body


@pytest.mark.parametrize(
    ("body", "error"), [("", Empty), (" \n\u3000", Empty), ("\u200b\u2800\ufe0f", Empty), ("x" * 4001, TooLong)]
)
def test_a_wrong_body(lobby: Room, alice: User, body: str, error: type[ChatError]) -> None:
    post(alice, lobby)
    for write in (lambda: post(alice, lobby, body), lambda: edit(alice, lobby, 1, body)):
        with pytest.raises(error) as caught:
            write()
        assert caught.value.field == "body"
    assert numbers(lobby) == (1, 1)


def test_replies(lobby: Room, alice: User) -> None:
    post(alice, lobby)
    delete(alice, lobby, 1)
    assert post(alice, lobby, reply_to=1).message.reply_to_seq == 1
    for seq in (0, 3, 2**53 - 1):
        with pytest.raises(NotFound) as caught:
            post(alice, lobby, reply_to=seq)
        assert caught.value.field == "reply_to"


# ---------- the order of the checks


def test_send_is_refused_in_the_order_of_the_contract(
    cellar: Room, lobby: Room, alice: User, bob: User, mallory: User, settings: LazySettings
) -> None:
    """Everything is wrong at once; one thing after the other is put right."""
    settings.SEND_RATE = (1, 60.0)
    post(bob, lobby)
    rooms.update_room(membership=seat(alice, lobby), posting="moderators")
    mute = moderation.mute_user(actor=alice, user=bob, room=lobby, reason="x")
    rooms.archive_room(membership=seat(alice, lobby))
    rooms.lock_room(membership=seat(alice, lobby), reason="x")
    wrong: dict[str, Any] = {"body": "", "reply_to": 99}

    def refused() -> type[ChatError]:
        with pytest.raises(ChatError) as caught:
            post(bob, lobby, **wrong)
        return type(caught.value)

    assert refused() is NotFound
    wrong["reply_to"] = 1
    assert refused() is Forbidden
    rooms.restore_room(membership=seat(alice, lobby))
    rooms.update_room(membership=seat(alice, lobby), posting="everyone", slow_mode_seconds=60)
    assert refused() is Muted
    moderation.lift_sanction(actor=alice, sanction=mute)
    assert refused() is Locked
    rooms.unlock_room(membership=seat(alice, lobby))
    assert refused() is SlowMode
    rooms.update_room(membership=seat(alice, lobby), slow_mode_seconds=0)
    assert refused() is RateLimited
    settings.SEND_RATE = None
    assert refused() is Empty
    wrong["body"] = "x" * 4001
    assert refused() is TooLong


def test_outsiders_learn_of_messages_before_rights(lobby: Room, cellar: Room, alice: User, mallory: User) -> None:
    post(alice, lobby)
    preview = Membership(room=lobby, user=mallory, role="")
    for reply_to, error in ((99, NotFound), (1, Forbidden), (None, Forbidden)):
        with pytest.raises(error):
            messages.post_message(membership=preview, body="", client_id=uuid4(), reply_to=reply_to)
    for reply_to in (99, None):
        with pytest.raises(NotFound) as caught:
            messages.post_message(
                membership=Membership(room=cellar, user=mallory, role=""), body="", client_id=uuid4(), reply_to=reply_to
            )
        assert caught.value.field is None


def test_edit_is_refused_in_the_order_of_the_contract(
    lobby: Room, alice: User, bob: User, settings: LazySettings
) -> None:
    settings.SEND_RATE = (1, 60.0)
    seq = post(bob, lobby).seq
    delete(bob, lobby, seq)
    mute = moderation.mute_user(actor=alice, user=bob, room=lobby, reason="x")

    def refused(body: str = "", at: int = seq) -> type[ChatError]:
        with pytest.raises(ChatError) as caught:
            edit(bob, lobby, at, body, if_rev=77)
        return type(caught.value)

    assert refused(at=9) is NotFound
    assert refused() is Muted
    moderation.lift_sanction(actor=alice, sanction=mute)
    assert refused() is RateLimited
    settings.SEND_RATE = None
    assert refused() is Empty
    assert refused("text") is Conflict
    restore(alice, lobby, seq)
    assert refused("text") is Conflict
    assert edit(bob, lobby, seq, "hello", if_rev=77).rev == 3


def test_one_may_take_back_a_deletion_of_ones_own(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User
) -> None:
    members.join_room(user=mallory, room=lobby, is_quiet=True)
    post(bob, lobby, "a slip")
    delete(bob, lobby, 1)
    with pytest.raises(Forbidden):
        restore(mallory, lobby, 1)
    assert (restore(bob, lobby, 1).body, numbers(lobby)) == ("a slip", (1, 3))
    assert restore(bob, lobby, 1).rev == 3
    assert not AuditEntry.objects.filter(action="message.restore").exists(), "no act of moderation"
    delete(bob, lobby, 1)
    mute = moderation.mute_user(actor=alice, user=bob, room=lobby, reason="x")
    with pytest.raises(Muted):
        restore(bob, lobby, 1)
    moderation.lift_sanction(actor=alice, sanction=mute)
    Message.objects.update(deleted_at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(Forbidden):
        restore(bob, lobby, 1)
    restore(carol, lobby, 1)
    delete(carol, lobby, 1, "rude")
    with pytest.raises(Forbidden):
        restore(bob, lobby, 1)
