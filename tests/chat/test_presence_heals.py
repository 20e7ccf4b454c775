"""Presence when something dies, is lost or is away for a time."""

from typing import Any

import pytest
from django.db import OperationalError

from accounts.models import User
from chat import selectors
from chat.hub.presence import boards, presence, roster
from chat.models import Room
from chat.services import members
from tests.chat.live import do, play
from tests.chat.processes import GONE, Site, ids, seen, settle

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_people_of_a_dead_process_go_within_45_seconds(site: Site, lobby: Room, alice: User, bob: User) -> None:
    async def scene() -> None:
        here, there = site.process(), site.process()
        watching = await site.come(here, alice, "lobby")
        await site.come(there, bob)
        await site.pass_by(9)
        site.hubs.remove(there)
        await site.pass_by(20)
        assert seen(watching) == ids(alice, bob)
        await site.pass_by(25)
        assert seen(watching) == ids(alice)
        site.hubs.append(there)
        await site.pass_by(presence.WHOLE_SECONDS)
        assert seen(watching) == ids(alice, bob), "it was only slow"

    play(scene())


def test_while_the_broker_is_away_nobody_is_said_to_have_gone(
    site: Site, lobby: Room, alice: User, bob: User, carol: User
) -> None:
    async def scene() -> None:
        here, there = site.process(), site.process()
        watching = await site.come(here, alice, "lobby")
        leaving = await site.come(there, bob)
        await site.pass_by()
        site.is_broker_away = True
        await site.pass_by(100)
        assert seen(watching) == ids(alice, bob)
        there.remove(leaving.reader)
        await site.come(there, carol)
        await site.come(here, carol)
        await site.pass_by()
        assert seen(watching) == ids(alice, bob, carol), "of its own people it knows all the same"
        await site.pass_by(GONE)
        site.is_broker_away = False
        await site.pass_by(presence.WHOLE_SECONDS)
        assert seen(watching) == ids(alice, carol)

    play(scene())


def test_a_new_process_asks_the_others(site: Site, lobby: Room, alice: User, bob: User) -> None:
    async def scene() -> None:
        old = site.process()
        await site.come(old, bob)
        await site.pass_by(presence.WHOLE_SECONDS + 1)
        watching = await site.come(site.process(), alice, "lobby")
        await site.pass_by(2)
        assert seen(watching) == ids(alice, bob)

    play(scene())


def test_a_process_that_was_stopped_itself_takes_nobody_for_dead(
    site: Site, lobby: Room, alice: User, bob: User
) -> None:
    async def scene() -> None:
        here, there = site.process(), site.process()
        watching = await site.come(here, alice, "lobby")
        await site.come(there, bob)
        await site.pass_by()
        site.now += 3600
        await here.presence.tick()
        await settle()
        assert seen(watching) == ids(alice, bob)

    play(scene())


def test_a_lost_word_of_somebody_who_joined_is_made_up_for(site: Site, lobby: Room, alice: User, mallory: User) -> None:
    async def scene() -> None:
        hub = site.process()
        watching = await site.come(hub, alice, "lobby")
        await site.come(hub, mallory)
        await site.pass_by()
        await do(lambda: members.join_room(user=mallory, room=lobby))
        site.bells.take()
        await site.pass_by(boards.REREAD_SECONDS - 2)
        assert seen(watching) == ids(alice)
        await site.pass_by(4)
        assert seen(watching) == ids(alice, mallory)

    play(scene())


def test_while_the_database_is_away_nothing_is_shown_and_then_all(
    site: Site, lobby: Room, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: Any) -> None:
        raise OperationalError("gone")

    async def scene() -> None:
        hub = site.process()
        watching = await site.come(hub, alice, "lobby")
        await site.pass_by()
        with monkeypatch.context() as patch:
            patch.setattr(selectors, "members_among", gone)
            await site.come(hub, bob)
            late = await site.come(hub, alice, "lobby")
            await site.pass_by(3)
            assert (len(watching.of("presence")), len(late.of("presence"))) == (1, 0)
        await site.pass_by()
        assert seen(watching) == seen(late) == ids(alice, bob)

    play(scene())


def test_the_roster_heals_in_time() -> None:
    """The promise is 45 s from the death of a process."""
    assert roster.SILENT_SECONDS + presence.TICK_SECONDS < 45
    assert roster.SILENT_SECONDS > 3 * presence.WHOLE_SECONDS
