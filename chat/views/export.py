"""The audit log as a table for spreadsheets, sent as it is read, however long it is."""

import csv
import io
import json
from collections.abc import AsyncIterator, Iterable
from typing import cast

from asgiref.sync import sync_to_async
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from chat import access, selectors
from chat.models import AuditEntry
from chat.protocol import timestamp
from chat.views.shell import chat_page, me

AT_ONCE = 1000
TITLES = ("time", "act", "by", "person", "room", "message", "reason", "before", "after", "taken back", "taken back by")
# With these a cell begins that a spreadsheet would work out.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@chat_page
def audit_log(request: HttpRequest) -> HttpResponse:
    """What the person may know of the log."""
    access.moderate_somewhere(me(request))
    return cast("HttpResponse", audit_table(selectors.audit(me(request))))


def audit_table(found: QuerySet[AuditEntry]) -> StreamingHttpResponse:
    """These entries as CSV in UTF-8, the newest first. What a person wrote is never a formula in it."""
    answer = StreamingHttpResponse(_parts(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audit-log-{timezone.now():%Y-%m-%d}.csv"'
    return answer


async def _parts(found: QuerySet[AuditEntry]) -> AsyncIterator[str]:
    """A statement for each thousand rows, so that none takes long and none holds a connection."""
    yield "\ufeff" + _lines([TITLES])  # the mark by which Excel knows UTF-8
    before = None
    while rows := await sync_to_async(_page)(found, before):
        yield _lines(map(_cells, rows))
        before = rows[-1].pk


def _page(found: QuerySet[AuditEntry], before: int | None) -> list[AuditEntry]:
    rows = found.select_related("actor", "user", "room", "undone__actor").order_by("-pk")
    return list((rows if before is None else rows.filter(pk__lt=before))[:AT_ONCE])


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    undone = getattr(entry, "undone", None)
    return (
        timestamp(entry.created_at),
        entry.action,
        _name(entry.actor),
        _name(entry.user),
        entry.room.slug if entry.room else "",
        "" if entry.seq is None else str(entry.seq),
        entry.reason,
        _facts(entry.before),
        _facts(entry.after),
        timestamp(undone.created_at) if undone else "",
        _name(undone.actor) if undone else "",
    )


def _name(user: User | None) -> str:
    return user.username if user else ""


def _facts(facts: dict[str, object]) -> str:
    return json.dumps(facts, ensure_ascii=False) if facts else ""


def _lines(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([["'" + cell if cell.startswith(FORMULA) else cell for cell in row] for row in rows])
    return out.getvalue()
