"""Members: joining, leaving, removing, roles, read markers."""

from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import Error as DatabaseError

from accounts.models import User
from chat.errors import Archived, BadRequest, Banned, Conflict, Forbidden, NotFound, TooLong
from chat.models import AuditEntry, Membership, Message, Room
from chat.services import members, moderation, rooms
from tests.chat.announcements import Announced
from tests.factories import make_moderator, make_room, make_user, post, seat


def test_joining_starts_at_the_end_of_the_talk(lobby: Room, alice: User, mallory: User, announced: Announced) -> None:
    post(alice, lobby)
    membership = announced(lambda: members.join_room(user=mallory, room=lobby))
    assert (membership.role, membership.read_seq, membership.room.rev) == ("member", 2, 2)
    assert announced.kinds_to(mallory) == ["room_joined", "me"]
    assert announced.frames_to(mallory)[0]["entry"]["seq"] == 2
    (bell,) = announced.bells(lobby)
    assert (bell["prev"], bell["rev"]) == (1, 2), "the line that tells of it"
    again = announced(lambda: members.join_room(user=mallory, room=lobby))
    assert again.pk == membership.pk
    assert announced.events == []


def test_who_may_not_join(lobby: Room, cellar: Room, alice: User, mallory: User) -> None:
    with pytest.raises(NotFound):
        members.join_room(user=mallory, room=cellar)
    moderation.ban_user(actor=alice, user=mallory, room=lobby, reason="x")
    with pytest.raises(Banned):
        members.join_room(user=mallory, room=lobby)
    other = make_room(alice, "Old")
    rooms.archive_room(membership=seat(alice, other))
    with pytest.raises(Archived):
        members.join_room(user=mallory, room=other)
    assert not Membership.objects.filter(user=mallory).exists()


def test_newcomers_join_the_default_rooms(alice: User, mallory: User) -> None:
    rooms_to_be: dict[str, dict[str, Any]] = {
        "One": {"is_default": True},
        "Two": {},
        "Three": {"is_default": True, "kind": "private"},
    }
    for name, fields in rooms_to_be.items():
        make_room(alice, name, **fields)
    members.join_default_rooms(user=mallory)
    assert list(Membership.objects.filter(user=mallory).values_list("room__slug", flat=True)) == ["one"]


def test_a_moderator_adds_somebody_to_a_private_room(
    cellar: Room, alice: User, bob: User, carol: User, mallory: User, announced: Announced
) -> None:
    with pytest.raises(Forbidden):
        members.add_member(membership=seat(bob, cellar), user=mallory)
    added = announced(lambda: members.add_member(membership=seat(carol, cellar), user=mallory))
    assert added.role == "member"
    assert announced.kinds_to(mallory) == ["room_joined", "me"]
    assert AuditEntry.objects.get(action="member.add").user == mallory
    announced(lambda: members.add_member(membership=seat(carol, cellar), user=mallory))
    assert announced.events == []
    moderation.ban_user(actor=alice, user=mallory, room=cellar, reason="x")
    with pytest.raises(Banned):
        members.add_member(membership=seat(carol, cellar), user=mallory)


def test_leaving(lobby: Room, bob: User, announced: Announced) -> None:
    membership = seat(bob, lobby)
    announced(lambda: members.leave_room(membership=membership))
    assert [(frame["type"], frame["reason"]) for frame in announced.frames_to(bob)] == [("room_left", "left")]
    assert not Membership.objects.filter(user=bob).exists()
    announced(lambda: members.leave_room(membership=membership))
    assert announced.events == []


def test_the_last_owner_stays(lobby: Room, alice: User, bob: User) -> None:
    with pytest.raises(Conflict):
        members.leave_room(membership=seat(alice, lobby))
    with pytest.raises(Conflict):
        members.set_role(membership=seat(alice, lobby), user=alice, role="member")
    members.set_role(membership=seat(alice, lobby), user=bob, role="owner")
    members.set_role(membership=seat(alice, lobby), user=alice, role="moderator")
    members.leave_room(membership=seat(alice, lobby))
    assert Membership.objects.get(role="owner").user == bob


