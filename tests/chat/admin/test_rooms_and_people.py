"""What moderators do to rooms, members and people through Django admin."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from chat.models import AuditEntry, Membership, Room, Sanction
from chat.services import invites, members
from tests.chat.admin.desk import act, page, signed_in
from tests.factories import make_user, seat


def test_rooms_are_locked_and_archived_and_brought_back(desk: Client, lobby: Room) -> None:
    act(desk, "lock_rooms", lobby, reason="a pause", hours="1")
    lobby.refresh_from_db()
    assert lobby.is_locked
    assert lobby.lock_reason == "a pause"
    assert lobby.locked_until is not None
    assert timedelta(minutes=59) < lobby.locked_until - timezone.now() <= timedelta(hours=1)
    act(desk, "unlock_rooms", lobby, reason="")
    act(desk, "archive_rooms", lobby, reason="done")
    lobby.refresh_from_db()
    assert (lobby.is_locked, lobby.is_archived) == (False, True)
    act(desk, "restore_rooms", lobby, reason="")
    lobby.refresh_from_db()
    assert not lobby.is_archived


def test_roles_change_and_members_are_removed(desk: Client, bob: User, lobby: Room) -> None:
    act(desk, "set_role", seat(bob, lobby), role="moderator", reason="")
    assert seat(bob, lobby).role == "moderator"
    act(desk, "remove_members", seat(bob, lobby), reason="moved away")
    assert not Membership.objects.filter(room=lobby, user=bob).exists()


@pytest.mark.parametrize(("action", "kind"), [("ban_users", "ban"), ("mute_users", "mute")])
def test_people_are_sanctioned_and_it_is_lifted(desk: Client, bob: User, lobby: Room, action: str, kind: str) -> None:
    act(desk, action, bob, reason="spam", hours="0")
    act(desk, action, bob, reason="spam here", hours="24", room="lobby")
    site, here = Sanction.objects.standing().filter(user=bob, kind=kind).order_by("pk")
    assert (site.room, site.ends_at, site.reason) == (None, None, "spam")
    assert here.room == lobby
    assert here.ends_at is not None
    assert f"?sanction={kind}" in desk.get(page(User)).content.decode()
    assert b"bob" in desk.get(page(User), {"sanction": kind}).content
    act(desk, "lift_sanctions", site, here, reason="sorry")
    assert not Sanction.objects.standing().exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"hours": "7"},
        {"hours": "x"},
        {"until": "2001-01-01T00:00"},
        {"until": "9999-12-31T23:59"},
        {"until": "soon"},
        {"room": "nowhere"},
    ],
)
def test_a_wrong_sanction_asks_again(desk: Client, bob: User, wrong: dict[str, str]) -> None:
    assert act(desk, "ban_users", bob, **{"reason": "spam", "hours": "24"} | wrong).status_code == 200
    assert not Sanction.objects.exists()


def test_nobody_sanctions_their_equals(desk: Client, steward: User, owner: User) -> None:
    act(desk, "ban_users", steward, owner, make_user(is_staff=True), reason="power", hours="0")
    assert not Sanction.objects.exists()


def test_only_the_owner_makes_moderators(desk: Client, owner: User, bob: User) -> None:
    def are_moderators() -> list[str]:
        return list(User.objects.filter(is_staff=True, is_superuser=False).values_list("username", flat=True))

    act(desk, "make_moderators", bob, reason="me too")
    assert are_moderators() == ["steward"]
    assert b"make_moderators" not in desk.get(page(User)).content
    act(signed_in(owner), "make_moderators", bob, reason="trusted")
    assert sorted(are_moderators()) == ["bob", "steward"]
    act(signed_in(owner), "end_moderators", bob, reason="moved on")
    assert are_moderators() == ["steward"]
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"user.moderator"}


def test_a_request_is_answered_from_the_desk(desk: Client, cellar: Room, mallory: User) -> None:
    Room.objects.filter(pk=cellar.pk).update(is_listed=True)
    request = members.ask_to_join(user=mallory, room=cellar)
    act(desk, "decline_requests", request, reason="full")
    request.refresh_from_db()
    assert request.answer == "declined"
    act(desk, "accept_requests", request)
    assert not Membership.objects.filter(user=mallory).exists()


def test_a_link_is_revoked_from_the_desk(desk: Client, cellar: Room, carol: User) -> None:
    link, _ = invites.create_invite(membership=seat(carol, cellar))
    act(desk, "revoke_links", link, sure="yes")
    link.refresh_from_db()
    assert link.revoked_at is not None


def test_a_room_is_deleted_and_brought_back_from_the_desk(desk: Client, lobby: Room) -> None:
    act(desk, "delete_rooms", lobby, reason="x", confirmation="Lobby")
    assert Room.objects.exists()
    act(desk, "delete_rooms", lobby, reason="x", confirmation="lobby")
    assert not Room.objects.exists()
    assert "Deleted" in desk.get(page(Room) + "?state=deleted").content.decode()
    assert desk.get(page(Room, "change", lobby.pk)).status_code == 200
    act(desk, "undelete_rooms", lobby, reason="")
    assert Room.objects.exists()
    act(desk, "make_default", lobby, reason="")
    assert Room.objects.get().is_default
    act(desk, "make_ordinary", lobby, reason="")
    assert not Room.objects.get().is_default
