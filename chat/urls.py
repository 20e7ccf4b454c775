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
    path("people/", views.people, name="people"),
    path("people/<str:username>/", views.person, name="person"),
    path("people/<str:username>/message/", views.write_to, name="write_to"),
    path("people/<str:username>/ignore/", views.ignore, name="ignore"),
    path("people/<str:username>/hear/", views.hear_again, name="hear_again"),
    path("saved/", views.saved, name="saved"),
    path("saved/<str:slug>/<int:seq>/", views.save, name="save"),
    path("my-rooms/", views.my_rooms, name="my_rooms"),
    path("my-rooms/change/", views.change_my_room, name="change_my_room"),
    path("my-rooms/level/", views.set_my_level, name="set_my_level"),
    path("uploads/<uuid:pk>/", views.upload, name="upload"),
    path("uploads/<uuid:pk>/<int:side>/", views.upload, name="thumbnail"),
    path("avatars/<str:digest>/<int:side>/", views.avatar, name="avatar"),
    path("invite/<str:secret>/", views.invite, name="invite"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("moderation/", views.desk, name="desk"),
    path("moderation/cases/<int:number>/", views.decide, name="decide"),
    path("moderation/log/table/", views.audit_log, name="audit_log"),
    path("moderation/log/<int:number>/undo/", views.undo, name="undo"),
    path("moderation/mine/", views.decisions, name="decisions"),
    path("moderation/mine/<int:number>/", views.appeal, name="appeal"),
    path("chat/", views.directory, name="directory"),
    path("chat/new/", views.create, name="create"),
    path("chat/<str:slug>/", views.room, name="room"),
    path("chat/<str:slug>/join/", views.join, name="join"),
    path("chat/<str:slug>/ask/", views.ask, name="ask"),
    path("chat/<str:slug>/leave/", views.leave, name="leave"),
    path("chat/<str:slug>/<int:seq>/", views.room, name="permalink"),
    path("chat/<str:slug>/<int:seq>/removed/", views.removed, name="removed"),
    path("chat/<str:slug>/<int:seq>/restore/", views.restore, name="restore"),
]
