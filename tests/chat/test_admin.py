"""Django admin: what moderators see, what they do through it, and what nobody can do through it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.db import connection
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.admin_base import COUNTED
from accounts.models import ApiToken, User
from chat.admin.messages import NEWEST
from chat.models import AuditEntry, InviteLink, InviteUse, JoinRequest, Membership, Message, Room, Sanction
from chat.services import invites, members
from migrations_seed.load import fill
from migrations_seed.load_plan import Plan
from tests.factories import make_user, post, posted_row, seat

MODELS: list[type[Model]] = [
    Room,
    Membership,
    JoinRequest,
    InviteLink,
    InviteUse,
    Message,
    Sanction,
    AuditEntry,
    User,
    ApiToken,
]


@pytest.fixture
def desk(steward: User) -> Client:
    """The admin as a site moderator sees it."""
    return signed_in(steward)


@pytest.fixture
def owner(db: None) -> User:
    return make_user(username="root1", is_staff=True, is_superuser=True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(model: type[Model], name: str = "changelist", *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def act(client: Client, action: str, *things: Any, **facts: object) -> HttpResponse:
    """Chooses an act in a list, and with `facts` also sends the page that asks for them."""
    chosen: dict[str, Any] = {"action": action, "_selected_action": [thing.pk for thing in things]}
    if facts:
        chosen |= {"confirmed": "yes", **facts}
    response: HttpResponse = client.post(page(type(things[0])), chosen)  # type: ignore[assignment]
    return response


def told(response: HttpResponse) -> list[str]:
    request: Any = response.wsgi_request  # type: ignore[attr-defined]
    return [str(message) for message in get_messages(request)]


# ---------- who sees what


@pytest.mark.parametrize("model", MODELS)
def test_lists_and_details_open_for_moderators_only(
    model: type[Model], desk: Client, owner: User, mallory: User, bob: User, lobby: Room, steward: User
) -> None:
    message = posted_row(bob, lobby, "look at **this**")
    act(desk, "delete_messages", message, reason="not here")
    act(desk, "mute_users", bob, reason="calm down", hours="24")
    ApiToken.objects.create(user=bob, name="script", digest="0" * 64)
    JoinRequest.objects.create(user=mallory, room=lobby)
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
    assert set(admin.site._registry) == set(MODELS)
    for model in MODELS:
        assert type(admin.site._registry[model]).__mro__[1].__name__ == "ReadOnlyAdmin"


def test_the_admin_carries_the_name_of_the_site_and_keeps_a_strict_policy(desk: Client) -> None:
    response = desk.get(reverse("admin:index"))
    assert "Tertulia" in response.content.decode()
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for" not in policy
    assert "require-trusted-types-for" in desk.get("/accounts/login/")["Content-Security-Policy"]


# ---------- messages


def test_a_message_is_deleted_with_a_reason_and_restored(desk: Client, steward: User, bob: User, lobby: Room) -> None:
    message = posted_row(bob, lobby, "secret text")
    asked = act(desk, "delete_messages", message)
    assert asked.status_code == 200
    assert b"secret text" in asked.content
    message.refresh_from_db()
    assert not message.is_deleted

    assert act(desk, "delete_messages", message, reason="off topic").status_code == 302
    message.refresh_from_db()
    assert (message.body, message.delete_reason, message.deleted_by) == ("", "off topic", steward)
    entry = AuditEntry.objects.get(action="message.delete")
    assert (entry.actor, entry.user, entry.reason) == (steward, bob, "off topic")
    assert b"secret text" in desk.get(page(Message, "change", message.pk)).content

    act(desk, "restore_messages", message, reason="")
    message.refresh_from_db()
    assert (message.body, message.is_deleted) == ("secret text", False)


def test_a_deletion_without_a_reason_asks_again(desk: Client, bob: User, lobby: Room) -> None:
    message = posted_row(bob, lobby)
    for reason in ("", "   ", "x" * 201):
        assert act(desk, "delete_messages", message, reason=reason).status_code == 200
        message.refresh_from_db()
        assert not message.is_deleted


def test_the_page_of_one_message_has_the_same_acts(desk: Client, bob: User, lobby: Room) -> None:
    message = posted_row(bob, lobby)
    url = page(Message, "change", message.pk)
    chosen = {"CHANGE_FORM-action": "delete_messages", "_selected_action": message.pk}
    asked = desk.post(url, chosen).content.decode()
    assert 'name="CHANGE_FORM-action" value="delete_messages"' in asked
    assert desk.post(url, chosen | {"confirmed": "yes", "reason": "no"}).status_code == 302
    message.refresh_from_db()
    assert message.is_deleted


def test_what_can_not_be_done_is_told_for_each_object(desk: Client, owner: User, bob: User, lobby: Room) -> None:
    Membership.objects.create(room=lobby, user=owner)
    by_owner, by_bob = posted_row(owner, lobby), posted_row(bob, lobby)
    response = act(desk, "delete_messages", by_owner, by_bob, reason="both")
    by_owner.refresh_from_db()
    by_bob.refresh_from_db()
    assert (by_owner.is_deleted, by_bob.is_deleted) == (False, True)
    assert any("rank" in text for text in told(response))


def test_too_many_at_once_are_refused(desk: Client, bob: User, lobby: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.admin.acts.AT_ONCE", 1)
    first, second = posted_row(bob, lobby), posted_row(bob, lobby)
    act(desk, "delete_messages", first, second, reason="all")
    assert Message.objects.filter(deleted_at=None).count() == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [("", {1, 2, 3}), ("apple", {1}), ("room:lobby", {1, 2, 3}), ("by:bob", {1, 2}), ("by:@BOB room:lobby #2", {2}),
     ("room:nowhere", set()), ("by:nobody", set()), ("#99", set()), ("room:lobby pear", {2}), ("%_", set())],
)  # fmt: skip
def test_messages_are_found(desk: Client, bob: User, carol: User, lobby: Room, query: str, found: set[int]) -> None:
    for user, body in ((bob, "An apple"), (bob, "A pear"), (carol, "A plum")):
        post(user, lobby, body)
    response = desk.get(page(Message), {"q": query})
    assert {int(number) for number in re.findall(r">lobby #(\d+)<", response.content.decode())} == found


# ---------- rooms, members, people


def test_rooms_are_locked_and_archived_and_brought_back(desk: Client, lobby: Room) -> None:
    act(desk, "lock_rooms", lobby, reason="a pause", hours="1")
    lobby.refresh_from_db()
    assert lobby.is_locked
    assert lobby.lock_reason == "a pause"
    assert lobby.locked_until is not None
    assert timedelta(minutes=59) < lobby.locked_until - timezone.now() <= timedelta(hours=1)
    act(desk, "unlock_rooms", lobby, reason="")
    act(desk, "archive_rooms", lobby, reason="done")
    lobby.refresh_from_db()
    assert (lobby.is_locked, lobby.is_archived) == (False, True)
    act(desk, "restore_rooms", lobby, reason="")
    lobby.refresh_from_db()
    assert not lobby.is_archived


def test_roles_change_and_members_are_removed(desk: Client, bob: User, lobby: Room) -> None:
    act(desk, "set_role", seat(bob, lobby), role="moderator", reason="")
    assert seat(bob, lobby).role == "moderator"
    act(desk, "remove_members", seat(bob, lobby), reason="moved away")
    assert not Membership.objects.filter(room=lobby, user=bob).exists()


@pytest.mark.parametrize(("action", "kind"), [("ban_users", "ban"), ("mute_users", "mute")])
def test_people_are_sanctioned_and_it_is_lifted(desk: Client, bob: User, lobby: Room, action: str, kind: str) -> None:
    act(desk, action, bob, reason="spam", hours="0")
    act(desk, action, bob, reason="spam here", hours="24", room="lobby")
    site, here = Sanction.objects.standing().filter(user=bob, kind=kind).order_by("pk")
    assert (site.room, site.ends_at, site.reason) == (None, None, "spam")
    assert here.room == lobby
    assert here.ends_at is not None
    assert f"?sanction={kind}" in desk.get(page(User)).content.decode()
    assert b"bob" in desk.get(page(User), {"sanction": kind}).content
    act(desk, "lift_sanctions", site, here, reason="sorry")
    assert not Sanction.objects.standing().exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"hours": "7"},
        {"hours": "x"},
        {"until": "2001-01-01T00:00"},
        {"until": "soon"},
        {"room": "nowhere"},
    ],
)
def test_a_wrong_sanction_asks_again(desk: Client, bob: User, wrong: dict[str, str]) -> None:
    assert act(desk, "ban_users", bob, **{"reason": "spam", "hours": "24"} | wrong).status_code == 200
    assert not Sanction.objects.exists()


def test_nobody_sanctions_their_equals(desk: Client, steward: User, owner: User) -> None:
    act(desk, "ban_users", steward, owner, make_user(is_staff=True), reason="power", hours="0")
    assert not Sanction.objects.exists()


def test_only_the_owner_makes_moderators(desk: Client, owner: User, bob: User) -> None:
    def are_moderators() -> list[str]:
        return list(User.objects.filter(is_staff=True, is_superuser=False).values_list("username", flat=True))

    act(desk, "make_moderators", bob, reason="me too")
    assert are_moderators() == ["steward"]
    assert b"make_moderators" not in desk.get(page(User)).content
    act(signed_in(owner), "make_moderators", bob, reason="trusted")
    assert sorted(are_moderators()) == ["bob", "steward"]
    act(signed_in(owner), "end_moderators", bob, reason="moved on")
    assert are_moderators() == ["steward"]
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"user.moderator"}


# ---------- large tables


def _plan(sql: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        rows: Any = cursor.fetchall()
    plan: dict[str, Any] = rows[0][0][0]["Plan"]
    return plan


def _rows_read(plan: dict[str, Any], table: str) -> float:
    own = 0.0
    if plan.get("Relation Name") == table:
        own = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return own + sum(_rows_read(child, table) for child in plan.get("Plans", ()))


@pytest.mark.parametrize("query", ["", "room:load1-r1", "room:load1-r1 #17", "#17"])
def test_lists_of_many_messages_stay_quick(steward: User, query: str) -> None:
    """Few queries, and none of them reads much more than the page and the bounded count."""
    fill(Plan(users=3, rooms=1, members=3, messages=3 * COUNTED))
    client = signed_in(steward)
    client.get(page(Message))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(page(Message), {"q": query} if query else {})
    assert response.status_code == 200
    assert len(queries) <= 12
    selects = [query["sql"] for query in queries if 'FROM "chat_message"' in query["sql"]]
    assert selects
    for sql in selects:
        # A number without a room is looked for in all of the newest; nothing else walks so far.
        most = NEWEST if query == "#17" else COUNTED + 200
        assert _rows_read(_plan(sql), "chat_message") <= most, sql


def test_a_request_is_answered_from_the_desk(desk: Client, cellar: Room, mallory: User) -> None:
    Room.objects.filter(pk=cellar.pk).update(is_listed=True)
    request = members.ask_to_join(user=mallory, room=cellar)
    act(desk, "decline_requests", request, reason="full")
    request.refresh_from_db()
    assert request.answer == "declined"
    act(desk, "accept_requests", request)
    assert not Membership.objects.filter(user=mallory).exists()


def test_a_link_is_revoked_from_the_desk(desk: Client, cellar: Room, carol: User) -> None:
    link, _ = invites.create_invite(membership=seat(carol, cellar))
    act(desk, "revoke_links", link, sure="yes")
    link.refresh_from_db()
    assert link.revoked_at is not None


def test_a_room_is_deleted_and_brought_back_from_the_desk(desk: Client, lobby: Room) -> None:
    act(desk, "delete_rooms", lobby, reason="x", confirmation="Lobby")
    assert Room.objects.exists()
    act(desk, "delete_rooms", lobby, reason="x", confirmation="lobby")
    assert not Room.objects.exists()
    assert "Deleted" in desk.get(page(Room) + "?state=deleted").content.decode()
    assert desk.get(page(Room, "change", lobby.pk)).status_code == 200
    act(desk, "undelete_rooms", lobby, reason="")
    assert Room.objects.exists()
    act(desk, "make_default", lobby, reason="")
    assert Room.objects.get().is_default
    act(desk, "make_ordinary", lobby, reason="")
    assert not Room.objects.get().is_default
