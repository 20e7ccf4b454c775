"""Rooms deleted with all they hold: gone for everyone at once, back within seven days, then gone for good."""

from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from chat import access, selectors
from chat.errors import BadRequest, ChatError, Conflict, Forbidden, NotFound
from chat.models import UNDO_TIME, AuditEntry, Membership, Message, Room
from chat.services import invites, members, messages, moderation, rooms
from migrations_seed.first_rooms import seed_site
from tests.chat.announcements import Announced
from tests.chat.test_concurrency import in_parallel
from tests.factories import make_room, post, seat


def delete(user: User, room: Room, **fields: str) -> Room:
    return rooms.delete_room(membership=seat(user, room), **({"confirmation": room.slug} | fields))


def test_it_is_gone_for_everyone(lobby: Room, alice: User, bob: User, mallory: User, announced: Announced) -> None:
    post(bob, lobby, "hello @carol")
    secret = invites.create_invite(membership=seat(alice, lobby))[1]
    messages.save_message(membership=seat(bob, lobby), seq=1)
    stale = seat(bob, lobby)
    people = list(lobby.memberships.values_list("user_id", flat=True))
    announced(lambda: delete(alice, lobby, reason=" done "))
    (event,) = announced.events
    assert (event["type"], event["room"], event["slug"], event["users"]) == ("gone", lobby.pk, "lobby", people)
    for user in (alice, bob, mallory):
        with pytest.raises(NotFound):
            access.see_room(user, "lobby")
        assert selectors.sidebar(user) == []
        assert list(selectors.directory(user)) == []
        assert selectors.room_counts(user)["all"] == 0
        assert selectors.last_room(user) is None
    assert selectors.saved(bob) == []
    assert selectors.numbers([lobby.pk]) == {}
    assert selectors.changes_after(lobby.pk, 0) is None
    assert access.lost_rooms([(bob.pk, lobby.pk), (mallory.pk, lobby.pk)]) == {
        (bob.pk, lobby.pk): "deleted",
        (mallory.pk, lobby.pk): "deleted",
    }
    acts: list[Any] = [
        lambda: messages.post_message(membership=stale, body="x", client_id=uuid4()),
        lambda: messages.edit_message(membership=stale, seq=1, body="x"),
        lambda: members.leave_room(membership=stale),
        lambda: members.join_room(user=mallory, room=lobby),
        lambda: invites.use_invite(user=mallory, secret=secret),
        lambda: moderation.mute_user(actor=alice, user=bob, room=lobby, reason="x"),
        lambda: delete(alice, lobby),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Conflict):
        make_room(mallory, "Lobby")
    entry = AuditEntry.objects.get(action="room.delete")
    assert (entry.actor, entry.reason, entry.before) == (alice, "done", {"slug": "lobby", "name": "Lobby"})


@pytest.mark.parametrize("confirmation", ["", "Lobby", " lobby", "lobby ", "yes"])
def test_an_owner_types_its_address(lobby: Room, alice: User, confirmation: str) -> None:
    with pytest.raises(BadRequest) as caught:
        delete(alice, lobby, confirmation=confirmation)
    assert caught.value.field == "confirmation"
    assert Room.objects.exists()


def test_who_deletes_and_brings_back(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User, steward: User
) -> None:
    for user in (bob, carol):
        with pytest.raises(Forbidden):
            delete(user, lobby)
    with pytest.raises(Forbidden):
        rooms.delete_room(membership=rooms.open_direct_room(user=alice, people=[bob]), confirmation="x")
    delete(alice, lobby)
    for user in (bob, carol, mallory):
        with pytest.raises(NotFound):
            access.deleted_room(user, "lobby")
        with pytest.raises(NotFound):
            rooms.restore_deleted_room(actor=user, room=lobby)
    assert [room.slug for room in selectors.deleted_rooms(alice)] == ["lobby"]
    assert access.deleted_room(alice, "lobby") == access.deleted_room(steward, "lobby") == lobby
    assert rooms.restore_deleted_room(actor=steward, room=lobby).deleted_at is None
    with pytest.raises(NotFound):
        access.deleted_room(alice, "lobby")


def test_it_comes_back_as_it_was(lobby: Room, alice: User, bob: User, announced: Announced) -> None:
    post(bob, lobby, "hello @alice")
    before = selectors.snapshot(seat(alice, lobby)), selectors.sidebar(alice), selectors.sidebar(bob)
    delete(alice, lobby)
    announced(lambda: rooms.restore_deleted_room(actor=alice, room=lobby))
    after = selectors.snapshot(seat(alice, lobby)), selectors.sidebar(alice), selectors.sidebar(bob)
    assert after == before
    assert announced.frames_to(alice) == [{"type": "room_joined", "entry": after[1][0]}]
    assert announced.frames_to(bob) == [{"type": "room_joined", "entry": after[2][0]}]
    assert after[1][0]["mentions"] == 1
    announced(lambda: rooms.restore_deleted_room(actor=alice, room=lobby))
    assert announced.events == []
    assert list(AuditEntry.objects.values_list("action", flat=True)[:2]) == ["room.undelete", "room.delete"]


