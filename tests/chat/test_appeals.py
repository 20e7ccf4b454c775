"""Appeals: cases about what moderators did, for somebody else to decide."""

import pytest

from accounts.models import User
from chat import access, selectors
from chat.errors import BadRequest, Empty, Muted, NotFound
from chat.models import AuditEntry, Complaint, Room
from chat.services import moderation
from tests.chat.announcements import Announced
from tests.chat.cases import decide, sees
from tests.factories import post


def muted(actor: User, user: User, room: Room) -> AuditEntry:
    moderation.mute_user(actor=actor, user=user, reason="noise", room=room)
    return AuditEntry.objects.filter(action="mute").latest("pk")


def test_an_appeal_is_a_case_for_somebody_else(
    lobby: Room, alice: User, bob: User, carol: User, announced: Announced
) -> None:
    act = muted(carol, bob, lobby)
    assert list(selectors.acts_against(bob)) == [act]
    case = moderation.appeal_act(user=bob, entry=act, words=" I was quoting. ")
    assert moderation.appeal_act(user=bob, entry=act, words="again") == case
    assert (case.appealed, case.room, case.complaints.get().words) == (act, lobby, "I was quoting.")
    assert sees(alice, case)
    assert not sees(carol, case), "who did it does not decide"
    with pytest.raises(BadRequest):
        decide(alice, case, "muted")
    announced(lambda: decide(alice, case, "granted", reason="fair"))
    assert [frame["code"] for frame in announced.frames_to(bob) if frame["type"] == "notice"] == ["unmuted", "decided"]
    post(bob, lobby)
    assert not selectors.acts_against(bob).exists()


def test_an_appeal_that_is_dismissed_is_the_last(lobby: Room, alice: User, bob: User, carol: User) -> None:
    act = muted(carol, bob, lobby)
    case = moderation.appeal_act(user=bob, entry=act, words="no")
    decide(alice, case, "dismissed", reason="")
    assert moderation.appeal_act(user=bob, entry=act, words="please") == case
    with pytest.raises(Muted):
        post(bob, lobby)


def test_what_can_be_appealed(lobby: Room, alice: User, bob: User, carol: User, mallory: User) -> None:
    act = muted(carol, bob, lobby)
    for user, words, error in ((bob, " ", Empty), (mallory, "x", NotFound), (alice, "x", NotFound)):
        with pytest.raises(error):
            moderation.appeal_act(user=user, entry=act, words=words)
    for entry in AuditEntry.objects.exclude(pk=act.pk):
        with pytest.raises(NotFound):
            moderation.appeal_act(user=bob, entry=entry, words="x")
    assert not Complaint.objects.exists()


def test_an_appeal_against_the_owner_of_the_site_is_theirs(lobby: Room, bob: User, boss: User, steward: User) -> None:
    moderation.ban_user(actor=boss, user=bob, reason="x")
    case = moderation.appeal_act(user=bob, entry=selectors.acts_against(bob).get(), words="why?")
    assert sees(boss, case)
    assert sees(steward, case)
    decide(boss, case, "granted")
    access.admit(bob)
