"""Reads: pages and replay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from chat import selectors
from chat.hub.room import LiveRoom
from chat.models import Membership, Message, Room
from chat.protocol import REPLAY_MOST, Change
from chat.services import messages, moderation, rooms
from tests.factories import make_room, make_user, post, seat


@pytest.mark.parametrize("since", [0, 3, 6, 7, 8, None])
@pytest.mark.parametrize("backlog", [0, 1, 5, 50])
def test_the_ring_gives_the_page_that_the_database_gives(
    lobby: Room, alice: User, since: int | None, backlog: int
) -> None:
    for n in range(1, 7):
        post(alice, lobby, f"message {n}")
    hole = selectors.newest_changes(lobby.pk, 200)
    assert hole is not None
    room = LiveRoom(hole)
    messages.edit_message(membership=seat(alice, lobby), seq=2, body="edited")
    after = selectors.changes_after(lobby.pk, 6)
    assert after is not None
    assert room.hear(6, 7, after.changes)
    place = {"backlog": backlog, "since": since, "epoch": None}
    served = room.subscribed_fields(seat(alice, lobby), **place)  # type: ignore[arg-type]
    expected = selectors.subscribed_fields(seat(alice, lobby), **place)  # type: ignore[arg-type]
    if since is None or 6 <= since <= 7:
        assert served == expected
    else:
        assert served is None
    assert expected["reset"] is (since == 8)
    post(alice, lobby)
    assert room.subscribed_fields(seat(alice, lobby), **place) is None, "a bell is still on its way"  # type: ignore[arg-type]


@pytest.mark.parametrize("changes", [REPLAY_MOST, REPLAY_MOST + 1])
def test_more_changes_than_a_replay_holds_are_a_reset(lobby: Room, alice: User, changes: int) -> None:
    rows = [Message(room=lobby, seq=n, rev=n, author=alice, body="x") for n in range(1, changes + 1)]
    Message.objects.bulk_create(rows)
    Room.objects.update(seq=changes, rev=changes)
    fields = selectors.subscribed_fields(seat(alice, lobby), since=0, backlog=7)
    assert (fields["reset"], len(fields["messages"])) == ((False, changes) if changes == REPLAY_MOST else (True, 7))
    hole = selectors.changes_after(lobby.pk, 0)
    assert hole is not None
    assert (hole.rev, len(hole.changes), hole.is_whole) == (REPLAY_MOST, REPLAY_MOST, False)


def seqs(membership: Membership, **place: int) -> tuple[list[int], bool, bool]:
    page = selectors.history(membership, **place)
    return [message["seq"] for message in page["messages"]], page["has_before"], page["has_after"]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"before": 5, "limit": 2}, ([3, 4], True, True)),
        ({"before": 3, "limit": 9}, ([1, 2], False, True)),
        ({"before": 1}, ([], False, True)),
        ({"before": 0}, ([], False, True)),
        ({"before": 2**53 - 1, "limit": 2}, ([8, 9], True, False)),
        ({"after": 5, "limit": 2}, ([6, 7], True, True)),
        ({"after": 8}, ([9], True, False)),
        ({"after": 9}, ([], True, False)),
        ({"after": 2**53 - 1}, ([], True, False)),
        ({"after": 0, "limit": 1}, ([1], False, True)),
        ({"around": 5, "limit": 4}, ([3, 4, 5, 6], True, True)),
        ({"around": 5, "limit": 5}, ([3, 4, 5, 6, 7], True, True)),
        ({"around": 5, "limit": 1}, ([5], True, True)),
        ({"around": 1, "limit": 6}, ([1, 2, 3], False, True)),
        ({"around": 9, "limit": 6}, ([6, 7, 8, 9], True, False)),
        ({"around": 0, "limit": 4}, ([1, 2], False, True)),
        ({"around": 2**53 - 1, "limit": 4}, ([8, 9], True, False)),
        ({"around": 2**53 - 1, "limit": 1}, ([], True, False)),
    ],
)
def test_pages_of_history(
    lobby: Room, alice: User, place: dict[str, int], expected: tuple[list[int], bool, bool]
) -> None:
    for _ in range(9):
        post(alice, lobby)
    assert seqs(seat(alice, lobby), **place) == expected


@pytest.mark.parametrize("place", ["before", "after", "around"])
def test_history_of_an_empty_room(lobby: Room, alice: User, place: str) -> None:
    for seq in (0, 1, 9):
        assert seqs(seat(alice, lobby), **{place: seq}) == ([], False, False)


@pytest.mark.parametrize(("backlog", "count", "has_before"), [(0, 0, True), (2, 2, True), (3, 3, False), (9, 3, False)])
def test_a_backlog(lobby: Room, alice: User, backlog: int, count: int, has_before: bool) -> None:
    assert selectors.snapshot(seat(alice, lobby), backlog=backlog)["has_before"] is False
    for _ in range(3):
        post(alice, lobby)
    page = selectors.snapshot(seat(alice, lobby), backlog=backlog)
    assert (len(page["messages"]), page["has_before"]) == (count, has_before)


def test_a_page_is_shortened_at_its_far_end(lobby: Room, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(1, 10):
        post(alice, lobby, f"{n}" * 900)
    size = len(selectors.newest(seat(alice, lobby), 1).texts[0].encode())
    monkeypatch.setattr("chat.protocol.frames.SERVER_FRAME_BYTES", 65_536 + size * 4)
    me = seat(alice, lobby)
    assert seqs(me, before=10)[0][-1] == 9
    assert seqs(me, before=10) == ([7, 8, 9], True, False)
    assert seqs(me, after=0) == ([1, 2, 3], False, True)
    assert seqs(me, around=5)[0] in ([4, 5, 6], [3, 4, 5])
    assert selectors.subscribed_fields(me, since=0)["reset"] is True
    assert selectors.subscribed_fields(me, since=6)["reset"] is False


def test_the_sidebar_and_the_directory(lobby: Room, cellar: Room, alice: User, bob: User, mallory: User) -> None:
    old = make_room(alice, "Attic", bob)
    rooms.archive_room(membership=seat(alice, old))
    post(alice, lobby, "@bob")
    entries = {entry["slug"]: entry for entry in selectors.sidebar(bob)}
    assert list(entries) == ["attic", "cellar", "lobby"]
    assert (entries["lobby"]["seq"], entries["lobby"]["read_seq"], entries["lobby"]["mentions"]) == (1, 0, 1)
    assert [room.slug for room in selectors.directory(mallory)] == ["lobby"]
    assert [room.slug for room in selectors.directory(bob)] == ["lobby", "cellar"]
    assert [room.slug for room in selectors.directory(bob, tab="archived")] == ["attic"]
    assert [room.slug for room in selectors.directory(mallory, tab="joined")] == []
    assert [room.slug for room in selectors.directory(bob, query="ELL")] == ["cellar"]
    assert selectors.room_counts(bob) == {"all": 2, "joined": 2, "archived": 1}
    assert selectors.room_counts(mallory) == {"all": 1, "joined": 0, "archived": 1}
    last = selectors.last_room(alice)
    assert last is not None
    assert last.slug == "lobby"


def test_numbers(lobby: Room, alice: User) -> None:
    post(alice, lobby)
    assert selectors.numbers([lobby.pk, 10**9]) == {lobby.pk: (1, Room.objects.get().epoch)}
    assert selectors.changes_after(10**9, 0) is None
    assert selectors.newest_changes(10**9, 5) is None
    assert isinstance(selectors.newest(seat(alice, lobby), 1).changes[0], Change)


def test_a_crowd(lobby: Room, alice: User, bob: User, carol: User, mallory: User) -> None:
    preview = Membership(room=lobby, user=mallory, role="")
    assert selectors.crowd(preview, 2) == (3, [alice, bob], {alice.pk: "owner", carol.pk: "moderator"}, None)
    assert selectors.crowd(seat(bob, lobby), 9).faces == [alice, bob, carol]
    Membership.objects.filter(room=lobby).delete()
    assert selectors.crowd(preview, 2) == (0, [], {}, None)
    assert selectors.crowd(rooms.open_direct_room(user=bob, people=[mallory]), 4) == (2, [bob, mallory], {}, None)


def test_a_crowd_s_reader_who_is_muted(lobby: Room, alice: User, bob: User, carol: User) -> None:
    """Of the mutes of the room and the site that which ends last."""
    boss = make_user(is_superuser=True)
    soon, later = (timezone.now() + timedelta(hours=hours) for hours in (1, 2))
    moderation.mute_user(actor=alice, user=bob, room=lobby, reason="soon", until=soon)
    assert selectors.crowd(seat(bob, lobby), 2).mute == ("soon", soon)
    assert selectors.crowd(seat(carol, lobby), 2).mute is None
    for until in (later, None):
        site = moderation.mute_user(actor=boss, user=bob, reason="site", until=until)
        assert selectors.crowd(seat(bob, lobby), 2).mute == ("site", until)
    moderation.lift_sanction(actor=boss, sanction=site)
    moderation.ban_user(actor=boss, user=bob, reason="ban")
    assert selectors.crowd(seat(bob, lobby), 2).mute == ("soon", soon)
