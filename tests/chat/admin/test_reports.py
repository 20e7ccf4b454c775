"""Cases in Django admin."""

from django.test import Client

from accounts.models import User
from chat.models import Message, Report, Room
from chat.services import moderation
from tests.chat.admin.desk import act, page, told
from tests.factories import make_user, post, seat


def test_cases_are_listed_and_decided(desk: Client, lobby: Room, alice: User, bob: User) -> None:
    post(bob, lobby, "buy now")
    case = moderation.report_message(membership=seat(alice, lobby), seq=1, kind="spam", words="again").report
    make_user(username="boss", is_superuser=True, is_staff=True)
    assert "Spam" in desk.get(page(Report)).content.decode()
    assert "again" in desk.get(page(Report, "change", case.pk)).content.decode()
    for search in ("?q=bo", "?q=room:lobby", "?q=%231", "?state=open"):
        assert f"/{case.pk}/change/" in desk.get(page(Report) + search).content.decode()
    assert f"/{case.pk}/change/" not in desk.get(page(Report) + "?state=resolved").content.decode()
    act(desk, "claim_reports", case, sure="yes")
    case.refresh_from_db()
    assert case.state == "claimed"
    act(desk, "decide_removed", case, reason="spam")
    assert Message.objects.get().delete_reason == "spam"
    assert any("decided this already" in line for line in told(act(desk, "decide_dismissed", case, reason="")))