RANKS = ["member", "moderator", "owner", "site moderator", "site owner"]


def person_of(rank: str, room: Room, name: str) -> User:
    user = make_user(username=name, is_staff=rank == "site moderator", is_superuser=rank == "site owner")
    Membership.objects.create(room=room, user=user, role=rank if " " not in rank else "member")
    return user


ACTS: dict[str, Any] = {
    "remove": lambda actor, user, room: members.remove_member(membership=seat(actor, room), user=user, reason="x"),
    "ban": lambda actor, user, room: moderation.ban_user(actor=actor, user=user, room=room, reason="x"),
    "mute": lambda actor, user, room: moderation.mute_user(actor=actor, user=user, room=room, reason="x"),
    "role": lambda actor, user, room: members.set_role(
        membership=seat(actor, room), user=user, role="moderator" if seat(user, room).role != "moderator" else "member"
    ),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("target", RANKS)
@pytest.mark.parametrize("actor", RANKS)
def test_nobody_acts_on_an_equal_or_higher_rank(alice: User, act: str, actor: str, target: str) -> None:
    room = make_room(alice, "Ranks")
    one, other = person_of(actor, room, "one"), person_of(target, room, "other")
    least = RANKS.index("owner" if act == "role" else "moderator")
    if RANKS.index(actor) >= least and RANKS.index(actor) > RANKS.index(target):
        ACTS[act](one, other, room)
        assert AuditEntry.objects.filter(actor=one, user=other, room=room).count() == 1
    else:
        with pytest.raises(Forbidden):
            ACTS[act](one, other, room)
        assert not AuditEntry.objects.filter(actor=one).exists()


def test_a_removed_member_may_come_back(lobby: Room, bob: User, carol: User, announced: Announced) -> None:
    announced(lambda: members.remove_member(membership=seat(carol, lobby), user=bob, reason=" bye "))
    assert [(frame["type"], frame["reason"]) for frame in announced.frames_to(bob)] == [("room_left", "removed")]
    entry = AuditEntry.objects.get(action="member.remove")
    assert (entry.reason, entry.before["seat"]["role"], entry.actor, entry.user) == ("bye", "member", carol, bob)
    announced(lambda: members.remove_member(membership=seat(carol, lobby), user=bob))
    assert announced.events == []
    assert members.join_room(user=bob, room=lobby).role == "member"
    with pytest.raises(TooLong):
        members.remove_member(membership=seat(carol, lobby), user=bob, reason="x" * 201)


def test_a_new_role_is_told_at_once(lobby: Room, alice: User, bob: User, announced: Announced) -> None:
    announced(lambda: members.set_role(membership=seat(alice, lobby), user=bob, role="moderator"))
    (frame,) = announced.frames_to(bob)
    assert (frame["type"], frame["role"]) == ("me", "moderator")
    assert "moderate" in frame["can"]
    announced(lambda: members.set_role(membership=seat(alice, lobby), user=bob, role="moderator"))
    assert announced.events == []


def line(room: Room) -> tuple[str, str, int]:
    """The newest system line of the room: its text, and what it tells programs."""
    message = Message.objects.filter(room=room, kind="system").latest("seq")
    assert message.event is not None
    return message.body, message.event["type"], message.event["user"]["id"]


@pytest.mark.parametrize(
    ("role", "text"),
    [("owner", "an owner"), ("moderator", "a moderator"), ("member", "a member like the others")],
)
def test_the_room_tells_of_a_new_role(lobby: Room, alice: User, bob: User, carol: User, role: str, text: str) -> None:
    user = carol if role == "member" else bob
    members.set_role(membership=seat(alice, lobby), user=user, role=role)
    assert line(lobby) == (f"Alice made {user.name} {text}.", f"made_{role}", user.pk)
    assert seat(alice, lobby).read_seq == Room.objects.get(pk=lobby.pk).seq == 1
    members.set_role(membership=seat(alice, lobby), user=user, role=role)
    assert Room.objects.get(pk=lobby.pk).seq == 1, "nothing new"


def test_wrong_roles(lobby: Room, alice: User, bob: User, mallory: User) -> None:
    with pytest.raises(BadRequest):
        members.set_role(membership=seat(alice, lobby), user=bob, role="king")
    with pytest.raises(NotFound):
        members.set_role(membership=seat(alice, lobby), user=mallory, role="member")


def test_a_role_that_was_lost_gives_nothing(lobby: Room, alice: User, bob: User, carol: User) -> None:
    stale = seat(carol, lobby)
    members.set_role(membership=seat(alice, lobby), user=carol, role="member")
    with pytest.raises(Forbidden):
        members.remove_member(membership=stale, user=bob)


def test_the_read_marker(lobby: Room, alice: User, bob: User, announced: Announced) -> None:
    for _ in range(5):
        post(alice, lobby)
    bobs = seat(bob, lobby)
    steps = [
        (3, False, 3),
        (2, False, 3),
        (2, True, 2),
        (99, False, 5),
        (99, True, 5),
        (2**53 - 1, False, 5),
        (0, True, 0),
    ]
    for seq, back, expected in steps:
        was = seat(bob, lobby).read_seq
        assert announced(partial(members.mark_read, membership=bobs, seq=seq, back=back)) == expected
        told = [{"type": "read", "room": "lobby", "seq": expected}] if expected != was else []
        assert announced.frames_to(bob) == told
    assert Room.objects.get().rev == 5
    members.leave_room(membership=seat(bob, lobby))
    with pytest.raises(Forbidden):
        members.mark_read(membership=bobs, seq=1)


@pytest.mark.parametrize("statement", ["UPDATE chat_auditentry SET reason = ''", "DELETE FROM chat_auditentry"])
def test_the_audit_log_is_append_only(lobby: Room, alice: User, bob: User, statement: str) -> None:
    make_moderator(bob, lobby, alice)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.exists()


def test_handing_over(lobby: Room, alice: User, bob: User, carol: User, mallory: User, announced: Announced) -> None:
    given = announced(lambda: members.hand_over_room(membership=seat(alice, lobby), user=bob, reason=" tired "))
    assert (given.user, seat(bob, lobby).role, seat(alice, lobby).role) == (bob, "owner", "moderator")
    assert [frame["role"] for frame in announced.frames_to(bob)] == ["owner"]
    assert [frame["role"] for frame in announced.frames_to(alice) if frame["type"] == "me"] == ["moderator"]
    assert line(lobby) == ("Alice handed the room over to Bob.", "handed_over", bob.pk)
    log = AuditEntry.objects.filter(action="member.role", reason="tired").values_list("user__username", "after")
    assert list(log) == [("alice", {"role": "moderator"}), ("bob", {"role": "owner"})]
    for person in (alice, carol):
        with pytest.raises(Forbidden):
            members.hand_over_room(membership=seat(person, lobby), user=carol)
    with pytest.raises(NotFound):
        members.hand_over_room(membership=seat(bob, lobby), user=mallory)
    with pytest.raises(Conflict):
        members.hand_over_room(membership=seat(bob, lobby), user=bob)
    with pytest.raises(TooLong):
        members.hand_over_room(membership=seat(bob, lobby), user=carol, reason="x" * 201)
    assert Membership.objects.get(role="owner").user == bob


def test_a_site_moderator_who_owns_nothing_hands_nothing_over(lobby: Room, bob: User, steward: User) -> None:
    members.join_room(user=steward, room=lobby)
    with pytest.raises(Forbidden):
        members.hand_over_room(membership=seat(steward, lobby), user=bob)
