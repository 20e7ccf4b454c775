"""People in Django admin: here and not in `accounts`, which knows nothing of moderation."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ReadOnlyAdmin, Terms, column
from accounts.models import Rank, User
from chat.admin.acts import Act, ReasonForm, SanctionForm
from chat.models import Sanction
from chat.services import moderation


def ban(actor: User, user: User, facts: dict[str, Any]) -> object:
    return moderation.ban_user(actor=actor, user=user, reason=facts["reason"], until=facts["until"], room=facts["room"])


def mute(actor: User, user: User, facts: dict[str, Any]) -> object:
    return moderation.mute_user(
        actor=actor, user=user, reason=facts["reason"], until=facts["until"], room=facts["room"]
    )


def promote(actor: User, user: User, facts: dict[str, Any]) -> object:
    return moderation.set_site_moderator(actor=actor, user=user, is_moderator=True, reason=facts["reason"])


def demote(actor: User, user: User, facts: dict[str, Any]) -> object:
    return moderation.set_site_moderator(actor=actor, user=user, is_moderator=False, reason=facts["reason"])


class SanctionFilter(admin.SimpleListFilter):
    title = _("sanction")
    parameter_name = "sanction"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Sanction.Kind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in Sanction.Kind.values:
            return queryset
        return queryset.filter(pk__in=Sanction.objects.standing().filter(kind=self.value()).values("user"))


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("username", "display_name", "email", "rank_name", "is_active", "is_sanctioned", "date_joined")
    list_filter = (SanctionFilter, "is_staff", "is_bot", "is_active")
    search_fields = ("username", "display_name", "email")
    search_help_text = _("A part of the username, the name or the email address")
    fields = (
        ("username", "display_name"),
        "email",
        "rank_name",
        ("is_active", "is_bot"),
        ("date_joined", "last_login"),
        ("language", "time_zone"),
        "sanctions_in_force",
    )
    readonly_fields = ("rank_name", "sanctions_in_force")
    actions = (
        Act("ban_users", _("Ban"), ban, SanctionForm).action(),
        Act("mute_users", _("Mute"), mute, SanctionForm).action(),
        Act("make_moderators", _("Make site moderators"), promote, ReasonForm, permission="owner").action(),
        Act("end_moderators", _("No longer site moderators"), demote, ReasonForm, permission="owner").action(),
    )

    def has_owner_permission(self, request: HttpRequest) -> bool:
        """Ranks on the site are the owner's to give."""
        return isinstance(request.user, User) and request.user.rank >= Rank.SITE_OWNER

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        standing = Sanction.objects.standing().filter(user=OuterRef("pk"))
        people: QuerySet[User] = super().get_queryset(request)
        return people.annotate(is_sanctioned=Exists(standing))

    def search(self, queryset: QuerySet[Any], terms: Terms) -> QuerySet[Any]:
        text = terms.by or terms.text
        if not text:
            return queryset
        return queryset.filter(Q(username__icontains=text) | Q(display_name__icontains=text) | Q(email__icontains=text))

    @column(_("rank"))
    def rank_name(self, user: User) -> Any:
        if user.is_superuser:
            return _("Site owner")
        return _("Site moderator") if user.is_staff else "—"

    @column(_("sanctioned"), boolean=True)
    def is_sanctioned(self, user: Any) -> bool:
        return bool(user.is_sanctioned)

    @column(_("sanctions in force"))
    def sanctions_in_force(self, user: User) -> str:
        rows = Sanction.objects.standing().filter(user=user).select_related("room", "user")
        return "\n".join(f"{row} · {row.reason} · {row.ends_at or '∞'}" for row in rows) or "—"
