"""Reporting a message or a person, what came of it, and appealing against what was done to oneself."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from chat import access, selectors
from chat.api.auth import Request
from chat.api.shapes import PAGE, Body, Person, Seq, Shape, Slug, Username, next_page, sent
from chat.encoding import person
from chat.models import AuditEntry, Complaint
from chat.protocol import timestamp
from chat.protocol.commands import Number, Text
from chat.services import moderation

router = Router(tags=["Moderation"])
Words = Annotated[Text, Field(description="At most 500 characters.")]
Kind = Annotated[Literal["spam", "harassment", "personal", "other"], Field(examples=["spam"])]
Outcome = Literal["removed", "muted", "banned", "dismissed", "granted"]


class MessageReport(Body):
    """`other` needs words."""

    kind: Kind
    words: Words = ""


class PersonReport(Body):
    """To the moderators of `room`, which I can read, or without one to those of the site."""

    kind: Kind
    words: Annotated[Words, Field(examples=["Writes to everyone about his shop."])]
    room: Slug | None = None


class MyReport(Shape):
    """`seq` is null where it is about a person. `outcome` is null until somebody decides."""

    id: int
    kind: Literal["spam", "harassment", "personal", "other"]
    words: str
    room: str | None
    seq: int | None
    user: Person | None
    reported_at: str
    outcome: Outcome | None


class MyReports(Shape):
    """The newest first; `next` is the address of the next page, null on the last."""

    reports: list[MyReport]
    next: str | None


class MyAct(Shape):
    """What moderation did to me, of late. `appeal` is how my appeal stands; null without one."""

    id: int
    action: Literal["message.delete", "mute", "ban", "member.remove"]
    room: str | None
    seq: int | None
    reason: str
    done_at: str
    until: str | None
    appeal: Literal["open", "granted", "dismissed"] | None


class MyActs(Shape):
    """The newest first."""

    acts: list[MyAct]


class Appeal(Body):
    words: Annotated[Words, Field(examples=["I was quoting somebody."])]


@router.post("/rooms/{slug}/messages/{seq}/report", response={201: MyReport}, summary="Report a message")
def report_message(request: Request, slug: Slug, seq: Seq, report: MessageReport) -> HttpResponse:
    """Its author is not told, neither that nor by whom. A second time changes nothing."""
    membership = access.read_room(request.auth, slug)
    made = moderation.report_message(membership=membership, seq=seq, kind=report.kind, words=report.words)
    return sent(_mine(made), 201)


@router.post("/people/{username}/report", response={201: MyReport}, summary="Report a person")
def report_person(request: Request, username: Username, report: PersonReport) -> HttpResponse:
    """They are not told, neither that nor by whom. A second time changes nothing."""
    room = access.read_room(request.auth, report.room).room if report.room else None
    found = access.find_person(username)
    made = moderation.report_person(user=request.auth, person=found, kind=report.kind, words=report.words, room=room)
    return sent(_mine(made), 201)


@router.get("/me/reports", response=MyReports, summary="What I reported, and what came of it")
def my_reports(request: Request, cursor: Number | None = None) -> HttpResponse:
    found = selectors.complaints_by(request.auth)
    rows = list((found.filter(pk__lt=cursor) if cursor is not None else found)[: PAGE + 1])
    more = next_page(request, rows[PAGE - 1].pk) if len(rows) > PAGE else None
    return sent({"reports": [_mine(row) for row in rows[:PAGE]], "next": more})


@router.get("/me/acts", response=MyActs, summary="What moderation did to me")
def my_acts(request: Request) -> HttpResponse:
    """In the last thirty days, but what was taken back; the first two hundred."""
    return sent({"acts": [_act(row) for row in selectors.acts_against(request.auth)[: 4 * PAGE]]})


@router.post("/me/acts/{number}/appeal", response={201: MyAct}, summary="Appeal against it")
def appeal(request: Request, number: Number, new: Appeal) -> HttpResponse:
    """Once; somebody else than who did it decides."""
    entry = access.find_act_against(request.auth, number)
    moderation.appeal_act(user=request.auth, entry=entry, words=new.words)
    return sent(_act(access.find_act_against(request.auth, number)), 201)


def _mine(row: Complaint) -> dict[str, Any]:
    report = row.report
    return {
        "id": row.pk,
        "kind": row.kind,
        "words": row.words,
        "room": report.room and report.room.slug,
        "seq": report.message and report.message.seq,
        "user": report.user and person(report.user),
        "reported_at": timestamp(row.created_at),
        "outcome": report.outcome or None,
    }


def _act(row: AuditEntry) -> dict[str, Any]:
    case = getattr(row, "appeal", None)
    return {
        "id": row.pk,
        "action": row.action,
        "room": row.room and row.room.slug,
        "seq": row.seq,
        "reason": row.reason,
        "done_at": timestamp(row.created_at),
        "until": row.after.get("until"),
        "appeal": case and (case.outcome or "open"),
    }
