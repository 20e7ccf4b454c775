"""Django admin: what moderators see, and what nobody can do through it."""

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import ApiToken, User
from chat.models import AuditEntry, InviteLink, InviteUse, Job, JoinRequest, Membership, Message, Report, Room, Sanction
from chat.services import moderation
from tests.chat.admin.desk import act, page, signed_in
from tests.factories import make_user, post, posted_row

MODELS: list[type[Model]] = [
    Room,
    Membership,
    JoinRequest,
    InviteLink,
    InviteUse,
    Message,
    Sanction,
    AuditEntry,
    Report,
    User,
    ApiToken,
]


@pytest.mark.parametrize("model", MODELS)
def test_lists_and_details_open_for_moderators_only(
    model: type[Model], desk: Client, owner: User, mallory: User, bob: User, lobby: Room, steward: User
) -> None:
    message = posted_row(bob, lobby, "look at **this**")
    act(desk, "delete_messages", message, reason="not here")
    act(desk, "mute_users", bob, reason="calm down", hours="24")
    ApiToken.objects.create(user=bob, name="script", digest="0" * 64)
    JoinRequest.objects.create(user=mallory, room=lobby)
    moderation.report_person(user=mallory, person=bob, kind="spam", words="Look.")
    InviteUse.objects.create(user=bob, link=InviteLink.objects.create(room=lobby, by=bob))
    thing: Any = model._default_manager.order_by("pk").first()
    for url in (page(model), page(model, "change", thing.pk), page(model) + "?q=room:lobby by:bob %231 x"):
        assert desk.get(url).status_code == 200
        assert signed_in(owner).get(url).status_code == 200
        assert signed_in(mallory).get(url).status_code in (302, 403)
        assert Client().get(url).status_code == 302


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_added_changed_or_deleted_here(model: type[Model], owner: User, bob: User, lobby: Room) -> None:
    post(bob, lobby)
    Sanction.objects.create(user=bob, kind="mute", reason="x")
    ApiToken.objects.create(user=bob, name="script", digest="0" * 64)
    AuditEntry.objects.create(action="test")
    JoinRequest.objects.create(user=bob, room=lobby)
    moderation.report_person(user=bob, person=make_user(), kind="spam", words="Look.")
    InviteUse.objects.create(user=bob, link=InviteLink.objects.create(by=bob))
    client = signed_in(owner)
    thing: Any = model._default_manager.order_by("pk").first()
    assert client.get(page(model, "add")).status_code == 403
    assert client.post(page(model, "add"), {"name": "x"}).status_code == 403
    assert client.post(page(model, "change", thing.pk), {"name": "x", "body": "x", "_save": "1"}).status_code == 403
    assert client.post(page(model, "delete", thing.pk), {"post": "yes"}).status_code == 403
    client.post(page(model), {"action": "delete_selected", "_selected_action": [thing.pk], "post": "yes"})
    before = {field.attname: getattr(thing, field.attname) for field in thing._meta.concrete_fields}
    thing.refresh_from_db()
    assert before == {field.attname: getattr(thing, field.attname) for field in thing._meta.concrete_fields}


def test_every_registered_page_is_read_only() -> None:
    assert set(admin.site._registry) == {*MODELS, Job}
    for model in admin.site._registry:
        assert type(admin.site._registry[model]).__mro__[1].__name__ == "ReadOnlyAdmin"


def test_the_admin_carries_the_name_of_the_site_and_keeps_a_strict_policy(desk: Client) -> None:
    response = desk.get(reverse("admin:index"))
    assert "Tertulia" in response.content.decode()
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for" not in policy
    assert "require-trusted-types-for" in desk.get("/accounts/login/")["Content-Security-Policy"]
