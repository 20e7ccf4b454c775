"""Rooms and memberships in Django admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ReadOnlyAdmin, Terms, column
from accounts.models import User
from chat.access import moderate_room
from chat.admin.acts import Act, ConfirmForm, OptionalReasonForm, ReasonForm, RoleForm, SpanForm
from chat.models import Membership, Room
from chat.services import members, rooms


def lock(actor: User, room: Room, facts: dict[str, Any]) -> object:
    return rooms.lock_room(membership=moderate_room(actor, room), reason=facts["reason"], until=facts["until"])


def unlock(actor: User, room: Room, facts: dict[str, Any]) -> object:
    return rooms.unlock_room(membership=moderate_room(actor, room), reason=facts["reason"])


def archive(actor: User, room: Room, facts: dict[str, Any]) -> object:
    return rooms.archive_room(membership=moderate_room(actor, room), reason=facts["reason"])


def restore(actor: User, room: Room, facts: dict[str, Any]) -> object:
    return rooms.restore_room(membership=moderate_room(actor, room), reason=facts["reason"])


def delete(actor: User, room: Room, facts: dict[str, Any]) -> object:
    key = moderate_room(actor, room)
    return rooms.delete_room(membership=key, confirmation=facts["confirmation"], reason=facts["reason"])


def undelete(actor: User, room: Room, facts: dict[str, Any]) -> object:
    return rooms.restore_deleted_room(actor=actor, room=room, reason=facts["reason"])


def make_default(actor: User, room: Room, facts: dict[str, Any]) -> object:
    return rooms.set_default_room(actor=actor, room=room, is_default=True, reason=facts["reason"])


def make_ordinary(actor: User, room: Room, facts: dict[str, Any]) -> object:
    return rooms.set_default_room(actor=actor, room=room, is_default=False, reason=facts["reason"])


def set_role(actor: User, member: Membership, facts: dict[str, Any]) -> object:
    key = moderate_room(actor, member.room)
    return members.set_role(membership=key, user=member.user, role=facts["role"], reason=facts["reason"])


def remove(actor: User, member: Membership, facts: dict[str, Any]) -> object:
    key = moderate_room(actor, member.room)
    return members.remove_member(membership=key, user=member.user, reason=facts["reason"])


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("Open")), ("locked", _("Locked")), ("archived", _("Archived")), ("deleted", _("Deleted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        states = {
            "open": Q(locked_at=None, archived_at=None, deleted_at=None),
            "locked": Q(locked_at__isnull=False),
            "archived": Q(archived_at__isnull=False),
            "deleted": Q(deleted_at__isnull=False),
        }
        return queryset.filter(states.get(self.value() or "", Q()))


@admin.register(Room)
class RoomAdmin(ReadOnlyAdmin):
    list_display = ("name", "slug", "kind", "member_count", "seq", "active_at", "state", "links")
    list_filter = (StateFilter, "kind")
    search_fields = ("name", "slug")
    search_help_text = _("A part of the name or the address")
    fields = (
        ("name", "slug"),
        "topic",
        ("icon", "description"),
        ("kind", "is_listed", "is_default"),
        ("posting", "inviting", "history_for_newcomers", "slow_mode_seconds"),
        "state",
        ("locked_at", "locked_until", "lock_reason"),
        ("archived_at", "deleted_at"),
        ("seq", "rev", "epoch"),
        ("created_by", "created_at", "active_at"),
        "links",
    )
    readonly_fields = ("state", "links")
    actions = (
        Act("lock_rooms", _("Lock"), lock, SpanForm).action(),
        Act("unlock_rooms", _("Unlock"), unlock, OptionalReasonForm).action(),
        Act("archive_rooms", _("Archive"), archive, ReasonForm).action(),
        Act("restore_rooms", _("Bring back from the archive"), restore, OptionalReasonForm).action(),
        Act("make_default", _("Let newcomers join"), make_default, OptionalReasonForm).action(),
        Act("make_ordinary", _("Let newcomers join no more"), make_ordinary, OptionalReasonForm).action(),
        Act("delete_rooms", _("Delete with all messages"), delete, ConfirmForm).action(),
        Act("undelete_rooms", _("Bring back what was deleted"), undelete, OptionalReasonForm).action(),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        counts = Membership.objects.filter(room=OuterRef("pk")).order_by().values("room").annotate(n=Count("pk"))
        shown = Room.every.order_by(*self.get_ordering(request))
        return shown.annotate(member_count=Coalesce(Subquery(counts.values("n"), output_field=IntegerField()), 0))

    def search(self, queryset: QuerySet[Any], terms: Terms) -> QuerySet[Any]:
        text = terms.room or terms.text
        return queryset.filter(Q(name__icontains=text) | Q(slug__icontains=text)) if text else queryset

    @column(_("members"))
    def member_count(self, room: Any) -> int:
        return int(room.member_count)

    @column(_("state"))
    def state(self, room: Room) -> Any:
        if room.deleted_at is not None:
            return _("Deleted")
        if room.is_archived:
            return _("Archived")
        return _("Locked") if room.is_locked else _("Open")

    @column(_("look at"))
    def links(self, room: Room) -> str:
        return format_html(
            '<a href="{}?q=room:{}">{}</a> · <a href="{}?q=room:{}">{}</a> · <a href="{}">{}</a>',
            reverse("admin:chat_message_changelist"),
            room.slug,
            _("messages"),
            reverse("admin:chat_membership_changelist"),
            room.slug,
            _("members"),
            room.get_absolute_url(),
            _("room"),
        )


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("user", "room", "role", "read_seq", "joined_at", "posted_at")
    sortable_by = ()
    list_select_related = ("user", "room")
    list_filter = ("role",)
    search_fields = ("user__username",)
    search_help_text = _("room:lobby, and the beginning of a username")
    fields = (
        "room",
        "user",
        "role",
        ("read_seq", "from_seq"),
        ("notify", "has_own_level"),
        "is_muted",
        "joined_at",
        "posted_at",
    )
    actions = (
        Act("set_role", _("Change the role"), set_role, RoleForm).action(),
        Act("remove_members", _("Remove from the room"), remove, ReasonForm).action(),
    )

    def search(self, queryset: QuerySet[Any], terms: Terms) -> QuerySet[Any]:
        if terms.room:
            queryset = queryset.filter(room__slug=terms.room)
        name = terms.by or terms.text
        return queryset.filter(user__username__istartswith=name) if name else queryset
