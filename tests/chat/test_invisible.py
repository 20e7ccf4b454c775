"""People who don't want to be seen online: no door shows them, and they see all."""

import asyncio
from contextlib import suppress

import pytest
from channels.auth import UserLazyObject

from accounts.credentials import Credential
from accounts.models import User
from chat import selectors
from chat.consumers.reception import Reception
from chat.consumers.socket import Socket as OpenSocket
from chat.hub.presence import presence
from chat.hub.presence.presence import who_is_here
from chat.models import Room
from chat.services import members, people, rooms
from tests.chat.live import do, play
from tests.chat.processes import Site, ids, seen
from tests.factories import seat
from tests.live.site import secret_of

pytestmark = pytest.mark.django_db(transaction=True)


async def hide(user: User, *, on: bool = True) -> None:
    await do(lambda: people.set_invisible(user=user, on=on))


def test_who_becomes_invisible_seems_to_go_and_comes_back(
    site: Site, lobby: Room, alice: User, bob: User, carol: User
) -> None:
    async def scene() -> None:
        here, there = site.process(), site.process()
        watching = await site.come(here, alice, "lobby")
        hidden = await site.come(there, bob, "lobby")
        await site.come(here, bob)
        await site.pass_by()
        assert seen(watching) == ids(alice, bob)
        await hide(bob)
        site.carry(here)
        await site.pass_by()
        assert seen(watching) == seen(hidden) == ids(alice)
        assert watching.of("presence")[-1]["offline"] == [bob.pk]
        await site.come(there, carol)
        await site.pass_by(3 * presence.WHOLE_SECONDS)
        assert seen(hidden) == ids(alice, carol), "who hides sees the others"
        assert seen(watching) == ids(alice, carol)
        await hide(bob, on=False)
        site.carry(here)
        await site.pass_by()
        assert seen(watching) == ids(alice, bob, carol)

    play(scene())


def test_who_comes_invisible_is_not_seen_for_a_moment(site: Site, lobby: Room, alice: User, bob: User) -> None:
    async def scene() -> None:
        hub = site.process()
        watching = await site.come(hub, alice, "lobby")
        await hide(bob)
        site.bells.take()
        await do(bob.refresh_from_db)
        model = await site.come(hub, bob)
        hub.remove(model.reader)
        credential = await do(lambda: Credential(token=secret_of(bob)))
        opened = OpenSocket(UserLazyObject(), credential, hub, model.commands.writer, Reception(), first=None)

        is_greeted = asyncio.Event()

        async def gone() -> dict[str, str]:
            await is_greeted.wait()
            await site.pass_by(3 * presence.WHOLE_SECONDS)
            return {"type": "websocket.disconnect"}

        async def take(event: object) -> None:
            is_greeted.set()

        with suppress(ConnectionError):
            await opened(gone, take)
        await site.pass_by()
        assert [frame["online"] for frame in watching.of("presence")] == [[alice.pk]]

    play(scene())


@pytest.mark.parametrize("on", [True, False])
def test_a_lost_word_of_it_is_made_up_for(site: Site, lobby: Room, alice: User, bob: User, on: bool) -> None:
    async def scene() -> None:
        if not on:
            await hide(bob)
            await do(bob.refresh_from_db)
        hub = site.process()
        watching = await site.come(hub, alice, "lobby")
        await site.come(hub, bob)
        await site.pass_by()
        await hide(bob, on=on)
        site.bells.take()
        await site.pass_by(presence.WHOLE_SECONDS)
        assert seen(watching) == (ids(alice) if on else ids(alice, bob))

    play(scene())


def test_a_word_that_comes_while_it_is_looked_up_counts(
    site: Site, lobby: Room, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is from before it."""
    real = selectors.invisible_among

    def then_heard(user_ids: list[int]) -> set[int]:
        found = real(user_ids)
        hub.presence.hear({"type": "invisible", "user": bob.pk, "on": True})
        return found

    async def scene() -> None:
        watching = await site.come(hub, alice, "lobby")
        await site.come(hub, bob)
        monkeypatch.setattr(selectors, "invisible_among", then_heard)
        await site.pass_by(presence.WHOLE_SECONDS - 1)
        assert seen(watching) == ids(alice)

    hub = site.process()
    play(scene())


def test_typing_tells_nothing_of_them(site: Site, lobby: Room, alice: User, bob: User, carol: User) -> None:
    async def scene() -> None:
        hub = site.process()
        watching = await site.come(hub, alice, "lobby")
        writers = [await site.come(hub, user, "lobby") for user in (bob, carol)]
        await hide(bob)
        site.carry(hub)
        for writer in writers:
            assert await writer.ask("typing", room="lobby") == {}
        await site.pass_by()
        assert [frame["user"]["username"] for frame in watching.of("typing")] == ["carol"]

    play(scene())


def test_coming_into_a_room_does_not_show_them(site: Site, lobby: Room, alice: User, mallory: User) -> None:
    async def scene() -> None:
        hub = site.process()
        watching = await site.come(hub, alice, "lobby")
        hidden = await site.come(hub, mallory, "lobby")
        await hide(mallory)
        site.carry(hub)
        await hidden.ask("join", room="lobby")
        site.carry(hub)
        await site.pass_by(presence.WHOLE_SECONDS)
        assert seen(watching) == ids(alice)

    play(scene())


def test_people_of_a_direct_room_see_each_other_unless(site: Site, alice: User, bob: User) -> None:
    room = rooms.open_direct_room(user=alice, people=[bob]).room

    async def scene() -> None:
        hub = site.process()
        watching = await site.come(hub, alice, room.slug)
        await site.come(hub, bob)
        await site.pass_by()
        assert seen(watching, room.slug) == ids(alice, bob)
        await hide(bob)
        site.carry(hub)
        await site.pass_by()
        assert seen(watching, room.slug) == ids(alice)

    play(scene())


def test_rest_shows_who_is_here_and_no_more(
    site: Site, lobby: Room, alice: User, bob: User, carol: User, mallory: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        here, there = site.process(), site.process()
        monkeypatch.setattr(presence, "_roster", here.presence.roster)
        away = await site.come(here, carol)
        away.reader.acted_at = site.now - presence.AWAY_SECONDS
        for hub, user in ((here, alice), (there, bob), (there, mallory)):
            await site.come(hub, user)
        await site.pass_by()
        assert await do(lambda: who_is_here(lobby)) == {
            "online": [alice.pk, bob.pk, carol.pk], "away": [carol.pk], "count": 3,
        }  # fmt: skip
        await hide(bob)
        await do(lambda: members.leave_room(membership=seat(carol, lobby)))
        site.carry(here)
        await site.pass_by()
        assert await do(lambda: who_is_here(lobby)) == {"online": [alice.pk], "away": [], "count": 1}
        monkeypatch.setattr(presence, "PRESENCE_MOST", 0)
        assert await do(lambda: who_is_here(lobby)) == {"online": [], "away": [], "count": 1}

    play(scene())
