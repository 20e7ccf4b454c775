"""The writer: batches in order, an outcome for each draft, whatever happens."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError

from accounts.models import User
from chat import writer as writers
from chat.errors import ChatError, Unavailable
from chat.models import Message, Room
from chat.services import messages
from chat.services.messages import Draft, Posted
from chat.writer import BATCH, WAITING, Writer
from tests.chat.live import Bells, play
from tests.factories import seat

pytestmark = pytest.mark.django_db(transaction=True)


def drafts_of(user: User, room: Room, *bodies: str) -> list[Draft]:
    membership = seat(user, room)
    return [Draft(membership=membership, body=body, client_id=uuid4()) for body in bodies]


def codes(outcomes: Sequence[messages.Outcome]) -> list[str]:
    return [one.code if isinstance(one, ChatError) else "ok" for one in outcomes]


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The bodies of each batch that went to the services."""
    seen: list[list[str]] = []

    def watched(drafts: Sequence[Draft]) -> list[messages.Outcome]:
        seen.append([draft.body for draft in drafts])
        if any(draft.body == "poison" for draft in drafts):
            raise RuntimeError("poison")
        if any(draft.body == "outage" for draft in drafts):
            raise OperationalError("gone")
        return messages.post_messages(drafts)

    monkeypatch.setattr(writers, "post_messages", watched)
    return seen


def test_what_waits_goes_together_and_in_order(
    bells: Bells, batches: list[list[str]], lobby: Room, alice: User, bob: User
) -> None:
    bodies = [str(n) for n in range(BATCH + 20)]
    alone, many = drafts_of(alice, lobby, "alone"), drafts_of(alice, lobby, *bodies)
    others = drafts_of(bob, lobby, "", "x")

    async def scene() -> None:
        writer = Writer()
        assert await writer.post([]) == []
        assert codes(await writer.post(alone)) == ["ok"]
        parts = [many[start : start + 20] for start in range(0, len(many), 20)]
        *mine, theirs = await asyncio.gather(*(writer.post(part) for part in [*parts, others]))
        posted = [one.seq for part in mine for one in part if isinstance(one, Posted)]
        assert posted == list(range(2, BATCH + 22))
        assert codes(theirs) == ["empty", "ok"]
        await writer.close()

    play(scene())
    assert [len(batch) for batch in batches] == [1, BATCH, 22]
    assert list(Message.objects.order_by("seq").values_list("body", flat=True)) == ["alone", *bodies, "x"]


def test_one_poisoned_draft_fails_alone(
    bells: Bells, batches: list[list[str]], lobby: Room, alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene() -> None:
        writer = Writer()
        outcomes = await writer.post(drafts)
        assert codes(outcomes) == ["ok", "unavailable", "ok"]
        assert outcomes[1].retry_after  # type: ignore[union-attr]
        await writer.close()

    drafts = drafts_of(alice, lobby, "one", "poison", "two")
    play(scene())
    assert list(Message.objects.order_by("seq").values_list("body", flat=True)) == ["one", "two"]
    assert "could not be posted" in caplog.text


def test_an_outage_is_unavailable_and_the_next_batch_goes_on(
    bells: Bells, batches: list[list[str]], lobby: Room, alice: User
) -> None:
    async def scene() -> None:
        writer = Writer()
        assert codes(await writer.post(bad)) == ["unavailable", "unavailable"]
        assert codes(await writer.post(good)) == ["ok"]
        await writer.close()

    bad, good = drafts_of(alice, lobby, "one", "outage"), drafts_of(alice, lobby, "two")
    play(scene())
    assert len(batches) == 2


def test_a_full_or_closed_writer_takes_nothing(
    bells: Bells, batches: list[list[str]], lobby: Room, alice: User
) -> None:
    async def scene() -> None:
        writer = Writer()
        assert set(codes(await writer.post(drafts * (WAITING + 1)))) == {"unavailable"}
        waiting = asyncio.create_task(writer.post(drafts))
        await asyncio.sleep(0)
        await writer.close()
        assert codes(await waiting) == ["ok"], "what was accepted is finished"
        assert codes(await writer.post(drafts)) == ["unavailable"]

    drafts = drafts_of(alice, lobby, "x")
    play(scene())
    assert batches == [["x"]]


def test_who_leaves_while_waiting_is_written_all_the_same(
    bells: Bells, batches: list[list[str]], lobby: Room, alice: User
) -> None:
    async def scene() -> None:
        writer = Writer()
        waiting: asyncio.Task[Any] = asyncio.create_task(writer.post(drafts))
        await asyncio.sleep(0)
        waiting.cancel()
        await writer.close()

    drafts = drafts_of(alice, lobby, "x")
    play(scene())
    assert Message.objects.count() == 1
    assert isinstance(Unavailable("x"), ChatError)


def test_who_waits_too_long_is_told_and_what_was_not_begun_is_not_tried(
    bells: Bells, monkeypatch: pytest.MonkeyPatch, lobby: Room, alice: User
) -> None:
    """One clock for all of them; those who come after an outage are served as if nothing had been."""
    tried: list[str] = []

    async def scene() -> None:
        held = asyncio.Event()

        async def away(_: Any, post: Any, drafts: Sequence[Draft]) -> list[messages.Outcome]:
            tried.extend(draft.body for draft in drafts)
            await held.wait()
            return [Unavailable("nobody hears this") for _ in drafts]

        monkeypatch.setattr(writers, "run", away)
        monkeypatch.setattr(writers, "ANSWER_SECONDS", 0.05)
        writer = Writer()
        begun = asyncio.create_task(writer.post(drafts[:1]))
        await asyncio.sleep(0)
        waiting = [asyncio.create_task(writer.post(drafts[1:2])), asyncio.create_task(writer.post(drafts[2:4]))]
        answers = await asyncio.gather(begun, *waiting)
        assert [codes(answer) for answer in answers] == [["unavailable"], ["unavailable"], ["unavailable"] * 2]
        assert writer._count == 0
        late = asyncio.create_task(writer.post(drafts[4:]))
        await asyncio.sleep(0)
        held.set()
        assert codes(await late) == ["unavailable"]
        await writer.close()

    drafts = drafts_of(alice, lobby, "begun", "next", "third", "fourth", "late")
    play(scene())
    assert tried == ["begun", "late"]
