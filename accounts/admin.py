"""Django admin: API tokens. People themselves are registered by `chat.admin`, which knows how to moderate them."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet

from accounts.admin_base import ReadOnlyAdmin, Terms
from accounts.models import ApiToken

# Addresses are changed and confirmed by their owners, on the site's own pages.
admin.site.unregister(EmailAddress)
# Where somebody is signed in is theirs to see and to end.
admin.site.unregister(UserSession)
# The secrets of a second factor are nobody else's to read.
admin.site.unregister(Authenticator)
# Ranks come from is_staff and is_superuser; groups of permissions mean nothing here.
admin.site.unregister(Group)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ("name", "user", "created_at", "expires_at", "revoked_at")
    list_select_related = ("user",)
    fields = ("name", "user", "created_at", "expires_at", "revoked_at")
    search_fields = ("user__username",)
    search_help_text = "A username"

    def search(self, queryset: QuerySet[Any], terms: Terms) -> QuerySet[Any]:
        return queryset.filter(user__username__iexact=terms.by or terms.text) if terms.by or terms.text else queryset
