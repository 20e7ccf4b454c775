"""Who is here: two processes, their people, and what rooms show of them."""

import asyncio
import time
from typing import Any

import pytest

from accounts.models import User
from chat.hub.presence import boards, presence
from chat.models import Room
from chat.protocol import PRESENCE_MOST
from chat.services import members
from tests.chat.live import do, play
from tests.chat.processes import GONE, Site, ids, seen, settle
from tests.factories import make_room, make_user, seat

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_comes_and_who_goes(site: Site, lobby: Room, alice: User, bob: User, mallory: User) -> None:
    async def scene() -> None:
        here, there = site.process(), site.process()
        watching = [await site.come(here, alice, "lobby"), await site.come(there, mallory, "lobby")]
        await site.pass_by()
        assert [len(one.of("presence")) for one in watching] == [1, 1]
        assert [seen(one) for one in watching] == [ids(alice)] * 2, "a preview is no member"
        guest = await site.come(there, bob)
        await site.pass_by()
        assert [seen(one) for one in watching] == [ids(alice, bob)] * 2
        there.remove(guest.reader)
        await site.pass_by(presence.LEAVING_SECONDS - 1)
        assert [len(one.of("presence")) for one in watching] == [2, 2], "who loads the next page has not gone"
        await site.pass_by(2)
        assert watching[0].of("presence")[-1] == {
            "type": "presence", "room": "lobby", "online": [], "offline": [bob.pk], "away": [], "count": 1,
        }  # fmt: skip
        assert [seen(one) for one in watching] == [ids(alice)] * 2

    play(scene())


def test_the_first_frame_has_everyone_also_when_one_subscribes_again(
    site: Site, lobby: Room, alice: User, bob: User, carol: User
) -> None:
    async def scene() -> None:
        hub = site.process()
        watching = await site.come(hub, alice, "lobby")
        for user in (bob, carol):
            await site.come(hub, user)
        await site.pass_by()
        await watching.subscribe("lobby", backlog=0)
        await site.pass_by()
        frames = watching.of("presence")
        assert [set(frame["online"]) for frame in frames] == [ids(alice, bob, carol)] * 2
        await site.pass_by(30)
        assert len(watching.of("presence")) == 2, "where nothing changes nothing is told"

    play(scene())


def test_somebody_with_several_devices_goes_with_the_last(site: Site, lobby: Room, alice: User, bob: User) -> None:
    async def scene() -> None:
        here, there = site.process(), site.process()
        watching = await site.come(here, alice, "lobby")
        devices = [(hub, await site.come(hub, bob)) for hub in (here, here, there)]
        await site.pass_by()
        for hub, device in devices:
            assert bob.pk in seen(watching)
            hub.remove(device.reader)
            await site.pass_by(GONE)
        assert seen(watching) == ids(alice)
        assert len(watching.of("presence")) == 2

    play(scene())


def test_away_is_who_does_nothing_on_any_device(site: Site, lobby: Room, alice: User, bob: User) -> None:
    async def scene() -> None:
        here, there = site.process(), site.process()
        watching = await site.come(here, alice, "lobby")
        devices = [await site.come(hub, bob) for hub in (here, there)]
        await site.pass_by()

        def last() -> Any:
            return [watching.of("presence")[-1][kind] for kind in ("online", "away", "offline")]

        for device, is_away in zip(devices, (False, True), strict=True):
            device.reader.acted_at = site.now - presence.AWAY_SECONDS
            await site.pass_by()
            assert (last() == [[bob.pk], [bob.pk], []]) is is_away
        await devices[1].ask("ping")
        await site.pass_by()
        assert last() == [[bob.pk], [bob.pk], []], "a ping is the machine's"
        devices[1].reader.acted_at = site.now - presence.AWAY_SECONDS + 3
        await site.pass_by(1)
        assert last() == [[bob.pk], [], []]
        await site.pass_by(3)
        assert last() == [[bob.pk], [bob.pk], []]
        site.now = time.monotonic()
        await devices[0].ask("read", room="lobby", seq=0)
        await site.pass_by()
        assert last() == [[bob.pk], [], []]

    play(scene())


def test_a_room_gets_one_frame_a_second_however_many_come(site: Site, lobby: Room, alice: User) -> None:
    async def scene() -> None:
        hub = site.process()
        watching = await site.come(hub, alice, "lobby")
        await site.pass_by()
        for person in crowd:
            await site.come(hub, person)
        await site.pass_by()
        assert [len(frame["online"]) for frame in watching.of("presence")] == [1, 30]
        assert seen(watching) == ids(alice, *crowd)

    crowd = [make_user() for _ in range(30)]
    for person in crowd:
        members.join_room(user=person, room=lobby, is_quiet=True)
    play(scene())


def test_when_there_is_more_to_tell_than_a_second_may_cost_the_rest_waits(
    site: Site, lobby: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "FRAMES", 3)
    monkeypatch.setattr(boards, "AT_ONCE", 2)
    make_room(alice, "Attic")

    async def scene() -> None:
        hub = site.process()
        watching = [await site.come(hub, alice, "lobby", "attic") for _ in range(4)]
        site.now += 1
        for told in (3, 6, 8, 8):
            await hub.presence.tick()
            await settle()
            assert sum(len(one.of("presence")) for one in watching) == told
        assert all(seen(one, room) == ids(alice) for one in watching for room in ("lobby", "attic"))

    play(scene())


