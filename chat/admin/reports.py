"""Cases in Django admin: a list to look at, decided by the same services as at the desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ReadOnlyAdmin, Terms, column
from accounts.models import User
from chat import selectors
from chat.admin.acts import Act, OptionalReasonForm, ReasonForm, SpanForm, SureForm
from chat.models import Report
from chat.services import moderation


def claim(actor: User, report: Report, facts: dict[str, Any]) -> object:
    return moderation.claim_report(actor=actor, report=report)


def deciding(outcome: str, title: Any, form: type[forms.Form]) -> Act:
    def decide(actor: User, report: Report, facts: dict[str, Any]) -> object:
        until = facts.get("until")
        return moderation.resolve_report(
            actor=actor, report=report, outcome=outcome, reason=facts["reason"], until=until
        )

    return Act(f"decide_{outcome}", title, decide, form)


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("Open")), ("resolved", _("Resolved"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "open":
            return queryset.filter(resolved_at=None)
        return queryset.exclude(resolved_at=None) if self.value() == "resolved" else queryset


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """Those that the moderator may decide."""

    list_display = ("pk", "opened_at", "user", "room", "about", "kind_name", "claimed_by", "outcome", "resolved_by")
    sortable_by = ()
    list_filter = (StateFilter, "outcome")
    search_fields = ("user__username",)
    search_help_text = _("The beginning of a username, room:lobby, #42")
    fields = (
        ("user", "room", "about"),
        "opened_at",
        "said",
        ("claimed_by", "claimed_at"),
        ("outcome", "reason"),
        ("resolved_by", "resolved_at"),
    )
    readonly_fields = ("about", "said")
    actions = (
        Act("claim_reports", _("Claim"), claim, SureForm).action(),
        deciding("removed", _("Remove the message"), ReasonForm).action(),
        deciding("muted", _("Mute"), SpanForm).action(),
        deciding("banned", _("Ban"), SpanForm).action(),
        deciding("dismissed", _("Dismiss"), OptionalReasonForm).action(),
        deciding("granted", _("Grant the appeal"), ReasonForm).action(),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        actor = request.user
        found = selectors.cases(actor) if isinstance(actor, User) else Report.objects.none()
        return selectors.described_cases(found).order_by(*self.get_ordering(request))

    def search(self, queryset: QuerySet[Any], terms: Terms) -> QuerySet[Any]:
        if terms.room:
            queryset = queryset.filter(room__slug=terms.room)
        if terms.number is not None:
            queryset = queryset.filter(message__seq=terms.number)
        name = terms.by or terms.text
        return queryset.filter(user__username__istartswith=name) if name else queryset

    @column(_("place"))
    def about(self, report: Report) -> str:
        if report.message is None or report.room is None or report.room.is_direct:
            return "—"
        href = reverse("chat:permalink", args=[report.room.slug, report.message.seq])
        return format_html('<a href="{}">#{}</a>', href, report.message.seq)

    @column(_("kind"))
    def kind_name(self, report: Report) -> Any:
        return report.get_kind_display()

    @column(_("complaints"))
    def said(self, report: Report) -> str:
        lines = (f"{one.user} · {one.get_kind_display()} · {one.words}" for one in report.complaints.all())
        return "\n".join(lines) or "—"
