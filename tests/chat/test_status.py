"""What people say of themselves: until when, to whom it is told, and what is no status."""

import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from chat import encoding, selectors
from chat.errors import BadRequest, ChatError, TooLong
from chat.hub.presence import presence
from chat.models import Room
from chat.protocol import STATUS_LENGTH, timestamp
from chat.services import people, rooms
from chat.services.people import status
from tests.chat.announcements import Announced
from tests.chat.live import do, play
from tests.chat.processes import Site
from tests.factories import make_room, post, seat

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def passed(user: User, **fields: Any) -> User:
    """The person once these times lie behind."""
    User.objects.filter(pk=user.pk).update(**dict.fromkeys(fields, timezone.now() - SECOND))
    user.refresh_from_db()
    return user


def test_a_status_runs_out_by_itself(bob: User) -> None:
    until = timezone.now() + HOUR
    user = people.set_status(user=bob, emoji="🌴", text="  On the  beach ", until=until)
    assert encoding.status(user) == {"emoji": "🌴", "text": "On the beach", "until": timestamp(until)}
    assert encoding.status(passed(bob, status_until=...)) is None
    assert encoding.myself(bob)["status"] is None


@pytest.mark.parametrize(("emoji", "text"), [("🌴", ""), ("", "away"), ("👍🏽", "x" * STATUS_LENGTH)])
def test_an_emoji_or_a_text_is_enough_and_stays_until_it_is_taken_back(bob: User, emoji: str, text: str) -> None:
    user = people.set_status(user=bob, emoji=emoji, text=text)
    assert encoding.status(user) == {"emoji": emoji, "text": text, "until": None}
    assert encoding.status(people.set_status(user=bob, emoji="", text=" ", until=timezone.now() + HOUR)) is None


@pytest.mark.parametrize(
    ("fields", "error", "field"),
    [
        ({"emoji": "x"}, BadRequest, "emoji"),
        ({"emoji": "🌴🌴"}, BadRequest, "emoji"),
        ({"text": "x" * (STATUS_LENGTH + 1)}, TooLong, "text"),
        ({"text": "\u202e evil"}, BadRequest, "text"),
        ({"text": "two\nlines"}, BadRequest, "text"),
    ],
)
def test_what_is_no_status(bob: User, fields: dict[str, Any], error: type[ChatError], field: str) -> None:
    with pytest.raises(error) as caught:
        people.set_status(user=bob, **fields)
    assert caught.value.field == field
    assert encoding.status(User.objects.get(pk=bob.pk)) is None


@pytest.mark.parametrize(
    ("ahead", "is_good"),
    [(-SECOND, False), (timedelta(), False), (SECOND, True), (status.LONGEST, True), (status.LONGEST + SECOND, False)],
)
def test_times_lie_ahead_and_not_too_far(bob: User, ahead: timedelta, is_good: bool) -> None:
    until = timezone.now() + ahead
    for write in (
        partial(people.set_status, user=bob, text="x", until=until),
        partial(people.set_do_not_disturb, user=bob, until=until),
    ):
        if is_good:
            write()
            continue
        with pytest.raises(BadRequest) as caught:
            write()
        assert caught.value.field == "until"


def test_it_is_told_to_rooms_and_to_my_other_pages(
    lobby: Room, cellar: Room, bob: User, alice: User, announced: Announced
) -> None:
    make_room(alice, "Hers")
    said = {"emoji": "🌴", "text": "", "until": None}
    announced(lambda: people.set_status(user=bob, emoji="🌴", origin="this page"))
    (event,) = [event for event in announced.events if event["type"] == "status"]
    assert set(event["rooms"]) == {lobby.pk, cellar.pk}
    assert json.loads(event["text"]) == {"type": "status", "user": bob.pk, "status": said}
    mine = {"type": "my_status", "status": said, "dnd_until": None, "invisible": False}
    assert announced.frames_to(bob)[-1] == mine
    assert announced.events[-1]["origin"] == "this page"
    announced(lambda: people.set_status(user=bob, emoji="🌴"))
    assert announced.events == [], "nothing has changed"
    announced(lambda: people.set_status(user=bob))
    assert [json.loads(event["text"])["status"] for event in announced.events] == [None, None]


