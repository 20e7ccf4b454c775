"""Tells Django which admin site is the site's own; apart from it, because apps load before models do."""

from django.contrib.admin.apps import AdminConfig


class SiteAdminConfig(AdminConfig):
    default_site = "site_config.admin.SiteAdmin"