def test_rooms_are_read_a_few_at_a_time(site: Site, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boards, "READ", 2)
    rooms = [make_room(alice, name).slug for name in ("One", "Two", "Three")]

    async def scene() -> None:
        hub = site.process()
        watching = await site.come(hub, alice, *rooms)
        for shown in (2, 3):
            await hub.presence.tick()
            await settle()
            assert sum(seen(watching, room) == ids(alice) for room in rooms) == shown

    play(scene())


def test_a_busy_socket_is_told_later_all_it_missed_in_one_frame(
    site: Site, lobby: Room, alice: User, bob: User, carol: User
) -> None:
    async def scene() -> None:
        hub = site.process()
        watching = await site.come(hub, alice, "lobby")
        await site.come(hub, bob)
        await site.pass_by()
        watching.gate.clear()
        waiting = asyncio.create_task(watching.ask("ping"))
        await settle()
        guest = await site.come(hub, carol)
        await site.pass_by()
        hub.remove(guest.reader)
        await site.pass_by(GONE)
        watching.gate.set()
        await waiting
        assert len(watching.of("presence")) == 1
        await site.pass_by()
        assert watching.of("presence")[-1]["offline"] == [carol.pk]
        assert seen(watching) == ids(alice, bob)

    play(scene())


def test_members_who_join_and_leave_while_they_are_online(site: Site, cellar: Room, alice: User, mallory: User) -> None:
    async def scene() -> None:
        here, there = site.process(), site.process()
        watching = await site.come(here, alice, "cellar")
        await site.come(there, mallory)
        await site.pass_by()
        assert seen(watching, "cellar") == ids(alice)
        await do(lambda: members.add_member(membership=seat(alice, cellar), user=mallory))
        await site.pass_by()
        assert seen(watching, "cellar") == ids(alice, mallory)
        await do(lambda: members.remove_member(membership=seat(alice, cellar), user=mallory))
        await site.pass_by()
        assert seen(watching, "cellar") == ids(alice)

    play(scene())


def test_who_is_removed_sees_nobody_any_more(site: Site, cellar: Room, alice: User, bob: User, carol: User) -> None:
    async def scene() -> None:
        hub = site.process()
        watching = await site.come(hub, bob, "cellar")
        await site.pass_by()
        await do(lambda: members.remove_member(membership=seat(alice, cellar), user=bob))
        site.carry(hub)
        await site.come(hub, carol)
        await site.pass_by()
        assert len(watching.of("presence")) == 1

    play(scene())


@pytest.mark.parametrize(("presence", "told"), [(True, 1), (None, 1), (False, 0)])
def test_who_wants_only_unread_marks_says_so(
    site: Site, lobby: Room, alice: User, bob: User, presence: bool | None, told: int
) -> None:
    async def scene() -> None:
        hub = site.process()
        watching = await site.come(hub, alice, "lobby", presence=presence)
        await (await site.come(hub, bob, "lobby")).ask("typing", room="lobby")
        await site.pass_by()
        assert (len(watching.of("presence")), len(watching.of("typing"))) == (told, told)

    play(scene())


def test_what_nobody_watches_is_forgotten(site: Site, lobby: Room, alice: User, bob: User) -> None:
    async def scene() -> None:
        hub = site.process()
        watching, other = await site.come(hub, alice, "lobby"), await site.come(hub, bob, "lobby")
        await site.pass_by()
        board = hub.presence._boards._boards[lobby.pk]
        assert len(board._people) == len(board._watchers) == 2
        hub.remove(other.reader)
        await site.pass_by(2 * presence.WHOLE_SECONDS)
        assert list(board._people) == [alice.pk]
        assert len(board._watchers) == 1
        assert hub.presence.roster.online() == ids(alice)
        await watching.ask("unsubscribe", room="lobby")
        await site.pass_by(2 * presence.WHOLE_SECONDS)
        assert hub.presence._boards._boards == {}

    play(scene())


@pytest.mark.parametrize(("people", "is_cut"), [(PRESENCE_MOST, False), (PRESENCE_MOST + 1, True)])
def test_a_frame_names_a_thousand_and_counts_the_rest(
    site: Site, lobby: Room, alice: User, people: int, is_cut: bool
) -> None:
    async def scene() -> None:
        hub = site.process()
        watching = await site.come(hub, alice, "lobby")
        board = hub.presence._boards._boards[lobby.pk]
        for crowd in (range(people), range(0)):
            board.replace(dict.fromkeys(crowd, True))
            board.show(10)
            await settle()
        whole, gone = watching.of("presence")
        assert (len(whole["online"]), len(whole["away"]), whole["count"]) == (PRESENCE_MOST, PRESENCE_MOST, people)
        assert (len(gone["offline"]), gone["count"]) == (PRESENCE_MOST, 0)
        assert [frame.get("more", False) for frame in (whole, gone)] == [is_cut] * 2

    play(scene())
