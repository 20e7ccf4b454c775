"""Ways into rooms, in Django admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ReadOnlyAdmin, Terms, column
from accounts.models import User
from chat.access import moderate_room
from chat.admin.acts import Act, OptionalReasonForm, SureForm
from chat.models import InviteLink, InviteUse, JoinRequest
from chat.services import invites, members


def accept(actor: User, request: JoinRequest, facts: dict[str, Any]) -> object:
    key = moderate_room(actor, request.room)
    return members.answer_join_request(membership=key, request=request, accept=True, reason=facts["reason"])


def decline(actor: User, request: JoinRequest, facts: dict[str, Any]) -> object:
    key = moderate_room(actor, request.room)
    return members.answer_join_request(membership=key, request=request, accept=False, reason=facts["reason"])


def revoke(actor: User, link: InviteLink, facts: dict[str, Any]) -> object:
    return invites.revoke_invite(actor=actor, link=link)


@admin.register(JoinRequest)
class JoinRequestAdmin(ReadOnlyAdmin):
    list_display = ("user", "room", "words", "asked_at", "answer", "answered_by")
    sortable_by = ()
    list_select_related = ("user", "room", "answered_by")
    list_filter = ("answer",)
    search_fields = ("user__username",)
    search_help_text = _("room:lobby, and the beginning of a username")
    fields = ("room", "user", "words", "asked_at", "answer", "answered_at", "answered_by")
    actions = (
        Act("accept_requests", _("Let in"), accept, OptionalReasonForm).action(),
        Act("decline_requests", _("Decline"), decline, OptionalReasonForm).action(),
    )

    def search(self, queryset: QuerySet[Any], terms: Terms) -> QuerySet[Any]:
        if terms.room:
            queryset = queryset.filter(room__slug=terms.room)
        name = terms.by or terms.text
        return queryset.filter(user__username__istartswith=name) if name else queryset


@admin.register(InviteLink)
class InviteLinkAdmin(ReadOnlyAdmin):
    list_display = ("where", "by", "created_at", "expires_at", "use_count", "uses_most", "revoked_at")
    sortable_by = ()
    list_select_related = ("room", "by")
    search_fields = ("by__username",)
    search_help_text = _("room:lobby, and the beginning of a username")
    fields = ("where", "by", "created_at", "expires_at", "use_count", "uses_most", "revoked_at", "revoked_by")
    readonly_fields = ("where", "use_count")
    actions = (Act("revoke_links", _("Revoke"), revoke, SureForm).action(),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[InviteLink]:
        shown: QuerySet[InviteLink] = super().get_queryset(request)
        return shown.annotate(use_count=Count("uses"))

    def search(self, queryset: QuerySet[Any], terms: Terms) -> QuerySet[Any]:
        if terms.room:
            queryset = queryset.filter(room__slug=terms.room)
        name = terms.by or terms.text
        return queryset.filter(by__username__istartswith=name) if name else queryset

    @column(_("where"))
    def where(self, link: InviteLink) -> Any:
        return link.room or _("The whole site")

    @column(_("came"))
    def use_count(self, link: Any) -> int:
        return int(link.use_count)


@admin.register(InviteUse)
class InviteUseAdmin(ReadOnlyAdmin):
    list_display = ("user", "link", "used_at")
    sortable_by = ()
    list_select_related = ("user", "link__room", "link__by")
    search_fields = ("user__username",)
    search_help_text = _("room:lobby, and the beginning of a username")
    fields = ("user", "link", "used_at")

    def search(self, queryset: QuerySet[Any], terms: Terms) -> QuerySet[Any]:
        if terms.room:
            queryset = queryset.filter(link__room__slug=terms.room)
        name = terms.by or terms.text
        return queryset.filter(user__username__istartswith=name) if name else queryset
