"""Lists and pages of Django admin that read and never write: what changes goes through services."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.models import Rank, User

COUNTED = 10_000


def moderates_site(request: HttpRequest) -> bool:
    """Whether a site moderator or owner asks, whose role does not rest."""
    user = request.user
    return isinstance(user, User) and user.is_active and user.rank >= Rank.SITE_MODERATOR


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts and pages through the first 10,000 rows only, so that no page of a list walks a large table."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return len(rows.order_by().values_list("pk", flat=True)[:COUNTED])

    @property
    def is_bounded(self) -> bool:
        return self.count >= COUNTED


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Site moderators see everything and change nothing here; `actions` are their acts."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 100
    list_max_show_all = 100
    ordering = ("-pk",)
    view_on_site = False
    change_list_template = "admin/bounded_change_list.html"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return moderates_site(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return self.search(queryset, Terms(search_term)), False

    def search(self, queryset: QuerySet[Any], terms: "Terms") -> QuerySet[Any]:
        """The rows that these search terms mean."""
        return queryset


class Terms:
    """What somebody typed into a search field: `room:lobby by:ines #42` and other words."""

    def __init__(self, text: str) -> None:
        self.room = self.by = ""
        self.number: int | None = None
        rest = []
        for word in text.replace("\0", "").split():
            if word.startswith("room:"):
                self.room = word.removeprefix("room:")
            elif word.startswith("by:"):
                self.by = word.removeprefix("by:").removeprefix("@")
            elif word.startswith("#") and word[1:].isdecimal() and len(word) < 18:
                self.number = int(word[1:])
            else:
                rest.append(word)
        self.text = " ".join(rest)


def column(title: Any, **facts: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A computed column of a list with its title."""
    decorate: Callable[[Callable[..., Any]], Callable[..., Any]] = admin.display(description=title, **facts)
    return decorate
