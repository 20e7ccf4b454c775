"""Messages in Django admin: found, deleted, restored, and quick lists of very many."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.admin_base import COUNTED
from accounts.models import User
from chat.admin.messages import NEWEST
from chat.models import AuditEntry, Membership, Message, Room
from chat.services import messages
from migrations_seed.load import fill
from migrations_seed.load_plan import Plan
from tests.chat.admin.desk import act, page, signed_in, told
from tests.factories import post, posted_row, seat


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


def test_pins_and_reactions(desk: Client, bob: User, carol: User, lobby: Room) -> None:
    message = posted_row(bob, lobby)
    for user, emoji in ((bob, "🎉"), (carol, "👍"), (carol, "🎉")):
        messages.set_reaction(membership=seat(user, lobby), seq=1, emoji=emoji, on=True)
    shown = desk.get(page(Message, "change", message.pk)).content.decode()
    assert "🎉 bob, carol · 👍 carol" in shown
    assert act(desk, "pin_messages", message).status_code == 200
    for action, is_pinned in (("pin_messages", True), ("pin_messages", True), ("unpin_messages", False)):
        assert act(desk, action, message, sure="yes").status_code == 302
        message.refresh_from_db()
        assert message.is_pinned is is_pinned
    assert b"hello" not in desk.get(page(Message) + "?pinned_at__isempty=0").content
