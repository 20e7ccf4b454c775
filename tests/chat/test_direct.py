"""Direct rooms: found again, nobody's to govern, nobody else's to see."""

from functools import partial
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from accounts.models import User
from chat import access, selectors
from chat.errors import BadRequest, Banned, Forbidden, Muted, NotFound, RateLimited
from chat.models import Membership, Room
from chat.services import members, messages, moderation, rooms
from tests.chat.announcements import Announced
from tests.chat.test_concurrency import in_parallel
from tests.factories import make_user, post, seat


def test_the_same_people_find_the_same_room(bob: User, carol: User, mallory: User) -> None:
    pair = rooms.open_direct_room(user=bob, people=[carol])
    assert rooms.open_direct_room(user=carol, people=[bob]).room == pair.room
    assert rooms.open_direct_room(user=carol, people=[bob, carol, bob]).room == pair.room
    group = rooms.open_direct_room(user=bob, people=[mallory, carol])
    assert group.room != pair.room
    assert rooms.open_direct_room(user=mallory, people=[carol, bob]).room == group.room
    assert Room.objects.count() == 2
    assert (pair.user, pair.role, pair.can()) == (bob, "member", ["send", "react", "pin", "upload"])


def test_what_the_others_hear(bob: User, carol: User, announced: Announced) -> None:
    room = announced(lambda: rooms.open_direct_room(user=bob, people=[carol])).room
    for me, other in ((bob, carol), (carol, bob)):
        joined, rights = announced.frames_to(me)
        assert (joined["type"], rights["type"]) == ("room_joined", "me")
        (entry,) = selectors.sidebar(me)
        assert joined["entry"] == entry
        assert entry["settings"]["hidden_seq"] == (None if me == bob else 0)
        assert (entry["slug"], entry["kind"], entry["name"], entry["role"]) == (room.slug, "direct", "", "member")
        person = {"id": other.pk, "username": other.username, "name": other.name}
        assert entry["people"] == [person | {"status": None}]
        assert selectors.snapshot(seat(me, room))["state"]["people"] == [person]
    announced(lambda: rooms.open_direct_room(user=bob, people=[carol]))
    assert announced.events == []
    announced(lambda: rooms.open_direct_room(user=carol, people=[bob]))
    assert announced.kinds_to(carol) == ["room_settings"]
    assert selectors.sidebar(carol)[0]["settings"]["hidden_seq"] is None


def test_its_address_says_nothing(bob: User, carol: User) -> None:
    slug = rooms.open_direct_room(user=bob, people=[carol]).room.slug
    assert len(slug) == 16
    assert not any(word in slug for word in ("bob", "carol"))


def test_two_to_twenty_people(bob: User) -> None:
    others = [make_user() for _ in range(20)]
    for people in ([], [bob], others):
        with pytest.raises(BadRequest) as caught:
            rooms.open_direct_room(user=bob, people=people)
        assert caught.value.field == "people"
    assert rooms.open_direct_room(user=bob, people=others[:19]).room.memberships.count() == 20


def test_who_may_begin_one(bob: User, carol: User, mallory: User, steward: User, settings: LazySettings) -> None:
    known = rooms.open_direct_room(user=mallory, people=[bob])
    moderation.mute_user(actor=steward, user=mallory, reason="x")
    with pytest.raises(Muted):
        rooms.open_direct_room(user=mallory, people=[carol])
    assert rooms.open_direct_room(user=mallory, people=[bob]) == known
    moderation.ban_user(actor=steward, user=mallory, reason="x")
    with pytest.raises((Banned, Muted)):
        rooms.open_direct_room(user=mallory, people=[carol])
    carol.is_active = False
    carol.save()
    with pytest.raises(NotFound) as caught:
        rooms.open_direct_room(user=bob, people=[carol])
    assert caught.value.field == "people"
    settings.SEND_RATE = (1, 60.0)
    rooms.open_direct_room(user=bob, people=[steward])
    with pytest.raises(RateLimited):
        rooms.open_direct_room(user=bob, people=[steward, mallory])
    assert rooms.open_direct_room(user=bob, people=[steward]).room.direct_key == f"{bob.pk},{steward.pk}"
    assert Room.objects.count() == 2


def test_people_are_found_all_or_not(bob: User, carol: User) -> None:
    assert set(access.find_people([bob.pk, carol.pk, bob.pk])) == {bob, carol}
    with pytest.raises(NotFound):
        access.find_people([bob.pk, 10**9])
    User.objects.filter(pk=carol.pk).update(is_active=False)
    with pytest.raises(NotFound):
        access.find_people([carol.pk])


ACTS: dict[str, Any] = {
    "update": lambda me, other: rooms.update_room(membership=me, name="Ours"),
    "lock": lambda me, other: rooms.lock_room(membership=me, reason="x"),
    "unlock": lambda me, other: rooms.unlock_room(membership=me),
    "archive": lambda me, other: rooms.archive_room(membership=me),
    "restore": lambda me, other: rooms.restore_room(membership=me),
    "add": lambda me, other: members.add_member(membership=me, user=make_user()),
    "remove": lambda me, other: members.remove_member(membership=me, user=other),
    "role": lambda me, other: members.set_role(membership=me, user=other, role="owner"),
    "leave": lambda me, other: members.leave_room(membership=me),
    "ban": lambda me, other: moderation.ban_user(actor=me.user, user=other, room=me.room, reason="x"),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("is_staff", [False, True])
def test_nobody_governs_it(bob: User, act: str, is_staff: bool) -> None:
    me = rooms.open_direct_room(user=make_user(is_staff=is_staff), people=[bob])
    with pytest.raises(Forbidden):
        ACTS[act](me, bob)
    assert me.room.memberships.filter(role="member").count() == 2
    assert Room.objects.get().rev == 0


def test_outsiders_do_not_know_of_it(bob: User, carol: User, mallory: User, steward: User) -> None:
    room = rooms.open_direct_room(user=bob, people=[carol]).room
    post(bob, room)
    for user in (mallory, steward):
        with pytest.raises(NotFound):
            access.read_room(user, room.slug)
        with pytest.raises(NotFound):
            members.join_room(user=user, room=room)
        assert list(selectors.directory(user)) == []
        assert selectors.room_counts(user) == {"all": 0, "joined": 0, "archived": 0}


def test_a_site_moderator_can_still_take_a_message_out(bob: User, carol: User, steward: User) -> None:
    room = rooms.open_direct_room(user=bob, people=[carol]).room
    post(bob, room)
    key = access.moderate_room(steward, room)
    assert messages.delete_message(membership=key, seq=1, reason="x").is_deleted


def test_the_database_keeps_the_key_and_the_kind_together(bob: User, carol: User) -> None:
    rooms.open_direct_room(user=bob, people=[carol])
    for fields in ({"kind": "private"}, {"direct_key": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Room.objects.update(**fields)


@pytest.mark.django_db(transaction=True)
def test_two_open_it_at_once(bob: User, carol: User, settings: LazySettings) -> None:
    settings.SEND_RATE = (10, 1.0)
    openers = [partial(rooms.open_direct_room, user=one, people=[other]) for one, other in ((bob, carol), (carol, bob))]
    found = in_parallel(openers * 3)
    assert len({membership.room_id for membership in found}) == 1
    assert Membership.objects.count() == 2
