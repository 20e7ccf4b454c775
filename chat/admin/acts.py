"""Acts of moderation as actions of a list: a page asks for the reason, then a service does it for each object."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from chat.errors import ChatError
from chat.models import Membership, Room
from chat.protocol import LAST_YEAR, REASON_LENGTH, SLUG_LENGTH

AT_ONCE = 200
HOURS = ((1, _("1 hour")), (24, _("1 day")), (168, _("1 week")), (720, _("30 days")), (0, _("For good")))

type Do = Callable[[User, Any, dict[str, Any]], object]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH, help_text=_("The person reads it."))


class OptionalReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH, required=False)


class ConfirmForm(ReasonForm):
    confirmation = forms.CharField(label=_("The room's address, to confirm"), max_length=SLUG_LENGTH, strip=False)


class SureForm(forms.Form):
    """Nothing to say but yes."""


class SpanForm(ReasonForm):
    """A reason, and when it ends: after some hours, at a moment, or never."""

    hours = forms.TypedChoiceField(label=_("For"), choices=HOURS, coerce=int, initial=24)
    until = forms.DateTimeField(
        label=_("Or until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("In your time zone. It goes before the field above."),
    )

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if not facts.get("until") and facts.get("hours"):
            facts["until"] = timezone.now() + timedelta(hours=facts["hours"])
        return facts

    def clean_until(self) -> datetime | None:
        until: datetime | None = self.cleaned_data["until"]
        if until is not None and until <= timezone.now():
            raise forms.ValidationError(gettext("The end must lie ahead."))
        if until is not None and until.year > LAST_YEAR:
            raise forms.ValidationError(gettext("This is beyond all calendars. Choose “For good” above."))
        return until


class SanctionForm(SpanForm):
    room = forms.CharField(
        label=_("Room"), max_length=SLUG_LENGTH, required=False, help_text=_("Its address; empty for the whole site.")
    )

    def clean_room(self) -> Room | None:
        slug = self.cleaned_data["room"].strip()
        room = Room.objects.filter(slug=slug).first() if slug else None
        if slug and room is None:
            raise forms.ValidationError(gettext("There is no such room."))
        return room


class RoleForm(OptionalReasonForm):
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role, initial=Membership.Role.MODERATOR)


@dataclass(frozen=True, slots=True)
class Act:
    """`do(actor, object, facts)` is called for each chosen object with what the form holds.

    `permission` names a method of the list, `has_…_permission(request)`, that says who may.
    """

    name: str
    title: Any
    do: Do
    form: type[forms.Form] = OptionalReasonForm
    permission: str = "view"

    def action(self) -> Callable[..., HttpResponse | None]:
        """The act in the form that ModelAdmin.actions takes, for the list and for the page of one object."""

        def action(page: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
            return self._answer(page, request, queryset)

        action.__name__ = self.name
        locations = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]
        decorate = admin.action(description=self.title, permissions=[self.permission], location=locations)
        found: Callable[..., HttpResponse | None] = decorate(action)
        return found

    def _answer(self, page: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        actor = request.user
        if not isinstance(actor, User):
            raise PermissionDenied
        chosen = list(queryset[: AT_ONCE + 1])
        if len(chosen) > AT_ONCE:
            page.message_user(request, gettext("At most %d at once.") % AT_ONCE, messages.ERROR)
            return None
        form = self.form(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            self._do_all(page, request, actor, chosen, form.cleaned_data)
            return None
        return self._ask(page, request, chosen, form)

    def _do_all(self, page: Any, request: HttpRequest, actor: User, chosen: list[Model], facts: dict[str, Any]) -> None:
        done = 0
        for thing in chosen:
            try:
                self.do(actor, thing, facts)
                done += 1
            except ChatError as error:
                page.message_user(request, f"{thing}: {error.detail}", messages.ERROR)
        if done:
            text = ngettext("%(title)s: %(count)d done.", "%(title)s: %(count)d done.", done)
            page.message_user(request, text % {"title": self.title, "count": done}, messages.SUCCESS)

    def _ask(self, page: Any, request: HttpRequest, chosen: list[Model], form: forms.Form) -> HttpResponse:
        describe = getattr(page, "describe", str)
        context = {
            **page.admin_site.each_context(request),
            "title": self.title,
            "opts": page.opts,
            "action": self.name,
            "action_field": next((name for name in request.POST if name.endswith("-action")), "action"),
            "chosen": [thing.pk for thing in chosen],
            "lines": [describe(thing) for thing in chosen],
            "form": form,
        }
        return TemplateResponse(request, "admin/act.html", context)
