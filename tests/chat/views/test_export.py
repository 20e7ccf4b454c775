"""The audit log as a table: whole, for whom it is, as the list is narrowed, and without formulas."""

import csv
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from accounts.models import User
from chat import selectors
from chat.models import Room
from chat.services import moderation
from chat.views import export
from tests.chat.views.test_desk import as_user
from tests.factories import make_room, make_user

EVIL = ['=HYPERLINK("http://evil.example")', "+1", "-1+2", "@SUM(1)", "\tx", "plain, with a comma"]


async def _whole(answer: Any) -> bytes:
    return b"".join([part async for part in answer.streaming_content])


def table(browser: Client, path: str) -> list[dict[str, str]]:
    answer = browser.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert 'attachment; filename="audit-log-' in answer["Content-Disposition"]
    text = async_to_sync(_whole)(answer).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture
def acts(lobby: Room, carol: User, alice: User, steward: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutes in the lobby, one of them lifted by undo, and one elsewhere; read a few rows at a time."""
    monkeypatch.setattr(export, "AT_ONCE", 2)
    for number, reason in enumerate(EVIL):
        moderation.mute_user(actor=carol, user=make_user(username=f"loud{number}"), reason=reason, room=lobby)
    moderation.mute_user(actor=alice, user=make_user(username="far"), reason="far", room=make_room(alice, "Attic"))


@pytest.mark.usefixtures("acts")
def test_a_moderator_gets_what_they_may_know_of(carol: User, steward: User, bob: User) -> None:
    moderation.undo_act(actor=carol, entry=selectors.audit(carol).filter(user__username="loud5")[0])
    rows = [row for row in table(as_user(carol), "/moderation/log/table/") if row["act"] == "mute"]
    assert [row["person"] for row in rows] == [f"loud{number}" for number in reversed(range(6))]
    assert {(row["by"], row["room"]) for row in rows} == {("carol", "lobby")}
    assert (rows[0]["reason"], rows[0]["taken back by"]) == ("plain, with a comma", "carol")
    assert rows[1]["taken back"] == ""
    everywhere = table(as_user(steward), "/moderation/log/table/")
    assert {row["room"] for row in everywhere if row["act"] == "mute"} == {"lobby", "attic"}
    assert as_user(bob).get("/moderation/log/table/").status_code == 403


@pytest.mark.usefixtures("acts")
def test_no_cell_is_a_formula(steward: User) -> None:
    rows = table(as_user(steward), "/moderation/log/table/")
    assert {row["reason"] for row in rows} >= {"'" + EVIL[0], "'+1", "'-1+2", "'@SUM(1)"}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(export.FORMULA)]


@pytest.mark.usefixtures("acts")
def test_the_admin_gives_the_list_as_it_is_narrowed(steward: User, carol: User) -> None:
    admin = as_user(steward)
    page = admin.get("/admin/chat/auditentry/?q=room:attic").content.decode()
    assert "/admin/chat/auditentry/export/?q=room%3Aattic" in page
    assert [row["person"] for row in table(admin, "/admin/chat/auditentry/export/?q=room:attic+mute")] == ["far"]
    assert len(table(admin, "/admin/chat/auditentry/export/?q=mute+by:carol")) == len(EVIL)
    assert as_user(carol).get("/admin/chat/auditentry/export/").status_code == 302
