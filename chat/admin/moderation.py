"""Sanctions and the audit log in Django admin."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ReadOnlyAdmin, Terms, column
from accounts.models import User
from chat.admin.acts import Act, OptionalReasonForm
from chat.models import AuditEntry, Sanction
from chat.services import moderation
from chat.views.export import audit_table


def lift(actor: User, sanction: Sanction, facts: dict[str, Any]) -> object:
    return moderation.lift_sanction(actor=actor, sanction=sanction, reason=facts["reason"])


class StandingFilter(admin.SimpleListFilter):
    title = _("in force")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        standing = Sanction.objects.standing().values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=standing)
        return queryset.exclude(pk__in=standing) if self.value() == "no" else queryset


@admin.register(Sanction)
class SanctionAdmin(ReadOnlyAdmin):
    list_display = ("user", "kind", "where", "reason", "by", "starts_at", "ends_at", "lifted_at")
    list_select_related = ("user", "room", "by")
    list_filter = (StandingFilter, "kind")
    search_fields = ("user__username",)
    search_help_text = _("The beginning of a username, room:lobby")
    fields = ("user", "kind", "where", "reason", "by", ("starts_at", "ends_at"), ("lifted_at", "lifted_by"))
    readonly_fields = ("where",)
    actions = (Act("lift_sanctions", _("Lift"), lift, OptionalReasonForm).action(),)

    def search(self, queryset: QuerySet[Any], terms: Terms) -> QuerySet[Any]:
        if terms.room:
            queryset = queryset.filter(room__slug=terms.room)
        name = terms.by or terms.text
        return queryset.filter(user__username__istartswith=name) if name else queryset

    @column(_("where"))
    def where(self, sanction: Sanction) -> Any:
        return sanction.room or _("The whole site")


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    change_list_template = "admin/audit_change_list.html"
    list_display = ("created_at", "action", "actor", "user", "room", "seq", "reason")
    sortable_by = ()
    list_select_related = ("actor", "user", "room")
    search_fields = ("action",)
    search_help_text = _("The beginning of an act (message, ban …), by:lena, room:lobby, #42")
    fields = ("created_at", "action", "actor", "user", "room", "seq", "reason", "what_was", "what_is")
    readonly_fields = ("what_was", "what_is")

    def search(self, queryset: QuerySet[Any], terms: Terms) -> QuerySet[Any]:
        if terms.room:
            queryset = queryset.filter(room__slug=terms.room)
        if terms.by:
            queryset = queryset.filter(Q(actor__username__iexact=terms.by) | Q(user__username__iexact=terms.by))
        if terms.number is not None:
            queryset = queryset.filter(seq=terms.number)
        return queryset.filter(action__istartswith=terms.text) if terms.text else queryset

    def get_urls(self) -> list[Any]:
        export = path("export/", self.admin_site.admin_view(self.export), name="chat_auditentry_export")
        return [export, *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The list as it is narrowed, as a table."""
        return audit_table(self.get_changelist_instance(request).get_queryset(request))

    @column(_("before"))
    def what_was(self, entry: AuditEntry) -> str:
        return json.dumps(entry.before, ensure_ascii=False) if entry.before else "—"

    @column(_("after"))
    def what_is(self, entry: AuditEntry) -> str:
        return json.dumps(entry.after, ensure_ascii=False) if entry.after else "—"