def test_what_is_nobodys_business_is_told_to_me_alone(lobby: Room, bob: User, announced: Announced) -> None:
    until = timezone.now() + HOUR
    for _ in range(2):
        announced(lambda: people.set_do_not_disturb(user=bob, until=until))
        announced(lambda: people.set_invisible(user=bob, on=True))
    assert announced.events == [], "done twice"
    announced(lambda: people.set_do_not_disturb(user=bob, until=None))
    assert [event["type"] for event in announced.events] == ["told"]
    announced(lambda: people.set_invisible(user=bob, on=False))
    assert announced.frames_to(bob) == [{"type": "my_status", "status": None, "dnd_until": None, "invisible": False}]
    people.set_do_not_disturb(user=bob, until=until)
    bob.refresh_from_db()
    assert encoding.my_status(bob)["dnd_until"] == timestamp(until)
    assert encoding.my_status(passed(bob, dnd_until=...))["dnd_until"] is None


def test_who_is_not_to_be_disturbed_is_told_quietly(
    lobby: Room, alice: User, bob: User, carol: User, announced: Announced
) -> None:
    def told() -> dict[int, dict[str, Any]]:
        events = [event for event in announced.events if event["type"] == "notify"]
        return {user: json.loads(event["text"]) for event in events for user in event["users"]}

    people.set_do_not_disturb(user=bob, until=timezone.now() + HOUR)
    announced(lambda: post(alice, lobby, "@bob @carol"))
    assert told()[bob.pk] == told()[carol.pk] | {"quiet": True}
    assert "quiet" not in told()[carol.pk]
    passed(bob, dnd_until=...)
    announced(lambda: post(alice, lobby, "@bob"))
    assert "quiet" not in told()[bob.pk]


def test_what_is_over_leaves_the_rows_and_nobody_sees_a_change(
    lobby: Room, alice: User, bob: User, carol: User, announced: Announced
) -> None:
    rooms.open_direct_room(user=alice, people=[bob])
    later = timezone.now() + HOUR
    for user, until in ((alice, None), (bob, later), (carol, later)):
        people.set_status(user=user, emoji="🌴", text="away", until=until)
        people.set_do_not_disturb(user=user, until=later)
    passed(bob, status_until=...)
    passed(carol, dnd_until=...)

    def shown() -> list[Any]:
        seen = [encoding.myself(user) | encoding.profile(user) for user in User.objects.order_by("pk")]
        return [*seen, selectors.sidebar(alice), selectors.subscribed_fields(seat(alice, lobby))]

    before = shown()
    assert announced(people.sweep_presence) == 2
    assert announced.events == []
    assert shown() == before
    rows = User.objects.order_by("username").values_list("status_emoji", "status_text", "status_until", "dnd_until")
    assert list(rows) == [("🌴", "away", None, later), ("", "", None, later), ("🌴", "away", later, None)]
    assert people.sweep_presence() == 0


def test_people_are_shown_with_what_they_say_now(alice: User, bob: User) -> None:
    people.set_status(user=bob, text="busy")
    bob.refresh_from_db()
    assert encoding.profile(bob) == encoding.person(bob) | {"status": encoding.status(bob)}
    room = rooms.open_direct_room(user=alice, people=[bob]).room
    with_bob = encoding.entry(room.memberships.get(user=alice), 0, [bob])
    assert with_bob["people"] == [encoding.profile(bob)]


@pytest.mark.django_db(transaction=True)
def test_who_watches_a_room_hears_of_it_once_and_no_faster_than_presence(
    site: Site, lobby: Room, cellar: Room, alice: User, bob: User, mallory: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        hub = site.process()
        both = await site.come(hub, alice, "lobby", "cellar")
        guest = await site.come(hub, mallory, "lobby")
        apart = await site.come(hub, alice, "lobby", presence=False)
        elsewhere = await site.come(hub, mallory)
        for text in ("one", "two", "three"):
            await do(partial(people.set_status, user=bob, text=text))
        site.carry(hub)
        await site.pass_by()
        heard = [[frame["status"]["text"] for frame in one.of("status")] for one in (both, guest, apart, elsewhere)]
        assert heard == [["three"], ["three"], [], []]
        monkeypatch.setattr(presence, "WHOLE_SECONDS", 1.0)
        await both.ask("unsubscribe", room="lobby")
        await guest.ask("unsubscribe", room="lobby")
        await do(lambda: people.set_status(user=bob))
        site.carry(hub)
        await site.pass_by()
        assert (both.of("status")[-1]["status"], len(guest.of("status"))) == (None, 1)

    play(scene())
