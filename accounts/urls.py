from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/device/", views.on_this_device, name="device"),
    path("profile/sessions/", views.sessions, name="sessions"),
    path("profile/picture/", views.picture, name="picture"),
    path("profile/tokens/", login_required(reauthentication_required(views.create_token)), name="create_token"),
    path("profile/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("setup/<str:token>/", views.first_run, name="setup"),
]
