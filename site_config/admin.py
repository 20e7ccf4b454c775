"""Django admin under the site's name and its content security policy."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override

from accounts.admin_base import moderates_site
from accounts.site import site_name

# Django's own scripts write HTML without trusted types (jQuery does); all else stays as on every page.
POLICY: dict[str, Any] = {
    name: words
    for name, words in settings.SECURE_CSP.items()
    if name not in {"require-trusted-types-for", "trusted-types"}
}


class SiteAdmin(admin.AdminSite):
    index_title = _("Moderation and facts")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return moderates_site(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {"site_header": site_name(), "site_title": site_name()}

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return csp_override(POLICY)(super().admin_view(view, cacheable))
