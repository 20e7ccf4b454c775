"""Acts of moderation taken back: exactly what each changed, once, and only while it stands."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from chat import encoding, selectors
from chat.errors import ChatError, Conflict, Forbidden, NotFound
from chat.models import AuditEntry, InviteLink, JoinRequest, Membership, Message, Report, Room, Sanction
from chat.services import members, messages, moderation, rooms
from chat.services.invites import create_invite
from tests.factories import make_user, post, seat


def newest(action: str) -> AuditEntry:
    return AuditEntry.objects.filter(action=action).latest("pk")


def undo(actor: User, entry: AuditEntry, reason: str = "sorry") -> AuditEntry:
    return moderation.undo_act(actor=actor, entry=entry, reason=reason)


def facts(room: Room) -> dict[str, Any]:
    """What an act may change: the room, who sits in it and how, and what stands against whom."""
    room = Room.objects.get(pk=room.pk)
    sanctions = Sanction.objects.standing().order_by("pk").values_list("pk", flat=True)
    seats: list[dict[str, Any]] = [
        {name: value for name, value in row.items() if name != "id"}
        for row in Membership.objects.filter(room=room).order_by("user").values()
    ]
    for row in seats:  # kept in thousandths
        row["joined_at"] = row["joined_at"].replace(microsecond=0)
        row["posted_at"] = row["posted_at"] and row["posted_at"].replace(microsecond=0)
    texts = Message.objects.filter(room=room, kind="text").order_by("seq")
    return {
        "state": encoding.state(room),
        "seats": seats,
        "sanctions": list(sanctions),
        "texts": list(texts.values("seq", "body", "html", "deleted_at", "pinned_at")),
        "links": list(InviteLink.objects.order_by("pk").values_list("pk", "revoked_at")),
        "requests": list(JoinRequest.objects.order_by("pk").values_list("pk", "answer")),
    }


def said(room: Room) -> int:
    """The seq of what was said first."""
    return Message.objects.filter(room=room, kind="text").order_by("seq").values_list("seq", flat=True)[0]


type Act = Callable[[Room, User, User], object]
SOON = timezone.now() + timedelta(days=30)
ACTS: dict[str, tuple[str, Act]] = {
    "delete": ("message.delete", lambda room, by, user: messages.delete_message(
        membership=seat(by, room), seq=said(room))),
    "mute": ("mute", lambda room, by, user: moderation.mute_user(actor=by, user=user, room=room, reason="x")),
    "ban": ("ban", lambda room, by, user: moderation.ban_user(actor=by, user=user, room=room, reason="x")),
    "remove": ("member.remove", lambda room, by, user: members.remove_member(membership=seat(by, room), user=user)),
    "role": ("member.role", lambda room, by, user: members.set_role(
        membership=seat(by, room), user=user, role="moderator", is_quiet=True)),
    "lock": ("room.lock", lambda room, by, user: rooms.lock_room(membership=seat(by, room), reason="x", until=SOON)),
    "archive": ("room.archive", lambda room, by, user: rooms.archive_room(membership=seat(by, room))),
    "slow": ("room.update", lambda room, by, user: rooms.update_room(
        membership=seat(by, room), slow_mode_seconds=30, topic="Calm")),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
def test_all_is_as_it_was(cellar: Room, alice: User, bob: User, name: str) -> None:
    action, act = ACTS[name]
    rooms.update_room(membership=seat(alice, cellar), topic="Wild", inviting="everyone", history_for_newcomers=False)
    moderation.mute_user(actor=alice, user=bob, room=cellar, reason="an earlier one", until=SOON)
    moderation.lift_sanction(actor=alice, sanction=Sanction.objects.get())
    post(bob, cellar, "hello *all*")
    messages.set_pin(membership=seat(alice, cellar), seq=said(cellar), on=True)
    moderation.mute_user(actor=alice, user=bob, room=cellar, reason="an earlier one", until=SOON)
    create_invite(membership=seat(bob, cellar))
    members.set_room_settings(membership=seat(bob, cellar), notify="mentions", is_favourite=True)
    members.order_rooms(user=bob, rooms=[cellar])
    before = facts(cellar)
    act(cellar, alice, bob)
    assert facts(cellar) != before
    entry = newest(action)
    undone = undo(alice, entry)
    assert facts(cellar) == before
    assert (undone.undoes, undone.reason, undone.user) == (entry, "sorry", entry.user)
    with pytest.raises(Conflict):
        undo(alice, entry)
    assert facts(cellar) == before


def test_an_unlocked_room_is_locked_again_as_it_was(lobby: Room, alice: User) -> None:
    rooms.lock_room(membership=seat(alice, lobby), reason="noise", until=SOON)
    before = facts(lobby)
    rooms.unlock_room(membership=seat(alice, lobby))
    undo(alice, newest("room.unlock"))
    assert facts(lobby) == before


def test_a_wish_to_join_waits_again(cellar: Room, alice: User, mallory: User) -> None:
    rooms.update_room(membership=seat(alice, cellar), is_listed=True)
    members.ask_to_join(user=mallory, room=cellar)
    moderation.ban_user(actor=alice, user=mallory, room=cellar, reason="x")
    undo(alice, newest("ban"))
    assert JoinRequest.objects.get().answer == "waiting"


@pytest.mark.parametrize("name", ["delete", "mute", "ban", "role", "lock", "archive", "slow"])
def test_what_has_changed_since_stays(lobby: Room, alice: User, bob: User, name: str) -> None:
    post(bob, lobby)
    action, act = ACTS[name]
    act(lobby, alice, bob)
    entry = newest(action)
    by_hand: dict[str, Callable[[], object]] = {
        "delete": lambda: messages.restore_message(membership=seat(alice, lobby), seq=1),
        "role": lambda: members.set_role(membership=seat(alice, lobby), user=bob, role="owner"),
        "lock": lambda: rooms.unlock_room(membership=seat(alice, lobby)),
        "archive": lambda: rooms.restore_room(membership=seat(alice, lobby)),
        "slow": lambda: rooms.update_room(membership=seat(alice, lobby), topic="Something else"),
    }
    by_hand.get(name, lambda: moderation.lift_sanction(actor=alice, sanction=Sanction.objects.get()))()
    before = facts(lobby)
    with pytest.raises(Conflict):
        undo(alice, entry)
    assert facts(lobby) == before
    assert not AuditEntry.objects.filter(action="undo").exists()


def test_one_who_came_back_by_themselves_keeps_the_new_seat(lobby: Room, alice: User, bob: User) -> None:
    post(bob, lobby)
    members.remove_member(membership=seat(alice, lobby), user=bob)
    members.join_room(user=bob, room=lobby)
    before = facts(lobby)
    undo(alice, newest("member.remove"))
    assert facts(lobby) == before


def test_ranks_hold_for_the_way_back_too(
    lobby: Room, alice: User, bob: User, carol: User, steward: User, boss: User
) -> None:
    post(bob, lobby)
    post(carol, lobby)
    messages.delete_message(membership=seat(alice, lobby), seq=2)
    moderation.mute_user(actor=alice, user=carol, room=lobby, reason="x")
    moderation.set_site_moderator(actor=boss, user=bob, is_moderator=True)
    refused: list[tuple[User, str, type[ChatError]]] = [
        (carol, "message.delete", Forbidden),
        (carol, "mute", Forbidden),
        (make_user(), "mute", NotFound),
        (alice, "user.moderator", NotFound),
        (steward, "user.moderator", Forbidden),
    ]
    for actor, action, error in refused:
        with pytest.raises(error):
            undo(actor, newest(action))
    undo(steward, newest("mute"))
    undo(boss, newest("user.moderator"))
    bob.refresh_from_db()
    assert not bob.is_staff
    with pytest.raises(Conflict):
        undo(boss, newest("undo"))


def test_a_decision_taken_back_opens_the_case_again(lobby: Room, alice: User, bob: User, carol: User) -> None:
    post(bob, lobby)
    case = moderation.report_message(membership=seat(alice, lobby), seq=1, kind="spam").report
    for outcome, action in (("removed", "message.delete"), ("dismissed", "report.resolve")):
        moderation.claim_report(actor=carol, report=case)
        moderation.resolve_report(actor=carol, report=case, outcome=outcome, reason="x")
        entry = newest(action)
        assert entry.report == case
        undo(carol, entry)
        case.refresh_from_db()
        assert (case.state, case.outcome, case.claimed_by) == ("open", "", None)
    moderation.resolve_report(actor=carol, report=case, outcome="removed", reason="x")
    with pytest.raises(Conflict, match="done"):
        undo(carol, newest("report.resolve"))


def test_a_case_that_waits_anew_stays_the_only_one(lobby: Room, alice: User, bob: User, carol: User) -> None:
    post(bob, lobby)
    case = moderation.report_message(membership=seat(alice, lobby), seq=1, kind="spam").report
    moderation.resolve_report(actor=carol, report=case, outcome="dismissed")
    other = moderation.report_message(membership=seat(alice, lobby), seq=1, kind="spam").report
    undo(carol, newest("report.resolve"))
    assert list(selectors.waiting(carol)) == [other]


def test_an_appeal_is_granted_by_taking_the_act_back(lobby: Room, alice: User, bob: User, carol: User) -> None:
    moderation.mute_user(actor=carol, user=bob, room=lobby, reason="x")
    case = moderation.appeal_act(user=bob, entry=newest("mute"), words="no")
    undo(carol, newest("mute"))
    case.refresh_from_db()
    assert (case.outcome, case.resolved_by) == ("granted", carol)


def test_the_log_is_for_those_who_moderate(lobby: Room, cellar: Room, alice: User, bob: User, steward: User) -> None:
    dave = make_user(username="dave")
    members.join_room(user=dave, room=lobby)
    moderation.mute_user(actor=alice, user=bob, room=lobby, reason="x")
    moderation.mute_user(actor=alice, user=bob, room=cellar, reason="x")
    moderation.mute_user(actor=steward, user=bob, reason="x")

    def mutes(user: User) -> int:
        return selectors.audit(user).filter(action="mute").count()

    members.set_role(membership=seat(alice, lobby), user=dave, role="moderator")
    assert [mutes(user) for user in (steward, alice, dave, bob)] == [3, 2, 1, 0]
    assert Report.objects.count() == 0
