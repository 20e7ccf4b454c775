"""What a socket's application has yet to receive."""

import asyncio
from typing import Any

import pytest
from twisted.internet.testing import StringTransport

from site_config.server.flow import INBOX_BYTES, INBOX_MOST, Inbox


def test_events_come_in_order_whether_they_wait_or_are_awaited() -> None:
    async def scene() -> list[int]:
        inbox, got = Inbox(), []
        for number in (0, 1):
            inbox.put_nowait({"number": number})
        got += [(await inbox.get())["number"], (await inbox.get())["number"]]
        later = asyncio.create_task(inbox.get())
        await asyncio.sleep(0)
        for number in (2, 3):
            inbox.put_nowait({"number": number})
        return [*got, (await later)["number"], (await inbox.get())["number"]]

    assert asyncio.run(scene()) == [0, 1, 2, 3]


def test_an_event_outlives_the_one_who_waited_for_it() -> None:
    async def scene() -> int:
        inbox = Inbox()
        gone = asyncio.create_task(inbox.get())
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone])
        inbox.put_nowait({"number": 7})
        return int((await inbox.get())["number"])

    assert asyncio.run(scene()) == 7


@pytest.mark.parametrize(
    ("event", "most"),
    [
        ({"type": "websocket.receive", "text": "x"}, INBOX_MOST),
        ({"type": "websocket.receive", "text": "x" * 65_536}, INBOX_BYTES // 65_536),
        ({"type": "websocket.receive", "bytes": b"x" * 65_536}, INBOX_BYTES // 65_536),
    ],
)
def test_too_much_that_waits_stops_its_source_until_it_is_received(event: dict[str, Any], most: int) -> None:
    source = StringTransport()

    async def scene() -> list[str]:
        inbox, states = Inbox(source), []
        for number in range(most + 1):
            inbox.put_nowait(event)
            if number >= most - 2:
                states.append(source.producerState)
        for _ in range(2):
            await inbox.get()
            states.append(source.producerState)
        return states

    assert asyncio.run(scene()) == ["producing", "paused", "paused", "paused", "producing"]
