"""Where the chat pages live. A room's own address comes last: anything clean may be one."""

from django.urls import path

from chat import views
from chat.api import api

app_name = "chat"
urlpatterns = [
    path("", views.home, name="home"),
    path("api/v1/", api.urls),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("service-worker.js", views.service_worker, name="service_worker"),
    path("offline/", views.offline, name="offline"),
    path("search/", views.search, name="search"),
    path("uploads/<uuid:pk>/", views.upload, name="upload"),
    path("uploads/<uuid:pk>/<int:side>/", views.upload, name="thumbnail"),
    path("avatars/<str:digest>/<int:side>/", views.avatar, name="avatar"),
    path("invite/<str:secret>/", views.invite, name="invite"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("chat/", views.directory, name="directory"),
    path("chat/new/", views.create, name="create"),
    path("chat/<str:slug>/", views.room, name="room"),
    path("chat/<str:slug>/join/", views.join, name="join"),
    path("chat/<str:slug>/ask/", views.ask, name="ask"),
    path("chat/<str:slug>/leave/", views.leave, name="leave"),
    path("chat/<str:slug>/<int:seq>/", views.room, name="permalink"),
]
