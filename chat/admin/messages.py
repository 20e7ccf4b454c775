"""Messages in Django admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ReadOnlyAdmin, Terms, column
from accounts.models import User
from chat.access import moderate_room
from chat.admin.acts import Act, OptionalReasonForm, ReasonForm, SureForm
from chat.models import Message, RemovedText, Room
from chat.services import messages

NEWEST = 100_000


def delete(actor: User, message: Message, facts: dict[str, Any]) -> object:
    key = moderate_room(actor, message.room)
    return messages.delete_message(membership=key, seq=message.seq, reason=facts["reason"])


def restore(actor: User, message: Message, facts: dict[str, Any]) -> object:
    key = moderate_room(actor, message.room)
    return messages.restore_message(membership=key, seq=message.seq, reason=facts["reason"])


def pin(actor: User, message: Message, facts: dict[str, Any]) -> object:
    return messages.set_pin(membership=moderate_room(actor, message.room), seq=message.seq, on=True)


def unpin(actor: User, message: Message, facts: dict[str, Any]) -> object:
    return messages.set_pin(membership=moderate_room(actor, message.room), seq=message.seq, on=False)


class TombstoneFilter(admin.SimpleListFilter):
    title = _("deleted")
    parameter_name = "deleted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("No")), ("yes", _("Yes")), ("moderator", _("By somebody else"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "moderator":
            return queryset.filter(deleted_at__isnull=False).exclude(delete_reason="")
        return queryset.filter(deleted_at__isnull=self.value() == "no") if self.value() else queryset


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Without a room, lists and searches the newest 100,000: no index finds a word in all of them."""

    list_display = ("place", "author", "text", "created_at", "edited_at", "deleted_at", "delete_reason")
    list_display_links = ("place", "text")
    sortable_by = ()
    list_select_related = ("room", "author", "removed_text")
    list_filter = (TombstoneFilter, "kind", ("pinned_at", admin.EmptyFieldListFilter))
    search_fields = ("body",)
    search_help_text = _("Words of the text, room:lobby, by:ines, #42. Without a room: the newest 100,000 messages.")
    fields = (
        "where",
        ("author", "kind"),
        "shown_text",
        "kept_text",
        "earlier_texts",
        ("created_at", "edited_at"),
        ("deleted_at", "deleted_by", "delete_reason"),
        ("pinned_at", "reactions"),
        ("rev", "client_id", "reply_to_seq"),
    )
    readonly_fields = ("where", "shown_text", "kept_text", "earlier_texts", "reactions")
    actions = (
        Act("delete_messages", _("Delete"), delete, ReasonForm).action(),
        Act("restore_messages", _("Restore"), restore, OptionalReasonForm).action(),
        Act("pin_messages", _("Pin"), pin, SureForm).action(),
        Act("unpin_messages", _("Unpin"), unpin, SureForm).action(),
    )

    def search(self, queryset: QuerySet[Any], terms: Terms) -> QuerySet[Any]:
        if terms.room:
            room = Room.objects.filter(slug=terms.room).first()
            queryset = queryset.filter(room=room).order_by("-seq") if room else queryset.none()
        else:
            newest = Message.objects.aggregate(pk=Max("pk"))["pk"] or 0
            queryset = queryset.filter(pk__gt=newest - NEWEST)
        if terms.by:
            queryset = queryset.filter(author=User.objects.filter(username__iexact=terms.by).first() or -1)
        if terms.number is not None:
            queryset = queryset.filter(seq=terms.number)
        return queryset.filter(body__icontains=terms.text) if terms.text else queryset

    def describe(self, message: Message) -> str:
        """The line on the page that asks for a reason."""
        return f"{message.room} · {message.seq} · {message.author or ''}: {self.text(message)}"

    @column(_("place"), ordering="pk")
    def place(self, message: Message) -> str:
        return f"{message.room.slug} #{message.seq}"

    @column(_("text"))
    def text(self, message: Message) -> str:
        return Truncator(message.body or getattr(_removed(message), "body", "")).chars(120)

    @column(_("place"))
    def where(self, message: Message) -> str:
        href = reverse("chat:permalink", args=[message.room.slug, message.seq])
        return format_html('<a href="{}">{}</a>', href, self.place(message))

    @column(_("text"))
    def shown_text(self, message: Message) -> str:
        return message.body or "—"

    @column(_("removed text"))
    def kept_text(self, message: Message) -> str:
        removed = _removed(message)
        if removed is None:
            return str(_("It was purged.")) if message.is_deleted else "—"
        return removed.body

    @column(_("earlier texts"))
    def earlier_texts(self, message: Message) -> str:
        rows = message.revisions.select_related("editor")
        return (
            format_html_join("\n", "<p>{} · {}<br>{}</p>", ((row.edited_at, row.editor, row.body) for row in rows))
            or "—"
        )

    @column(_("reactions"))
    def reactions(self, message: Message) -> str:
        by_emoji: dict[str, list[str]] = {}
        for row in message.reaction_rows.select_related("user").order_by("pk"):
            by_emoji.setdefault(row.emoji, []).append(row.user.username)
        return " · ".join(f"{emoji} {', '.join(names)}" for emoji, names in by_emoji.items()) or "—"


def _removed(message: Message) -> RemovedText | None:
    return getattr(message, "removed_text", None)
