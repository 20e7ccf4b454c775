"""The desk as pages and forms, without any script; and what people see of decisions about them."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat.models import AuditEntry, Message, Report, Room, Sanction
from chat.services import members, messages, moderation, rooms
from tests.factories import make_user, post, seat


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    """What the page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()).replace("&nbsp;", " "))


@pytest.fixture
def case(lobby: Room, bob: User, mallory: User) -> Report:
    post(bob, lobby, "buy <b>now</b>")
    key = members.join_room(user=mallory, room=lobby, is_quiet=True)
    return moderation.report_message(membership=key, seq=1, kind="spam", words="Every <i>day</i>.").report


def decide(client: Client, case: Report, act: str, **fields: Any) -> Any:
    sent = {"act": act, "reason": "Spam", "hours": 24, "ban_hours": 0} | fields
    return client.post(f"/moderation/cases/{case.pk}/", sent, follow=True)


def test_a_case_is_claimed_and_decided_by_forms(case: Report, carol: User) -> None:
    desk = as_user(carol)
    shown = desk.get("/moderation/")
    assert "&lt;b&gt;now&lt;/b&gt;" in shown.content.decode()
    for words in ("buy", "Every", "Mallory in # Lobby", "Bob joined", "Waiting for a decision"):
        assert words in text_of(shown)
    assert "You are at it." in text_of(decide(desk, case, "claim"))
    assert "Mine1" in text_of(desk.get("/moderation/?tab=mine"))
    page = text_of(decide(desk, case, "removed"))
    assert "All is calm" in page
    assert "Carol removed a message by Bob in # Lobby: Spam" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert Message.objects.get().delete_reason == "Spam"
    entry = AuditEntry.objects.get(action="message.delete")
    page = text_of(desk.post(f"/moderation/log/{entry.pk}/undo/", follow=True))
    assert "Taken back." in page
    assert "taken back by Carol" in page
    assert not Message.objects.get().is_deleted
    assert "Waiting for a decision" in page
    decide(desk, case, "muted", removes_message="on")
    sanction = Sanction.objects.standing().get()
    assert sanction.ends_at
    assert round((sanction.ends_at - sanction.starts_at).total_seconds() / 3600) == 24
    assert Message.objects.get().is_deleted
    assert "Person muted" in text_of(desk.get("/moderation/?tab=resolved"))


def test_messages_look_as_in_the_room(lobby: Room, alice: User, bob: User, mallory: User) -> None:
    post(bob, lobby, "> [all](https://example.org) **cheap**")
    post(bob, lobby, "*soon* gone <script>x</script>")
    key = members.join_room(user=mallory, room=lobby, is_quiet=True)
    moderation.report_message(membership=key, seq=2, kind="spam")
    messages.delete_message(membership=seat(bob, lobby), seq=2)
    page = as_user(alice).get("/moderation/").content.decode()
    assert re.search(r"<blockquote>\s*<p><a href=.https://example.org.[^>]*>all</a> <strong>cheap</strong></p>", page)
    assert "<em>soon</em> gone &lt;script&gt;x&lt;/script&gt;</div>" in page


def test_what_is_wrong_is_said_on_the_desk(case: Report, alice: User, carol: User) -> None:
    desk = as_user(carol)
    assert "Say why" in text_of(decide(desk, case, "banned", reason=" "))
    assert "not one of the available choices" in text_of(decide(desk, case, "burn"))
    assert "at most 200" in text_of(decide(desk, case, "banned", reason="x" * 201))
    moderation.claim_report(actor=alice, report=case)
    page = decide(desk, case, "banned")
    assert "Alice is at it." in text_of(page)
    assert 'value="banned"' not in page.content.decode()
    assert not Sanction.objects.exists()
    for wrong in ("?page=99", "?page=x&tab=y&before=z", "?before=1"):
        assert desk.get(f"/moderation/{wrong}").status_code == 200


