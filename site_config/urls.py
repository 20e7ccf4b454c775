"""Where pages live."""

from allauth.account.views import logout as sign_out
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.views import admin_login

urlpatterns = [
    path("admin/login/", admin_login),
    path("admin/logout/", sign_out),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.account.urls")),
    # The page before it lists the passkeys already.
    path("accounts/2fa/webauthn/", RedirectView.as_view(pattern_name="mfa_index")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("", include("accounts.urls")),
    path("", include("chat.urls")),
]
