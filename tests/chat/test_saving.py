"""Saved messages with their reminders, and forwarding."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat import selectors
from chat.errors import BadRequest, Conflict, Forbidden, NotFound
from chat.hub import Hub
from chat.models import Membership, Room, SavedMessage
from chat.services import members, messages, moderation, rooms
from chat.services.messages import Posted
from tests.chat.announcements import Announced
from tests.chat.live import Bells, Socket, play
from tests.chat.test_messages import delete, edit, numbers, shown
from tests.factories import make_room, post, seat

LATER = timedelta(hours=1)


def saved(user: User) -> list[tuple[str, int]]:
    return [(entry["room"], entry["message"]["seq"]) for entry in selectors.saved(user)]


def test_a_list_of_ones_own(lobby: Room, cellar: Room, alice: User, bob: User, announced: Announced) -> None:
    for room in (lobby, cellar):
        post(alice, room)
    announced(lambda: messages.save_message(membership=seat(bob, lobby), seq=1))
    assert announced.frames_to(bob) == [{"type": "saved", "room": "lobby", "seq": 1, "on": True, "remind_at": None}]
    assert announced.bells(lobby) == [], "nobody else sees it"
    messages.save_message(membership=seat(bob, cellar), seq=1)
    assert (saved(bob), saved(alice)) == ([("cellar", 1), ("lobby", 1)], [])
    edit(alice, lobby, 1, "new")
    first, second = selectors.saved(bob)
    assert (second["message"]["body"], selectors.saved(bob, before=first["id"])) == ("new", [second])
    announced(lambda: messages.unsave_message(user=bob, slug="lobby", seq=1))
    assert announced.frames_to(bob)[0]["on"] is False
    announced(lambda: messages.unsave_message(user=bob, slug="lobby", seq=1))
    assert (announced.events, saved(bob)) == ([], [("cellar", 1)])


def test_what_one_may_not_see_any_more_is_not_listed(lobby: Room, cellar: Room, alice: User, bob: User) -> None:
    for room in (lobby, cellar):
        post(alice, room)
        messages.save_message(membership=seat(bob, room), seq=1)
    members.remove_member(membership=seat(alice, cellar), user=bob)
    members.leave_room(membership=seat(bob, lobby))
    assert saved(bob) == [("lobby", 1)]
    moderation.ban_user(actor=alice, user=bob, room=lobby, reason="x")
    assert saved(bob) == []
    messages.unsave_message(user=bob, slug="cellar", seq=1)
    assert SavedMessage.objects.count() == 1


def test_the_list_takes_two_queries(
    lobby: Room, alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for seq in range(1, 6):
        post(alice, lobby)
        messages.save_message(membership=seat(bob, lobby), seq=seq)
    with django_assert_num_queries(2):
        assert len(selectors.saved(bob, limit=4)) == 4


def test_what_is_not_saved(lobby: Room, alice: User, bob: User, mallory: User) -> None:
    post(alice, lobby)
    with pytest.raises(NotFound):
        messages.save_message(membership=seat(bob, lobby), seq=2)
    with pytest.raises(Forbidden):
        messages.save_message(membership=Membership(room=lobby, user=mallory, role=""), seq=1)
    with pytest.raises(BadRequest) as caught:
        messages.save_message(membership=seat(bob, lobby), seq=1, remind_at=timezone.now())
    assert caught.value.field == "remind_at"
    moderation.mute_user(actor=alice, user=bob, room=lobby, reason="x")
    rooms.archive_room(membership=seat(alice, lobby))
    messages.save_message(membership=seat(bob, lobby), seq=1)
    delete(alice, lobby, 1)
    with pytest.raises(Conflict):
        messages.save_message(membership=seat(bob, lobby), seq=1)
    assert selectors.saved(bob)[0]["message"]["deleted"] is not None


def test_reminders_come_once(lobby: Room, alice: User, bob: User, announced: Announced) -> None:
    post(alice, lobby)
    messages.save_message(membership=seat(bob, lobby), seq=1, remind_at=timezone.now() + LATER)
    assert announced(messages.remind) == 0
    SavedMessage.objects.update(remind_at=timezone.now() - LATER)
    assert announced(messages.remind) == 1
    assert announced.frames_to(bob) == [{"type": "notify", "room": "lobby", "seq": 1, "reason": "reminder"}]
    assert announced(messages.remind) == 0
    assert saved(bob) == [("lobby", 1)]
    messages.save_message(membership=seat(bob, lobby), seq=1, remind_at=timezone.now() + LATER)
    messages.save_message(membership=seat(bob, lobby), seq=1)
    assert SavedMessage.objects.get().remind_at is None


# ---------- forwarding


def forward(user: User, source: Room, seq: int, to: Room, client_id: UUID | None = None) -> Posted:
    return messages.forward_message(
        membership=seat(user, source), seq=seq, to=seat(user, to), client_id=client_id or uuid4()
    )


def test_a_quotation(lobby: Room, cellar: Room, alice: User, bob: User) -> None:
    bob.display_name = "*Bob*"
    bob.save()
    post(bob, lobby, "one\n**two**")
    forwarded = forward(alice, lobby, 1, cellar)
    assert (forwarded.seq, forwarded.is_duplicate) == (1, False)
    (message,) = shown(alice, cellar)
    assert message["body"] == "> one\n> **two**\n\n— \\*Bob\\*, #lobby/1"
    assert "<blockquote>" in message["html"]
    assert "— *Bob*, " in message["html"]
    assert message["author"]["username"] == "alice"


def test_a_quotation_calls_nobody(lobby: Room, cellar: Room, alice: User, bob: User) -> None:
    post(alice, lobby, "@bob and @room")
    forward(alice, lobby, 1, cellar)
    (message,) = shown(alice, cellar)
    assert (message["mentions"], message["mentions_all"]) == ([], None)
    assert '<a href="/chat/lobby/1/" class="room-link"' in message["html"]


def test_a_retry_and_refusals(lobby: Room, cellar: Room, alice: User, bob: User, mallory: User) -> None:
    client_id = uuid4()
    post(bob, lobby)
    first = forward(alice, lobby, 1, cellar, client_id)
    delete(bob, lobby, 1)
    again = forward(alice, lobby, 1, cellar, client_id)
    assert (again.seq, again.is_duplicate) == (first.seq, True)
    with pytest.raises(Conflict):
        forward(alice, lobby, 1, cellar)
    with pytest.raises(NotFound):
        forward(alice, lobby, 9, cellar)
    members.join_room(user=mallory, room=lobby)
    with pytest.raises(Forbidden):
        forward(alice, lobby, 2, cellar)
    post(bob, lobby)
    rooms.update_room(membership=seat(alice, cellar), posting="moderators")
    with pytest.raises(Forbidden):
        forward(bob, lobby, 3, cellar)
    assert numbers(cellar) == (1, 2)


@pytest.mark.parametrize("length", [3_900, 4_000])
def test_a_long_one_is_cut(lobby: Room, cellar: Room, alice: User, length: int) -> None:
    post(alice, lobby, "x" * length)
    forward(alice, lobby, 1, cellar)
    (message,) = shown(alice, cellar)
    assert len(message["body"]) <= 4_000
    assert message["body"].endswith("\n\n— Alice, #lobby/1")
    assert ("…" in message["body"]) is (length == 4_000)


@pytest.mark.django_db(transaction=True)
def test_at_the_socket(bells: Bells, lobby: Room, cellar: Room, alice: User, bob: User, mallory: User) -> None:
    post(bob, cellar)
    hall = make_room(alice, "Hall")
    client_id = str(uuid4())

    async def scene() -> None:
        socket = Socket(Hub(), bob)
        ack = await socket.ask("forward", room="cellar", seq=1, to="lobby", client_id=client_id)
        assert {key: ack[key] for key in ("type", "room", "to", "seq", "duplicate")} == {
            "type": "ack",
            "room": "cellar",
            "to": "lobby",
            "seq": 1,
            "duplicate": False,
        }
        ack = await socket.ask("forward", room="cellar", seq=1, to="lobby", client_id=client_id)
        assert ack["duplicate"]
        codes = [
            (await socket.ask("forward", room=source, seq=seq, to=to, client_id=str(uuid4())))["code"]
            for source, seq, to in (("nowhere", 1, "lobby"), ("cellar", 9, "lobby"), ("cellar", 1, hall.slug))
        ]
        assert codes == ["not_found", "not_found", "forbidden"]
        outsider = Socket(Hub(), mallory)
        answer = await outsider.ask("forward", room="cellar", seq=1, to="lobby", client_id=str(uuid4()))
        assert answer["code"] == "not_found"
        ack = await socket.ask("save", room="lobby", seq=1, on=True, remind_at="2100-01-01T00:00:00Z")
        assert (ack["seq"], ack["on"]) == (1, True)
        late = await socket.ask("save", room="lobby", seq=1, on=True, remind_at="2020-01-01T00:00:00Z")
        assert late["field"] == "remind_at"
        assert (await socket.ask("save", room="cellar", seq=9, on=False))["type"] == "ack"

    play(scene())
    assert SavedMessage.objects.get().user == bob
