"""Ways into rooms, in Django admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ReadOnlyAdmin, Terms
from accounts.models import User
from chat.access import moderate_room
from chat.admin.acts import Act, OptionalReasonForm
from chat.models import JoinRequest
from chat.services import members


def accept(actor: User, request: JoinRequest, facts: dict[str, Any]) -> object:
    key = moderate_room(actor, request.room)
    return members.answer_join_request(membership=key, request=request, accept=True, reason=facts["reason"])


def decline(actor: User, request: JoinRequest, facts: dict[str, Any]) -> object:
    key = moderate_room(actor, request.room)
    return members.answer_join_request(membership=key, request=request, accept=False, reason=facts["reason"])


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
