"""Questions that wait go to the database together."""

import asyncio
import threading
from collections.abc import Sequence

import pytest
from django.db import OperationalError

from chat import threads
from chat.errors import Unavailable
from chat.threads import Together

pytestmark = pytest.mark.django_db(transaction=True)


class Slow:
    """Answers with the double of each question, the first time only when it may."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_answer = threading.Event()
        self.has_begun = threading.Event()

    def __call__(self, questions: Sequence[int]) -> list[int]:
        self.batches.append(list(questions))
        self.has_begun.set()
        self.may_answer.wait(10)
        if 0 in questions:
            raise OperationalError("away")
        return [2 * one for one in questions]


async def asked(slow: Slow, *questions: int) -> list[asyncio.Task[int]]:
    """The first question is under way, the others wait."""
    together = Together(slow)
    asking = [asyncio.create_task(together.ask(one)) for one in questions[:1]]
    await asyncio.to_thread(slow.has_begun.wait, 10)
    asking += [asyncio.create_task(together.ask(one)) for one in questions[1:]]
    await asyncio.sleep(0)
    return asking


async def test_what_waits_goes_together_and_the_first_alone() -> None:
    slow = Slow()
    asking = await asked(slow, 1, 2, 3, 2)
    slow.may_answer.set()
    assert await asyncio.gather(*asking) == [2, 4, 6, 4]
    assert slow.batches == [[1], [2, 3, 2]]


async def test_a_batch_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "BATCH", 2)
    slow = Slow()
    asking = await asked(slow, 1, 2, 3, 4)
    slow.may_answer.set()
    assert await asyncio.gather(*asking) == [2, 4, 6, 8]
    assert slow.batches == [[1], [2, 3], [4]]


async def test_who_is_gone_keeps_nobody_from_an_answer() -> None:
    slow = Slow()
    first, second, third = await asked(slow, 1, 2, 3)
    first.cancel()
    second.cancel()
    slow.may_answer.set()
    assert await third == 6


async def test_all_who_asked_together_hear_that_the_database_is_away_and_the_next_are_answered() -> None:
    slow = Slow()
    first, second, third = await asked(slow, 1, 0, 2)
    slow.may_answer.set()
    assert await first == 2
    for one in (second, third):
        with pytest.raises(Unavailable):
            await one
    assert await Together(slow).ask(4) == 8
