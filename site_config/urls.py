"""Where pages live."""

from allauth.account.views import logout as sign_out
from django.contrib import admin
from django.urls import include, path

from accounts.views import admin_login

urlpatterns = [
    path("admin/login/", admin_login),
    path("admin/logout/", sign_out),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.account.urls")),
    path("", include("accounts.urls")),
    path("", include("chat.urls")),
]
