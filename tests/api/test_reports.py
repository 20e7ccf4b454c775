"""Cases by REST: who reports and appeals, who decides, and the audit log."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat.api.desk import CaseInFull, LogEntry
from chat.api.reporting import MyAct, MyReport
from chat.models import AuditEntry, Message, Report, Room
from chat.services import members, moderation
from tests.api.caller import Caller
from tests.factories import make_moderator, make_room, make_user, post, seat

pytestmark = pytest.mark.django_db

AT = "/rooms/lobby/messages/1/report"


@pytest.fixture
def case(lobby: Room, bob: User, mallory: User) -> Report:
    """bob wrote message 1 in the lobby, mallory reported it."""
    post(bob, lobby, "buy now")
    key = members.join_room(user=mallory, room=lobby, is_quiet=True)
    return moderation.report_message(membership=key, seq=1, kind="spam", words="again").report


def test_report_claim_decide_undo(lobby: Room, bob: User, carol: User, mallory: User) -> None:
    post(bob, lobby, "buy now")
    reporter, moderator = Caller(mallory), Caller(carol)
    made = reporter.post(AT, {"kind": "spam", "words": "again"})
    assert made.status == 201
    assert made.json.keys() == MyReport.model_fields.keys()
    assert reporter.post(AT, {"kind": "other", "words": "x"}).json == made.json, "the second changes nothing"
    (listed,) = moderator.get("/reports").json["cases"]
    at = f"/reports/{listed['id']}"
    full = moderator.get(at).json
    assert full.keys() == CaseInFull.model_fields.keys()
    assert (full["kind"], full["message"]["body"], full["user"]["username"]) == ("spam", "buy now", "bob")
    assert [(one["user"]["username"], one["words"]) for one in full["complaints"]] == [("mallory", "again")]
    assert full["around"] == [full["message"]]
    assert full["record"] == {"removals": 0, "mutes": 0, "bans": 0}
    assert moderator.post(f"{at}/claim").json["state"] == "claimed"
    assert [one["id"] for one in moderator.get("/reports?state=mine").json["cases"]] == [listed["id"]]
    assert moderator.delete(f"{at}/claim").json["claimed_by"] is None
    decided = moderator.post(f"{at}/resolve", {"outcome": "removed", "reason": "spam"})
    assert (decided.json["outcome"], decided.json["resolved_by"]["username"]) == ("removed", "carol")
    assert decided.json["message"] == full["message"] | {"deleted": True}, "kept for those who decide"
    assert moderator.get("/reports").json["cases"] == []
    assert moderator.get("/reports?state=resolved").json["cases"] == [decided.json]
    assert reporter.get("/me/reports").json["reports"] == [made.json | {"outcome": "removed"}]
    entries = moderator.get("/audit").json["entries"]
    assert all(entry.keys() == LogEntry.model_fields.keys() for entry in entries)
    (act,) = (entry for entry in entries if entry["action"] == "message.delete")
    assert (act["can_undo"], act["case"]) == (True, listed["id"])
    undone = moderator.post(f"/audit/{act['id']}/undo", {"reason": "sorry"})
    assert (undone.json["can_undo"], undone.json["undone_by"]["username"]) == (False, "carol")
    assert not Message.objects.get().is_deleted
    assert moderator.post(f"/audit/{act['id']}/undo").code == "conflict"
    assert moderator.get(at).json["state"] == "open"


def test_a_person_is_reported(lobby: Room, bob: User, carol: User, mallory: User, steward: User) -> None:
    body = {"kind": "harassment", "words": "rude"}
    to_room = Caller(mallory).post("/people/BOB/report", body | {"room": "lobby"}).json
    to_site = Caller(mallory).post("/people/bob/report", body).json
    assert (to_room["room"], to_site["room"], to_site["seq"]) == ("lobby", None, None)
    assert len(Caller(carol).get("/reports").json["cases"]) == 1
    assert len(Caller(steward).get("/reports").json["cases"]) == 2
    for path, change, code in (
        ("/people/nobody/report", {}, "not_found"),
        ("/people/bob/report", {"room": "nowhere"}, "not_found"),
        ("/people/bob/report", {"words": ""}, "empty"),
        ("/people/bob/report", {"words": "x" * 501}, "too_long"),
        ("/people/bob/report", {"kind": "appeal"}, "bad_request"),
        ("/people/mallory/report", {}, "forbidden"),
    ):
        assert Caller(mallory).post(path, body | change).code == code


def test_an_appeal(lobby: Room, alice: User, bob: User, carol: User) -> None:
    moderation.mute_user(actor=carol, user=bob, reason="noise", room=lobby)
    (act,) = Caller(bob).get("/me/acts").json["acts"]
    assert act.keys() == MyAct.model_fields.keys()
    assert (act["action"], act["reason"], act["appeal"]) == ("mute", "noise", None)
    at = f"/me/acts/{act['id']}/appeal"
    assert Caller(alice).post(at, {"words": "mine?"}).code == "not_found"
    assert Caller(bob).post(at, {"words": " "}).code == "empty"
    made = Caller(bob).post(at, {"words": "I was quoting."})
    assert (made.status, made.json["appeal"]) == (201, "open")
    (case,) = Caller(alice).get("/reports").json["cases"]
    assert (case["kind"], case["appealed"]) == ("appeal", act["id"])
    assert Caller(carol).get("/reports").json["cases"] == []
    Caller(alice).post(f"/reports/{case['id']}/resolve", {"outcome": "granted", "reason": "fair"})
    assert Caller(bob).get("/me/acts").json["acts"] == []


# Of each kind of person, what each operation on a case of the lobby, and on its audit log, answers.
OPERATIONS: dict[str, tuple[str, str, Any]] = {
    "cases": ("GET", "/reports", None),
    "case": ("GET", "/reports/{case}", None),
    "claim": ("POST", "/reports/{case}/claim", None),
    "release": ("DELETE", "/reports/{case}/claim", None),
    "resolve": ("POST", "/reports/{case}/resolve", {"outcome": "muted", "reason": "x"}),
    "audit": ("GET", "/audit", None),
    "undo": ("POST", "/audit/{entry}/undo", None),
}
OK = dict.fromkeys(OPERATIONS, "200")
ELSEWHERE = dict.fromkeys(OPERATIONS, "not_found") | {"cases": "200", "audit": "200"}
MEMBER = ELSEWHERE | {"cases": "forbidden", "audit": "forbidden"}
PEOPLE = {
    "alice": OK, "carol": OK, "steward": OK, "boss": OK, "bob": MEMBER, "mallory": MEMBER, "elsewhere": ELSEWHERE,
    "banned": dict.fromkeys(OPERATIONS, "banned"), "nobody": dict.fromkeys(OPERATIONS, "unauthorized"),
}  # fmt: skip


@pytest.mark.parametrize("name", PEOPLE)
def test_the_desk_is_for_those_above(
    case: Report, lobby: Room, carol: User, mallory: User, steward: User, name: str, boss: User
) -> None:
    make_room(make_user(username="elsewhere"), "Elsewhere")
    moderation.mute_user(actor=boss, user=mallory, reason="x", room=lobby)
    entry = AuditEntry.objects.latest("pk")
    moderation.ban_user(actor=boss, user=make_user(username="banned"), reason="x")
    caller = Caller(None if name == "nobody" else User.objects.get(username=name))
    answers = {
        operation: caller.call(method, path.format(case=case.pk, entry=entry.pk), body).code
        for operation, (method, path, body) in OPERATIONS.items()
    }
    assert answers == PEOPLE[name]


def test_a_moderator_never_learns_of_cases_about_them(lobby: Room, alice: User, bob: User, carol: User) -> None:
    post(carol, lobby)
    case = moderation.report_message(membership=seat(bob, lobby), seq=1, kind="spam").report
    moderation.claim_report(actor=alice, report=case)
    moderation.resolve_report(actor=alice, report=case, outcome="dismissed")
    make_moderator(bob, lobby, alice)
    for moderator in (carol, bob):
        actions = [entry["action"] for entry in Caller(moderator).get("/audit").json["entries"]]
        assert "member.role" in actions
        assert not [action for action in actions if action.startswith("report.")]
    assert "report.resolve" in [entry["action"] for entry in Caller(alice).get("/audit").json["entries"]]


def test_pages_and_queries(
    lobby: Room, alice: User, bob: User, carol: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(60):
        reporter = make_user()
        members.join_room(user=reporter, room=lobby, is_quiet=True)
        seq = post(bob, lobby, f"{n}").seq
        moderation.report_message(membership=seat(reporter, lobby), seq=seq, kind="spam")
    caller = Caller(carol)
    with django_assert_max_num_queries(8):
        first = caller.get("/reports").json
    second = caller.get(first["next"]).json
    ids = [one["id"] for one in first["cases"] + second["cases"]]
    assert (len(first["cases"]), second["next"], ids) == (50, None, sorted(ids, reverse=True))
    assert len(set(ids)) == 60
