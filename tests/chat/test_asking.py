"""Asking to be let into a listed private room, and the answers."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from chat import access, selectors
from chat.errors import Archived, ChatError, Conflict, Forbidden, NotFound, RateLimited, TooLong
from chat.models import AuditEntry, JoinRequest, Membership, Room
from chat.services import members, moderation, rooms
from tests.chat.announcements import Announced
from tests.chat.test_concurrency import in_parallel
from tests.factories import seat


@pytest.fixture
def listed(cellar: Room, alice: User) -> Room:
    return rooms.update_room(membership=seat(alice, cellar), is_listed=True)


def answer(actor: User, request: JoinRequest, *, accept: bool, reason: str = "") -> JoinRequest:
    return members.answer_join_request(
        membership=seat(actor, request.room), request=request, accept=accept, reason=reason
    )


def test_moderators_hear_of_it_and_let_in(
    listed: Room, alice: User, bob: User, carol: User, mallory: User, announced: Announced
) -> None:
    asked = announced(lambda: members.ask_to_join(user=mallory, room=listed, words=" let me in "))
    assert (asked.words, asked.answer) == ("let me in", "waiting")
    for person in (alice, carol):
        assert announced.frames_to(person) == [{"type": "join_requests", "room": "cellar", "waiting": 1}]
    assert announced.frames_to(bob) == announced.frames_to(mallory) == []
    assert [one.user for one in selectors.join_requests(listed)] == [mallory]
    accepted = announced(lambda: answer(carol, asked, accept=True))
    assert (accepted.answer, accepted.answered_by) == ("accepted", carol)
    assert announced.kinds_to(mallory) == ["room_joined", "me"]
    assert announced.frames_to(alice) == [{"type": "join_requests", "room": "cellar", "waiting": 0}]
    assert seat(mallory, listed).role == "member"
    assert not selectors.join_requests(listed)
    announced(lambda: answer(carol, asked, accept=True))
    assert announced.events == []
    with pytest.raises(Conflict):
        answer(carol, asked, accept=False)
    entry = AuditEntry.objects.get(action="member.accepted")
    assert (entry.actor, entry.user, entry.room) == (carol, mallory, listed)


def test_who_is_declined_hears_why_and_waits_a_day(
    listed: Room, carol: User, mallory: User, announced: Announced
) -> None:
    asked = members.ask_to_join(user=mallory, room=listed)
    announced(lambda: answer(carol, asked, accept=False, reason=" full "))
    (told,) = announced.frames_to(mallory)
    assert (told["type"], told["code"], told["until"]) == ("notice", "declined", None)
    assert told["detail"] == "Your wish to join Cellar was declined: full"
    assert not Membership.objects.filter(user=mallory).exists()
    with pytest.raises(RateLimited) as caught:
        members.ask_to_join(user=mallory, room=listed)
    assert caught.value.retry_after is not None
    assert 86_000 < caught.value.retry_after <= 86_400
    JoinRequest.objects.update(answered_at=timezone.now() - timedelta(days=1))
    assert members.ask_to_join(user=mallory, room=listed) != asked


def test_asking_twice_is_asking_once(listed: Room, mallory: User, announced: Announced) -> None:
    asked = members.ask_to_join(user=mallory, room=listed)
    assert announced(lambda: members.ask_to_join(user=mallory, room=listed)) == asked
    assert announced.events == []
    members.withdraw_join_request(user=mallory, room=listed)
    members.withdraw_join_request(user=mallory, room=listed)
    assert JoinRequest.objects.get().answer == "withdrawn"
    assert members.ask_to_join(user=mallory, room=listed) != asked


@pytest.mark.parametrize("way", ["added", "banned"])
def test_a_request_ends_with_what_it_was_for(listed: Room, alice: User, carol: User, mallory: User, way: str) -> None:
    asked = members.ask_to_join(user=mallory, room=listed)
    if way == "added":
        members.add_member(membership=seat(carol, listed), user=mallory)
    else:
        moderation.ban_user(actor=carol, user=mallory, room=listed, reason="x")
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by) == ("accepted" if way == "added" else "declined", carol)


def test_where_one_may_not_ask(lobby: Room, cellar: Room, alice: User, bob: User, carol: User, mallory: User) -> None:
    direct = rooms.open_direct_room(user=bob, people=[carol]).room
    for room in (lobby, cellar, direct):
        with pytest.raises(NotFound):
            members.ask_to_join(user=mallory, room=room)
    rooms.update_room(membership=seat(alice, cellar), is_listed=True)
    with pytest.raises(Conflict):
        members.ask_to_join(user=bob, room=cellar)
    with pytest.raises(TooLong) as caught:
        members.ask_to_join(user=mallory, room=cellar, words="x" * 201)
    assert caught.value.field == "words"
    assert members.ask_to_join(user=mallory, room=cellar, words="x" * 200).words
    moderation.ban_user(actor=alice, user=mallory, room=cellar, reason="x")
    with pytest.raises(NotFound):
        members.ask_to_join(user=mallory, room=cellar)
    rooms.archive_room(membership=seat(alice, cellar))
    with pytest.raises(Archived):
        members.ask_to_join(user=alice.__class__.objects.create_user("newcomer"), room=cellar)


def test_only_moderators_of_that_room_answer(listed: Room, lobby: Room, bob: User, carol: User, mallory: User) -> None:
    asked = members.ask_to_join(user=mallory, room=listed)
    with pytest.raises(Forbidden):
        answer(bob, asked, accept=True)
    with pytest.raises(NotFound):
        members.answer_join_request(membership=seat(carol, lobby), request=asked, accept=True)
    with pytest.raises(TooLong):
        answer(carol, asked, accept=True, reason="x" * 201)
    asked.refresh_from_db()
    assert asked.answer == "waiting"


def test_the_directory_shows_listed_rooms_and_no_door_opens(listed: Room, bob: User, mallory: User) -> None:
    (room,) = selectors.directory(mallory)
    found: Any = room
    assert (found, found.is_joined, found.is_asked, found.member_count) == (listed, False, False, 3)
    assert selectors.room_counts(mallory)["all"] == 1
    assert access.askable_room(mallory, "cellar") == listed
    with pytest.raises(NotFound):
        access.read_room(mallory, "cellar")
    members.ask_to_join(user=mallory, room=listed)
    asked: Any = selectors.directory(mallory).get()
    assert asked.is_asked
    mine: Any = selectors.directory(bob).get()
    assert mine.is_joined


@pytest.mark.parametrize("inviting", ["everyone", "moderators"])
def test_members_invite_where_the_room_lets_them(
    cellar: Room, alice: User, bob: User, carol: User, mallory: User, announced: Announced, inviting: str
) -> None:
    other = "everyone" if inviting == "moderators" else "moderators"
    rooms.update_room(membership=seat(alice, cellar), inviting=other)
    announced(lambda: rooms.update_room(membership=seat(alice, cellar), inviting=inviting))
    (rights,) = announced.frames_to(bob)
    assert rights["type"] == "me"
    assert ("invite" in rights["can"]) is (inviting == "everyone")
    assert "invite" in seat(carol, cellar).can()
    if inviting == "everyone":
        assert members.add_member(membership=seat(bob, cellar), user=mallory).role == "member"
    else:
        with pytest.raises(Forbidden):
            members.add_member(membership=seat(bob, cellar), user=mallory)


def test_the_page(listed: Room, lobby: Room, client: Client, mallory: User) -> None:
    client.force_login(mallory)
    text = client.get("/chat/").content.decode()
    assert 'action="/chat/cellar/ask/"' in text
    assert 'href="/chat/cellar/"' not in text
    answer = client.post("/chat/cellar/ask/", {"words": "hello"}, follow=True)
    assert "You asked to join Cellar." in answer.content.decode()
    assert JoinRequest.objects.get().words == "hello"
    assert 'action="/chat/cellar/ask/"' not in answer.content.decode()
    assert client.get("/chat/cellar/ask/").status_code == 405
    for slug in ("lobby", "nowhere", "a%00b"):
        assert client.post(f"/chat/{slug}/ask/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_opposite_answers_at_once(listed: Room, alice: User, carol: User, mallory: User) -> None:
    asked = members.ask_to_join(user=mallory, room=listed)

    def say(actor: User, *, accept: bool) -> str:
        try:
            return answer(actor, asked, accept=accept).answer
        except ChatError as error:
            return error.code

    said = in_parallel([partial(say, alice, accept=True), partial(say, carol, accept=False)])
    asked.refresh_from_db()
    assert sorted(said) == sorted([asked.answer, "conflict"])
    assert Membership.objects.filter(user=mallory).exists() is (asked.answer == "accepted")