def test_the_desk_is_for_moderators(case: Report, lobby: Room, alice: User, bob: User, steward: User) -> None:
    for user, status, waiting in ((alice, 200, 1), (steward, 200, 1), (bob, 403, None)):
        client = as_user(user)
        assert client.get("/moderation/").status_code == status
        page = client.get("/chat/").content.decode()
        badge = re.search(r'id="cases"[^>]*>(\d+)<', page)
        assert (badge and int(badge[1])) == waiting
    outsider = as_user(bob)
    assert "There is no such case." in text_of(decide(as_user(alice), Report(pk=case.pk + 9), "removed"))
    assert decide(outsider, case, "removed").status_code == 403
    assert not Message.objects.get().is_deleted
    assert Client().get("/moderation/").status_code == 302


def test_a_page_of_cases_takes_few_queries(
    lobby: Room, alice: User, bob: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(12):
        moderation.report_message(
            membership=members.join_room(user=make_user(), room=lobby, is_quiet=True),
            seq=post(bob, lobby, f"{n}").seq,
            kind="spam",
        )
    client = as_user(alice)
    with django_assert_max_num_queries(55):
        page = client.get("/moderation/").content.decode()
    assert page.count('class="report"') == 10
    assert client.get("/moderation/?page=2").content.decode().count('class="report"') == 2


def test_a_conversation_shows_nothing_else(alice: User, bob: User, steward: User) -> None:
    room = rooms.open_direct_room(user=bob, people=[alice]).room
    for text in ("a secret before", "rude", "a secret after"):
        post(alice, room, text)
    case = moderation.report_message(membership=seat(bob, room), seq=2, kind="harassment").report
    page = as_user(steward).get("/moderation/")
    assert "rude" in text_of(page)
    assert "secret" not in text_of(page)
    assert room.slug not in page.content.decode()
    assert room.slug not in decide(as_user(steward), case, "removed").content.decode()


def test_who_was_acted_upon_appeals(lobby: Room, alice: User, bob: User, carol: User, case: Report) -> None:
    moderation.resolve_report(actor=carol, report=case, outcome="muted", reason="Advertising")
    mine = as_user(bob)
    page = text_of(mine.get("/moderation/mine/"))
    assert "Carol muted Bob in # Lobby: Advertising" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "without an end" in page
    assert "Mallory" not in page
    act = AuditEntry.objects.get(action="mute")
    assert "Say what is wrong." in text_of(mine.post(f"/moderation/mine/{act.pk}/", {"words": " "}, follow=True))
    page = text_of(mine.post(f"/moderation/mine/{act.pk}/", {"words": "I was quoting."}, follow=True))
    assert "Your appeal waits" in page
    assert "I was quoting." not in text_of(as_user(carol).get("/moderation/"))
    desk = as_user(alice)
    assert "I was quoting." in text_of(desk.get("/moderation/"))
    decide(desk, Report.objects.get(appealed=act), "granted")
    assert not Sanction.objects.standing().exists()
    assert "Nothing here" in text_of(mine.get("/moderation/mine/"))
    reported = text_of(as_user(User.objects.get(username="mallory")).get("/moderation/mine/"))
    assert "Every" in reported
    assert "Person muted" in reported


def test_the_banned_appeal_too(bob: User, steward: User, lobby: Room) -> None:
    moderation.ban_user(actor=steward, user=bob, reason="Advertising")
    mine = as_user(bob)
    shown = mine.get("/chat/lobby/")
    assert shown.status_code == 403
    assert 'href="/moderation/mine/"' in shown.content.decode()
    assert "banned" in text_of(mine.get("/moderation/mine/"))
    act = AuditEntry.objects.get(action="ban")
    mine.post(f"/moderation/mine/{act.pk}/", {"words": "It was a joke."})
    assert Report.objects.get().appealed == act
    assert mine.get("/moderation/").status_code == 403
