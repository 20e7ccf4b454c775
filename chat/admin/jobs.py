"""The queue in Django admin: what waits, what runs and what failed; the site owner's to see."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from accounts.admin_base import ReadOnlyAdmin, Terms, column
from accounts.models import User
from chat.admin.acts import Act, SureForm
from chat.models import Job
from chat.services import jobs

# Its own page writes behind the services' back.
admin.site.unregister(ProcrastinateJob)


def retry(actor: User, job: Job, facts: dict[str, Any]) -> object:
    return jobs.retry_job(actor=actor, job=job)


def delete(actor: User, job: Job, facts: dict[str, Any]) -> object:
    return jobs.delete_job(actor=actor, job=job)


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Job.State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(status=self.value()) if self.value() in Job.State.values else queryset


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("pk", "what", "state", "attempts", "scheduled_at", "failed_at", "error")
    list_display_links = ("pk", "what")
    sortable_by = ()
    list_select_related = ("failure",)
    list_filter = (StateFilter,)
    search_fields = ("task_name",)
    search_help_text = _("A part of what is to be done, #42")
    fields = ("what", "given", "state", "attempts", "scheduled_at", "history", "failed_at", "error", "traceback")
    readonly_fields = ("what", "given", "state", "history", "failed_at", "error", "traceback")
    actions = (
        Act("retry_jobs", _("Try again"), retry, SureForm).action(),
        Act("delete_jobs", _("Delete"), delete, SureForm).action(),
    )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_module_permission(request) and bool(getattr(request.user, "is_superuser", False))

    def search(self, queryset: QuerySet[Any], terms: Terms) -> QuerySet[Any]:
        if terms.number is not None:
            queryset = queryset.filter(pk=terms.number)
        return queryset.filter(task_name__icontains=terms.text.replace(" ", "_")) if terms.text else queryset

    @column(_("what"))
    def what(self, job: Job) -> str:
        return job.name

    @column(_("given"))
    def given(self, job: Job) -> str:
        return json.dumps(job.args, ensure_ascii=False)

    @column(_("state"))
    def state(self, job: Job) -> Any:
        return Job.State(job.status).label if job.status in Job.State.values else job.status

    @column(_("failed"))
    def failed_at(self, job: Job) -> Any:
        return job.failure.failed_at if hasattr(job, "failure") else None

    @column(_("error"))
    def error(self, job: Job) -> Any:
        if hasattr(job, "failure"):
            return job.failure.error
        return _("This version knows no such job.") if job.status == Job.State.FAILED else "—"

    @column(_("traceback"))
    def traceback(self, job: Job) -> str:
        return job.failure.traceback if hasattr(job, "failure") else "—"

    @column(_("history"))
    def history(self, job: Job) -> str:
        events = ProcrastinateEvent.objects.filter(job=job.pk).order_by("at", "pk")
        return "\n".join(f"{event.at:%Y-%m-%d %H:%M:%S} {event.type.replace('_', ' ')}" for event in events)
