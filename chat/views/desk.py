"""The desk: cases to decide in a column, the audit log beside them. All of it works by forms."""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Rank, User
from accounts.second_factor import confirm_path
from chat import access, selectors
from chat.errors import ChatError
from chat.forms import DecisionForm, DeskForm
from chat.models import AuditEntry, Report
from chat.refusals import said
from chat.services import moderation
from chat.views.shell import chat_page, me, shell

CASES_A_PAGE = 10
ENTRIES_A_PAGE = 30
TABS = {"open": _("Open"), "mine": _("Mine"), "resolved": _("Resolved")}
# Told by what was decided, or by what they take back.
UNTOLD = ("undo", "report.claim", "report.release")


@require_safe
@chat_page
def desk(request: HttpRequest) -> HttpResponse:
    """The cases of one tab, and what was done of late; whose role on the site rests confirms first."""
    user = me(request)
    if user.rests:
        return HttpResponseRedirect(confirm_path(user, request.get_full_path()))
    access.moderate_somewhere(user)
    asked = DeskForm(request.GET)
    tab = asked.value("tab", "open")
    found = Paginator(selectors.described_cases(selectors.queue(user, tab)), CASES_A_PAGE)
    page = found.get_page(asked.value("page", "1"))
    context: dict[str, object] = {
        "tab": tab,
        "tabs": [(key, label, selectors.queue(user, key).count()) for key, label in TABS.items()],
        "page": page,
        "cases": [_shown(report, user) for report in page],
        "is_site_moderator": user.rank >= Rank.SITE_MODERATOR,
    }
    return render(
        request, "moderation/desk.html", context | _log(user, asked) | shell(request, selectors.sidebar(user))
    )


@require_POST
@chat_page
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Claims or releases a case, or decides it."""
    user = me(request)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return _back(request)
    facts = form.cleaned_data
    try:
        report = access.find_report(user, number)
        if facts["act"] == "claim":
            moderation.claim_report(actor=user, report=report)
        elif facts["act"] == "release":
            moderation.release_report(actor=user, report=report)
        else:
            hours = facts["ban_hours"] if facts["act"] == Report.Outcome.BANNED else facts["hours"]
            moderation.resolve_report(
                actor=user,
                report=report,
                outcome=facts["act"],
                reason=facts["reason"],
                until=timezone.now() + timedelta(hours=hours) if hours else None,
                removes_message=facts["removes_message"],
                everywhere=facts["everywhere"],
            )
    except ChatError as error:
        messages.error(request, said(error.detail))
    return _back(request, f"case-{number}" if facts["act"] in ("claim", "release") else "")


@require_POST
@chat_page
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Takes an act of the audit log back."""
    try:
        moderation.undo_act(actor=me(request), entry=access.find_entry(me(request), number))
    except ChatError as error:
        messages.error(request, said(error.detail))
    else:
        messages.success(request, gettext("Taken back."))
    return _back(request)


def _back(request: HttpRequest, fragment: str = "") -> HttpResponse:
    """To the desk, as it was when the form was sent."""
    asked = DeskForm(request.POST)
    kept = {name: asked.value(name) for name in ("tab", "page")}
    query = urlencode({name: value for name, value in kept.items() if value not in ("", "open", "1")})
    address = reverse("chat:desk") + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


def _shown(report: Report, user: User) -> dict[str, Any]:
    complaints = list(report.complaints.all())
    claimed_by = report.claimed_by if report.is_claimed else None
    return {
        "report": report,
        "kind": report.kind,
        "label": report.get_kind_display(),
        "complaints": complaints,
        "around": selectors.around(report),
        "record": selectors.record(report.user) if report.user else None,
        "claimed_by": claimed_by,
        "is_mine": claimed_by == user,
        "is_free": claimed_by is None or claimed_by == user,
    }


def _log(user: User, asked: DeskForm) -> dict[str, object]:
    found: QuerySet[AuditEntry] = selectors.audit(user).exclude(action__in=UNTOLD)
    found = found.exclude(Q(action="report.resolve") & ~Q(after__outcome=Report.Outcome.DISMISSED))
    before = asked.value("before")
    rows = list((found.filter(pk__lt=int(before)) if before else found)[: ENTRIES_A_PAGE + 1])
    return {
        "entries": list(_told(rows[:ENTRIES_A_PAGE])),
        "earlier": rows[ENTRIES_A_PAGE - 1].pk if len(rows) > ENTRIES_A_PAGE else None,
    }


def _told(rows: list[AuditEntry]) -> Iterator[dict[str, Any]]:
    for row in rows:
        undone = getattr(row, "undone", None)
        yield {"entry": row, "can_undo": moderation.can_undo(row), "undone_by": undone and undone.actor}
