"""The desk: cases to decide, and the audit log with the way back."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from chat import access, selectors
from chat.api.auth import Request
from chat.api.reporting import Outcome
from chat.api.shapes import NO_REASON, PAGE, Body, Moment, Person, Reason, Shape, next_page, sent
from chat.encoding import person
from chat.models import AuditEntry, Message, Report
from chat.protocol import timestamp
from chat.protocol.commands import Number, Text
from chat.services import moderation

router = Router(tags=["Moderation"])
AN_ACT: dict[str, Any] = {
    "id": 3, "action": "mute", "actor": {"id": 7, "username": "ines", "name": "Inés"},
    "user": {"id": 9, "username": "kit", "name": "Kit"}, "room": "lobby", "seq": None, "reason": "spam",
    "done_at": "2026-11-22T09:00:00.123Z", "before": {}, "after": {"until": None}, "case": 5, "undone_by": None,
    "can_undo": True,
}  # fmt: skip


class Said(Shape):
    """A message as moderators read it: of a deleted one what it said, while that is kept."""

    seq: int
    author: Person | None
    created_at: str
    body: str
    deleted: bool


class Complaint(Shape):
    user: Person
    kind: Literal["spam", "harassment", "personal", "other", "appeal"]
    words: str
    created_at: str


class Case(Shape):
    """About `message`, else about `user`; an appeal is against the act `appealed`, by its number in the audit log."""

    id: int
    state: Literal["open", "claimed", "resolved"]
    kind: Literal["spam", "harassment", "personal", "other", "appeal"]
    room: str | None
    message: Said | None
    user: Person | None
    appealed: int | None
    complaints: list[Complaint]
    opened_at: str
    claimed_by: Person | None
    outcome: Outcome | None
    reason: str
    resolved_by: Person | None
    resolved_at: str | None


class Cases(Shape):
    """The newest first; `next` is the address of the next page, null on the last."""

    cases: list[Case]
    next: str | None


class Waiting(Shape):
    waiting: int


class Record(Shape):
    """What moderation did to a person before and that was not taken back."""

    removals: int
    mutes: int
    bans: int


class CaseInFull(Case):
    """`around`: the message with those next to it; of a direct room itself alone."""

    around: list[Said]
    record: Record | None


class Decision(Body):
    """A mute or a ban holds in the room until `until`, null for good; `everywhere` on the whole site. The person reads
    the reason, which a dismissal alone does without."""

    outcome: Outcome
    reason: Annotated[Text, Field(description="At most 200 characters.", examples=["Advertising"])] = ""
    until: Moment | None = None
    removes_message: bool = False
    everywhere: bool = False


class LogEntry(Shape):
    """An act of moderation; what `before` and `after` hold depends on the act. `case`: what it decided."""

    id: int
    action: str
    actor: Person | None
    user: Person | None
    room: str | None
    seq: int | None
    reason: str
    done_at: str
    before: dict[str, Any]
    after: dict[str, Any]
    case: int | None
    undone_by: Person | None
    can_undo: bool

    model_config = ConfigDict(json_schema_extra={"example": AN_ACT})


class AuditLog(Shape):
    """The newest first; `next` is the address of the next page, null on the last."""

    entries: list[LogEntry]
    next: str | None


@router.get("/reports", response=Cases, summary="Cases that I may decide")
def list_cases(
    request: Request, state: Literal["open", "mine", "resolved"] = "open", cursor: Number | None = None
) -> HttpResponse:
    """Of the rooms that I moderate; for site moderators all. `mine`: those that I claimed."""
    access.moderate_somewhere(request.auth)
    found = selectors.described_cases(selectors.queue(request.auth, state))
    rows = list((found.filter(pk__lt=cursor) if cursor is not None else found)[: PAGE + 1])
    more = next_page(request, rows[PAGE - 1].pk) if len(rows) > PAGE else None
    return sent({"cases": [_case(row) for row in rows[:PAGE]], "next": more})


@router.get("/reports/waiting", response=Waiting, summary="How many cases wait for me")
def count_cases(request: Request) -> HttpResponse:
    return sent({"waiting": selectors.waiting(request.auth).count()})


@router.get("/reports/{number}", response=CaseInFull, summary="A case with what stands around")
def read_case(request: Request, number: Number) -> HttpResponse:
    report = access.find_report(request.auth, number)
    more = {
        "around": [_said(row) for row in selectors.around(report)],
        "record": report.user and selectors.record(report.user),
    }
    return sent(_case(report) | more)


@router.post("/reports/{number}/claim", response=Case, summary="Say that I am at it")
def claim(request: Request, number: Number) -> HttpResponse:
    """For half an hour nobody else decides it."""
    moderation.claim_report(actor=request.auth, report=access.find_report(request.auth, number))
    return sent(_case(access.find_report(request.auth, number)))


@router.delete("/reports/{number}/claim", response=Case, summary="Leave a case to others")
def release(request: Request, number: Number) -> HttpResponse:
    moderation.release_report(actor=request.auth, report=access.find_report(request.auth, number))
    return sent(_case(access.find_report(request.auth, number)))


@router.post("/reports/{number}/resolve", response=Case, summary="Decide a case")
def resolve(request: Request, number: Number, decision: Decision) -> HttpResponse:
    """`removed`, `muted`, `banned` or `dismissed`; an appeal is `granted` or `dismissed`. Who reported is told."""
    moderation.resolve_report(
        actor=request.auth,
        report=access.find_report(request.auth, number),
        outcome=decision.outcome,
        reason=decision.reason,
        until=decision.until,  # type: ignore[arg-type]
        removes_message=decision.removes_message,
        everywhere=decision.everywhere,
    )
    return sent(_case(access.find_report(request.auth, number)))


@router.get("/audit", response=AuditLog, summary="What moderators did")
def list_entries(request: Request, cursor: Number | None = None) -> HttpResponse:
    """In the rooms that I moderate; for site moderators all."""
    access.moderate_somewhere(request.auth)
    found = selectors.audit(request.auth)
    rows = list((found.filter(pk__lt=cursor) if cursor is not None else found)[: PAGE + 1])
    more = next_page(request, rows[PAGE - 1].pk) if len(rows) > PAGE else None
    return sent({"entries": [_entry(row) for row in rows[:PAGE]], "next": more})


@router.post("/audit/{number}/undo", response=LogEntry, summary="Take an act back")
def undo(request: Request, number: Number, why: Reason = NO_REASON) -> HttpResponse:
    """Exactly what it changed, as long as that has not changed since; a case that it decided waits again."""
    entry = access.find_entry(request.auth, number)
    moderation.undo_act(actor=request.auth, entry=entry, reason=why.reason)
    return sent(_entry(access.find_entry(request.auth, number)))


def _said(row: Message) -> dict[str, Any]:
    kept = getattr(row, "removed_text", None) if row.is_deleted else None
    return {
        "seq": row.seq,
        "author": row.author and person(row.author),
        "created_at": timestamp(row.created_at),
        "body": kept.body if kept else row.body,
        "deleted": row.is_deleted,
    }


def _case(row: Report) -> dict[str, Any]:
    said = row.complaints.all()
    return {
        "id": row.pk,
        "state": row.state,
        "kind": row.kind,
        "room": row.room and row.room.slug,
        "message": row.message and _said(row.message),
        "user": row.user and person(row.user),
        "appealed": row.appealed_id,
        "complaints": [
            {"user": person(one.user), "kind": one.kind, "words": one.words, "created_at": timestamp(one.created_at)}
            for one in said
        ],
        "opened_at": timestamp(row.opened_at),
        "claimed_by": person(row.claimed_by) if row.claimed_by and row.is_claimed else None,
        "outcome": row.outcome or None,
        "reason": row.reason,
        "resolved_by": row.resolved_by and person(row.resolved_by),
        "resolved_at": row.resolved_at and timestamp(row.resolved_at),
    }


def _entry(row: AuditEntry) -> dict[str, Any]:
    undone = getattr(row, "undone", None)
    return {
        "id": row.pk,
        "action": row.action,
        "actor": row.actor and person(row.actor),
        "user": row.user and person(row.user),
        "room": row.room and row.room.slug,
        "seq": row.seq,
        "reason": row.reason,
        "done_at": timestamp(row.created_at),
        "before": row.before,
        "after": row.after,
        "case": row.report_id,
        "undone_by": person(undone.actor) if undone and undone.actor else None,
        "can_undo": moderation.can_undo(row),
    }
