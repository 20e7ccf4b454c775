"""Sanctions: what they forbid, whom they are told to, how they end."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.tokens import create_token, revoke_token
from chat import access
from chat.access import Holder, Lapse
from chat.errors import BadRequest, Banned, ChatError, Forbidden, Muted, NotFound, TooLong
from chat.models import AuditEntry, Membership, Room, Sanction
from chat.protocol import Close
from chat.services import members, messages, moderation, rooms
from tests.chat.announcements import Announced
from tests.factories import post, seat


def test_a_mute_lets_read_and_retract_but_not_write(lobby: Room, carol: User, bob: User, announced: Announced) -> None:
    post(bob, lobby, "before")
    until = timezone.now() + timedelta(hours=1)
    announced(lambda: moderation.mute_user(actor=carol, user=bob, room=lobby, reason=" noise ", until=until))
    (notice,) = announced.frames_to(bob)
    assert (notice["type"], notice["code"], notice["until"][-1]) == ("notice", "muted", "Z")
    assert "noise" in notice["detail"]
    for write in (
        lambda: post(bob, lobby),
        lambda: messages.edit_message(membership=seat(bob, lobby), seq=1, body="other"),
    ):
        with pytest.raises(Muted) as caught:
            write()
        assert caught.value.until == until
    assert messages.edit_message(membership=seat(bob, lobby), seq=1, body="before").rev == 1
    assert access.read_room(bob, "lobby").role == "member"
    assert members.mark_read(membership=seat(bob, lobby), seq=1) == 1
    assert messages.delete_message(membership=seat(bob, lobby), seq=1).is_deleted


def test_a_mute_ends_by_itself_or_is_lifted(lobby: Room, carol: User, bob: User) -> None:
    sanction = moderation.mute_user(
        actor=carol, user=bob, room=lobby, reason="x", until=timezone.now() + timedelta(hours=1)
    )
    Sanction.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    post(bob, lobby)
    sanction = moderation.mute_user(actor=carol, user=bob, room=lobby, reason="x")
    with pytest.raises(Muted):
        post(bob, lobby)
    lifted = moderation.lift_sanction(actor=carol, sanction=sanction, reason="fine now")
    assert (lifted.lifted_by, AuditEntry.objects.filter(action="mute.lift").count()) == (carol, 1)
    moderation.lift_sanction(actor=carol, sanction=sanction)
    assert AuditEntry.objects.filter(action="mute.lift").count() == 1
    post(bob, lobby)


def test_a_mute_of_one_room_holds_in_no_other(lobby: Room, cellar: Room, carol: User, bob: User, steward: User) -> None:
    moderation.mute_user(actor=carol, user=bob, room=lobby, reason="x")
    post(bob, cellar)
    moderation.mute_user(actor=steward, user=bob, reason="x")
    with pytest.raises(Muted):
        post(bob, cellar)


def test_a_ban_from_a_public_room(lobby: Room, carol: User, bob: User, announced: Announced) -> None:
    stale = seat(bob, lobby)
    announced(lambda: moderation.ban_user(actor=carol, user=bob, room=lobby, reason="spam"))
    assert announced.kinds_to(bob) == ["room_left", "notice"]
    assert announced.frames_to(bob)[0]["reason"] == "banned"
    for door in (access.read_room, access.enter_room, access.joinable_room):
        with pytest.raises(Banned):
            door(bob, "lobby")
    for write in (
        lambda: members.join_room(user=bob, room=lobby),
        lambda: messages.edit_message(membership=stale, seq=1, body="x"),
        lambda: post_as(stale),
    ):
        with pytest.raises(Banned):
            write()


def test_a_ban_from_a_private_room_is_not_found(cellar: Room, carol: User, bob: User) -> None:
    moderation.ban_user(actor=carol, user=bob, room=cellar, reason="spam")
    for door in (access.see_room, access.read_room, access.enter_room, access.joinable_room):
        with pytest.raises(NotFound):
            door(bob, "cellar")


def test_a_ban_from_the_site(lobby: Room, steward: User, bob: User, announced: Announced) -> None:
    sanction = announced(lambda: moderation.ban_user(actor=steward, user=bob, reason="spam"))
    assert [event["type"] for event in announced.events] == ["access"]
    with pytest.raises(Banned):
        access.admit(bob)
    with pytest.raises(Banned):
        post(bob, lobby)
    assert Membership.objects.filter(user=bob).exists()
    moderation.lift_sanction(actor=steward, sanction=sanction)
    access.admit(bob)
    post(bob, lobby)


def test_a_new_sanction_takes_the_place_of_the_earlier(lobby: Room, carol: User, bob: User) -> None:
    first = moderation.mute_user(actor=carol, user=bob, room=lobby, reason="one")
    second = moderation.mute_user(actor=carol, user=bob, room=lobby, reason="two")
    assert list(Sanction.objects.standing()) == [second]
    first.refresh_from_db()
    assert first.lifted_by == carol


@pytest.mark.parametrize(
    ("fields", "error", "field"),
    [
        ({"reason": ""}, BadRequest, "reason"),
        ({"reason": " \u200b\u2800 "}, BadRequest, "reason"),
        ({"reason": "x" * 201}, TooLong, "reason"),
        ({"reason": "x", "until": timezone.now() - timedelta(days=1)}, BadRequest, "until"),
    ],
)
@pytest.mark.parametrize("act", [moderation.ban_user, moderation.mute_user])
def test_wrong_sanctions(
    lobby: Room, carol: User, bob: User, act: Any, fields: dict[str, Any], error: type[ChatError], field: str
) -> None:
    with pytest.raises(error) as caught:
        act(actor=carol, user=bob, room=lobby, **fields)
    assert caught.value.field == field
    assert not Sanction.objects.exists()
    assert not AuditEntry.objects.filter(user=bob).exists()


def test_the_site_is_for_site_moderators(lobby: Room, alice: User, bob: User, steward: User, boss: User) -> None:
    for actor, user in ((alice, bob), (bob, bob), (steward, steward), (steward, boss)):
        with pytest.raises(Forbidden):
            moderation.ban_user(actor=actor, user=user, reason="x")
    sanction = moderation.ban_user(actor=boss, user=steward, reason="x")
    with pytest.raises(Forbidden):
        moderation.lift_sanction(actor=steward, sanction=sanction)


def test_only_the_owner_of_the_site_names_its_moderators(bob: User, steward: User, boss: User) -> None:
    with pytest.raises(Forbidden):
        moderation.set_site_moderator(actor=steward, user=bob, is_moderator=True)
    with pytest.raises(Forbidden):
        moderation.set_site_moderator(actor=boss, user=boss, is_moderator=False)
    for _ in range(2):
        assert moderation.set_site_moderator(actor=boss, user=bob, is_moderator=True).is_staff
    entry = AuditEntry.objects.get(user=bob)
    assert (entry.before, entry.after) == ({"is_staff": False}, {"is_staff": True})


def test_site_moderators_act_in_every_room(cellar: Room, bob: User, carol: User, steward: User, mallory: User) -> None:
    seq = post(carol, cellar).seq
    with pytest.raises(Forbidden):
        access.moderate_room(mallory, cellar)
    membership = access.moderate_room(steward, cellar)
    assert messages.delete_message(membership=membership, seq=seq).is_deleted
    members.remove_member(membership=membership, user=bob, reason="x")
    with pytest.raises(Forbidden):
        post_as(membership)


def post_as(membership: Membership) -> None:
    messages.post_message(membership=membership, body="x", client_id=uuid4())


def test_lapsed_access(bob: User, alice: User, steward: User) -> None:
    token, _ = create_token(user=bob, name="a")
    holder = Holder(bob.pk, bob.password, token=token.digest)
    assert access.lapsed([holder]) == {}
    assert access.lapsed([]) == {}
    for ended in (
        Holder(bob.pk, "another", token=token.digest),
        Holder(bob.pk, bob.password, token="unknown"),
        Holder(bob.pk, bob.password, session="unknown"),
        Holder(bob.pk, bob.password),
        Holder(alice.pk + 999, "", token=token.digest),
    ):
        assert access.lapsed([ended, holder]) == {ended: Lapse(Close.SIGNED_OUT)}
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    assert access.lapsed([holder]) == {holder: Lapse(Close.RESTART)}
    holder = Holder.of(User.objects.get(pk=bob.pk), token=token.digest)
    assert access.lapsed([holder]) == {}
    revoke_token(token=token)
    assert access.lapsed([holder])[holder].code == Close.SIGNED_OUT
    moderation.ban_user(actor=steward, user=bob, reason="spam")
    lapse = access.lapsed([holder])[holder]
    assert lapse.code == Close.BANNED
    assert lapse.notice is not None
    assert "spam" in lapse.notice["detail"]


def test_access_that_ends_by_itself(client: Client, bob: User) -> None:
    client.force_login(bob)
    holder = Holder(bob.pk, bob.password, session=client.session.session_key or "")
    token, _ = create_token(user=bob, name="a", expires_at=timezone.now() + timedelta(hours=1))
    bot = Holder(bob.pk, bob.password, token=token.digest)
    assert access.lapsed([holder, bot, holder]) == {}
    Session.objects.update(expire_date=timezone.now() - timedelta(hours=1))
    assert access.lapsed([holder, bot]) == {holder: Lapse(Close.SIGNED_OUT)}
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert set(access.lapsed([bot, holder])) == {holder, bot}


def test_lost_rooms(lobby: Room, cellar: Room, alice: User, bob: User, mallory: User) -> None:
    seats = {(bob.pk, lobby.pk), (bob.pk, cellar.pk), (mallory.pk, lobby.pk), (mallory.pk, cellar.pk)}
    assert access.lost_rooms(seats) == {(mallory.pk, cellar.pk): "removed"}
    moderation.ban_user(actor=alice, user=mallory, room=lobby, reason="x")
    members.leave_room(membership=seat(bob, lobby))
    moderation.ban_user(actor=alice, user=bob, room=cellar, reason="x")
    assert access.lost_rooms(seats) == {
        (mallory.pk, cellar.pk): "removed",
        (mallory.pk, lobby.pk): "banned",
        (bob.pk, cellar.pk): "banned",
    }
    rooms.delete_room(membership=seat(alice, lobby), confirmation="lobby")
    assert access.lost_rooms([(alice.pk, lobby.pk)]) == {(alice.pk, lobby.pk): "deleted"}
    assert access.lost_rooms([]) == {}
