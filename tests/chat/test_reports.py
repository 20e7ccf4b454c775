"""Cases: who opens them, who may decide them, and what a decision does."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from chat import selectors
from chat.errors import BadRequest, ChatError, Conflict, Empty, Forbidden, NotFound, RateLimited, TooLong
from chat.models import AuditEntry, Membership, Message, Report, Room, Sanction
from chat.services import members, messages, moderation, rooms
from chat.services.moderation.reporting import OPEN_MOST, WORDS_LENGTH
from tests.chat.announcements import Announced
from tests.chat.cases import decide, report, sees
from tests.factories import make_moderator, make_user, post, seat

# ---------- reporting


def test_several_reports_of_a_message_are_one_case(lobby: Room, bob: User, alice: User, mallory: User) -> None:
    post(bob, lobby, "buy now")
    case = report(alice, lobby, kind="spam")
    assert report(mallory, lobby, kind="harassment", words=" see above ") == case, "who looks in reports, too"
    assert report(alice, lobby, words="again") == case
    said = case.complaints.values_list("user__username", "kind", "words")
    assert list(said) == [("alice", "spam", ""), ("mallory", "harassment", "see above")]
    assert (case.user, case.state) == (bob, "open")


def test_the_moderators_hear_of_it_and_the_reported_does_not(
    lobby: Room, alice: User, bob: User, carol: User, steward: User, mallory: User, announced: Announced
) -> None:
    post(bob, lobby)
    announced(lambda: report(mallory, lobby))
    (event,) = announced.events
    assert sorted(event["users"]) == sorted([alice.pk, carol.pk, steward.pk])


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"kind": "boring"}, BadRequest),
        ({"kind": "appeal", "words": " "}, BadRequest),
        ({"kind": "other"}, Empty),
        ({"kind": "other", "words": " \u200b"}, Empty),
        ({"words": "x" * (WORDS_LENGTH + 1)}, TooLong),
        ({"seq": 9}, NotFound),
        ({"seq": 2}, Conflict),
        ({"seq": 3}, Forbidden),
        ({"seq": 4}, Forbidden),
    ],
)
def test_wrong_reports(lobby: Room, alice: User, bob: User, fields: dict[str, Any], error: type[ChatError]) -> None:
    for _ in range(2):
        post(alice, lobby)
    post(bob, lobby)
    messages.delete_message(membership=seat(alice, lobby), seq=2)
    rooms.update_room(membership=seat(alice, lobby), topic="a system line")
    with pytest.raises(error):
        report(bob, lobby, **fields)
    assert not Report.objects.exists()


def test_so_many_at_once(lobby: Room, alice: User, bob: User, carol: User, boss: User) -> None:
    for n in range(OPEN_MOST + 1):
        post(alice, lobby, f"{n}")
    cases = [report(bob, lobby, seq=n + 1) for n in range(OPEN_MOST)]
    assert report(bob, lobby, seq=1) == cases[0], "what changes nothing costs nothing"
    with pytest.raises(RateLimited):
        report(bob, lobby, seq=OPEN_MOST + 1)
    with pytest.raises(RateLimited):
        moderation.report_person(user=bob, person=carol, kind="spam", words="x")
    decide(boss, cases[0], "dismissed")
    assert report(bob, lobby, seq=OPEN_MOST + 1)


def test_people_are_reported_to_a_room_or_to_the_site(
    lobby: Room, alice: User, bob: User, mallory: User, boss: User
) -> None:
    def about(person: User, room: Room | None, by: User = bob, words: str = "rude") -> Report:
        return moderation.report_person(user=by, person=person, kind="harassment", words=words, room=room).report

    direct = rooms.open_direct_room(user=bob, people=[mallory]).room
    assert about(mallory, lobby) == about(mallory, lobby, alice) != about(mallory, None)
    assert about(mallory, None) == about(mallory, direct), "nobody moderates a conversation of two but the site"
    for person, words, error in ((bob, "x", Forbidden), (boss, "x", Forbidden), (alice, "", Empty)):
        with pytest.raises(error):
            about(person, None, words=words)


# ---------- who may decide


def test_cases_are_for_those_above(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User, steward: User, boss: User
) -> None:
    members.join_room(user=mallory, room=lobby, is_quiet=True)
    dave, erin = make_user(username="dave"), make_user(username="erin", is_staff=True)
    for person in (dave, erin):
        members.join_room(user=person, room=lobby, is_quiet=True)
    make_moderator(dave, lobby, alice)
    everyone = {"alice": alice, "carol": carol, "dave": dave, "mallory": mallory, "steward": steward, "boss": boss}
    for author, expected in (
        (bob, {"alice", "carol", "dave", "steward", "boss"}),
        (carol, {"alice", "steward", "boss"}),
        (alice, {"steward", "boss"}),
        (erin, {"boss"}),
    ):
        case = report(mallory, lobby, seq=post(author, lobby).seq)
        assert {name for name, user in everyone.items() if sees(user, case)} == expected, author
        for name, user in everyone.items():
            if name not in expected:
                with pytest.raises(NotFound):
                    decide(user, case, "dismissed")
                with pytest.raises(NotFound):
                    moderation.claim_report(actor=user, report=case)


def test_a_case_of_a_conversation_shows_the_site_one_message(
    alice: User, bob: User, steward: User, mallory: User
) -> None:
    room = rooms.open_direct_room(user=bob, people=[alice]).room
    for text in ("before", "rude", "after"):
        post(alice, room, text)
    case = report(bob, room, seq=2)
    assert not sees(alice, case)
    assert [row.body for row in selectors.around(case)] == ["rude"]
    decide(steward, case, "muted", removes_message=True)
    assert Message.objects.get(room=room, seq=2).is_deleted
    assert Sanction.objects.standing().get().room is None, "a mute on the site: such a room has no moderators"


def test_context_is_what_stands_around(lobby: Room, alice: User, bob: User, mallory: User) -> None:
    for n in range(7):
        post(bob, lobby, f"{n + 1}")
    messages.delete_message(membership=seat(bob, lobby), seq=5)
    case = report(mallory, lobby, seq=4)
    assert [row.body for row in selectors.around(case)] == ["2", "3", "4", "6", "7"]


# ---------- deciding


def test_a_claim_keeps_others_away_for_a_while(lobby: Room, alice: User, bob: User, carol: User) -> None:
    post(bob, lobby)
    case = report(alice, lobby)
    assert moderation.claim_report(actor=carol, report=case).state == "claimed"
    moderation.claim_report(actor=carol, report=case)
    for act in (moderation.claim_report, moderation.release_report):
        with pytest.raises(Conflict, match="Carol"):
            act(actor=alice, report=case)
    with pytest.raises(Conflict, match="Carol"):
        decide(alice, case, "removed")
    moderation.release_report(actor=carol, report=case)
    moderation.claim_report(actor=carol, report=case)
    Report.objects.update(claimed_at=timezone.now() - timedelta(hours=1))
    assert decide(alice, case, "removed").resolved_by == alice
    with pytest.raises(Conflict, match="Alice"):
        moderation.claim_report(actor=carol, report=case)


@pytest.mark.parametrize("outcome", ["removed", "muted", "banned", "dismissed"])
def test_a_decision_is_done_written_down_and_told(
    lobby: Room, alice: User, bob: User, carol: User, announced: Announced, outcome: str
) -> None:
    post(bob, lobby)
    case = report(alice, lobby)
    until = timezone.now() + timedelta(days=1)
    done = announced(lambda: decide(carol, case, outcome, until=until))
    assert (done.state, done.outcome, done.resolved_by, done.reason) == ("resolved", outcome, carol, "spam")
    assert Message.objects.get().is_deleted is (outcome == "removed")
    kinds = {"muted": "mute", "banned": "ban"}
    assert [(one.kind, one.ends_at) for one in Sanction.objects.all()] == (
        [(kinds[outcome], until)] if outcome in kinds else []
    )
    entry = AuditEntry.objects.get(action="report.resolve")
    assert (entry.actor, entry.user, entry.room, entry.seq, entry.report) == (carol, bob, lobby, 1, case)
    assert entry.after == {"outcome": outcome, "reports": 1}
    acts = AuditEntry.objects.filter(report=case).exclude(pk=entry.pk)
    assert [act.action for act in acts] == {"removed": ["message.delete"], "dismissed": []}.get(
        outcome, [kinds.get(outcome)]
    )
    (notice,) = (frame for frame in announced.frames_to(alice) if frame["type"] == "notice")
    assert notice["code"] == "decided"
    assert "decided" not in {frame.get("code") for frame in announced.frames_to(bob)}
    assert selectors.complaints_by(alice).get().report.outcome == outcome
    entries = AuditEntry.objects.count()
    decide(carol, case, outcome)
    assert AuditEntry.objects.count() == entries, "again changes nothing"
    with pytest.raises(Conflict, match="Carol"):
        decide(alice, case, outcome)


def test_a_ban_that_takes_the_message_along(lobby: Room, alice: User, bob: User, carol: User) -> None:
    post(bob, lobby)
    decide(carol, report(alice, lobby), "banned", removes_message=True)
    assert Message.objects.get().delete_reason == "spam"
    assert not Membership.objects.filter(user=bob, room=lobby).exists()


def test_wrong_decisions(lobby: Room, alice: User, bob: User, carol: User, steward: User) -> None:
    post(bob, lobby)
    case = report(alice, lobby)
    for outcome, fields, error in (
        ("granted", {}, BadRequest),
        ("burned", {}, BadRequest),
        ("removed", {"reason": " "}, BadRequest),
        ("dismissed", {"reason": "x" * 201}, TooLong),
        ("banned", {"everywhere": True}, Forbidden),
        ("muted", {"until": timezone.now() - timedelta(hours=1)}, BadRequest),
    ):
        with pytest.raises(error):
            decide(carol, case, outcome, **fields)
    assert not AuditEntry.objects.filter(action="report.resolve").exists()
    person = moderation.report_person(user=bob, person=alice, kind="spam", words="x").report
    with pytest.raises(Conflict):
        decide(steward, person, "removed")
    assert decide(steward, case, "banned", everywhere=True)
    assert Sanction.objects.standing().get().room is None


def test_a_message_that_is_deleted_meanwhile(lobby: Room, alice: User, bob: User, carol: User) -> None:
    post(bob, lobby, "rude")
    case = report(alice, lobby)
    messages.delete_message(membership=seat(bob, lobby), seq=1)
    (shown,) = selectors.around(selectors.described_cases(selectors.cases(carol)).get())
    assert shown.removed_text.body == "rude", "those who decide still read it"
    assert decide(carol, case, "removed").outcome == "removed"
    assert Message.objects.get().deleted_by == bob


def test_a_room_that_is_deleted_meanwhile(lobby: Room, alice: User, bob: User, carol: User, steward: User) -> None:
    post(bob, lobby)
    case = report(alice, lobby)
    rooms.delete_room(membership=seat(alice, lobby), confirmation="lobby")
    for actor in (carol, steward):
        with pytest.raises(NotFound):
            decide(actor, case, "dismissed")
        assert not sees(actor, case)