def test_seven_days_and_no_longer(lobby: Room, cellar: Room, alice: User) -> None:
    for room, age in ((lobby, UNDO_TIME - timedelta(minutes=1)), (cellar, UNDO_TIME)):
        delete(alice, room)
        Room.every.filter(pk=room.pk).update(deleted_at=timezone.now() - age)
    with pytest.raises(NotFound):
        access.deleted_room(alice, "cellar")
    with pytest.raises(Conflict):
        rooms.restore_deleted_room(actor=alice, room=cellar)
    assert access.deleted_room(alice, "lobby") == lobby


def test_the_purge_leaves_nothing_but_the_log(
    lobby: Room, cellar: Room, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.services.rooms.deleting.MESSAGES_AT_ONCE", 2)
    for room in (lobby, cellar):
        for _ in range(5):
            post(bob, room, "hello @carol")
        messages.edit_message(membership=seat(bob, room), seq=1, body="other")
        messages.set_reaction(membership=seat(bob, room), seq=2, emoji="👍", on=True)
        messages.delete_message(membership=seat(bob, room), seq=3)
    moderation.mute_user(actor=alice, user=bob, room=lobby, reason="x")
    invites.use_invite(
        user=User.objects.create_user("guest"), secret=invites.create_invite(membership=seat(alice, lobby))[1]
    )
    delete(alice, lobby)
    assert rooms.purge_deleted_rooms() == 0
    Room.every.filter(pk=lobby.pk).update(deleted_at=timezone.now() - UNDO_TIME)
    call_command("purge_removed", verbosity=0)
    assert list(Room.every.all()) == [cellar]
    assert set(Message.objects.values_list("room", flat=True)) == {cellar.pk}
    assert set(Membership.objects.values_list("room", flat=True)) == {cellar.pk}
    assert set(AuditEntry.objects.filter(room=lobby.pk).values_list("action", flat=True)) >= {"room.purge", "mute"}
    assert make_room(bob, "Lobby").epoch != lobby.epoch


def test_the_log_can_be_read_after_a_purge(lobby: Room, alice: User, steward: User, client: Client) -> None:
    delete(alice, lobby)
    Room.every.update(deleted_at=timezone.now() - UNDO_TIME)
    rooms.purge_deleted_rooms()
    client.force_login(steward)
    assert client.get("/admin/chat/auditentry/").status_code == 200
    for entry in AuditEntry.objects.all():
        assert client.get(f"/admin/chat/auditentry/{entry.pk}/change/").status_code == 200


def test_first_rooms_that_were_deleted_stay_away(alice: User) -> None:
    assert "lobby" in {name.casefold() for name in seed_site()}
    Room.objects.filter(slug="lobby").update(deleted_at=timezone.now() - UNDO_TIME)
    assert seed_site() == []
    rooms.purge_deleted_rooms()
    assert seed_site() == []
    assert not Room.every.filter(slug="lobby").exists()


def test_its_pages_are_gone(lobby: Room, alice: User, bob: User, client: Client) -> None:
    post(bob, lobby)
    delete(alice, lobby)
    client.force_login(bob)
    for path in ("", "1/", "?plain"):
        assert client.get(f"/chat/{quote(lobby.slug)}/{path}").status_code == 404
    for path in ("join/", "leave/", "ask/"):
        assert client.post(f"/chat/{quote(lobby.slug)}/{path}").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_deleting_against_posting_and_leaving(lobby: Room, alice: User, bob: User, carol: User) -> None:
    def code_of(write: Any) -> str:
        try:
            write()
        except ChatError as error:
            return error.code
        return "ok"

    codes = in_parallel(
        [
            partial(code_of, partial(delete, alice, lobby)),
            partial(code_of, partial(post, bob, lobby)),
            partial(code_of, partial(members.leave_room, membership=seat(carol, lobby))),
        ]
    )
    assert codes[0] == "ok"
    assert set(codes[1:]) <= {"ok", "not_found"}
    room = Room.every.get()
    assert room.deleted_at is not None
    assert room.seq == Message.objects.count() == (codes[1] == "ok")
    rooms.restore_deleted_room(actor=alice, room=room)
    assert post(bob, lobby).seq == room.seq + 1
