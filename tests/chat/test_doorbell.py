"""Bells over a broker that goes and comes back, and what the log says of it: a line each."""

import asyncio
from typing import Any

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer

from chat.broadcast import GROUP, Event
from chat.hub import doorbell
from chat.hub.doorbell import Doorbell
from site_config import broker
from site_config.embedded import Valkey

BELL: Event = {"type": "bell", "room": 1}


@pytest.fixture
def layer(valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> RedisPubSubChannelLayer:
    made = RedisPubSubChannelLayer(hosts=[broker.host(f"unix://{valkey.socket}")])
    monkeypatch.setattr(doorbell, "get_channel_layer", lambda: made)
    monkeypatch.setattr(doorbell, "ECHO_SECONDS", 0.2)
    return made


async def tell(layer: RedisPubSubChannelLayer, heard: list[Event]) -> None:
    """Another process announces something until it is heard."""
    heard.clear()
    async with asyncio.timeout(20):
        while not heard:
            await layer.group_send(GROUP, {"source": "another", "events": [BELL]})
            await asyncio.sleep(0.05)


async def until_logged(caplog: pytest.LogCaptureFixture, words: str) -> None:
    loop = asyncio.get_running_loop()
    latest = loop.time() + 20
    while words not in caplog.text:
        assert loop.time() < latest, words
        await asyncio.sleep(0.01)


async def test_the_log_has_a_line_when_it_goes_and_one_when_it_is_back(
    layer: Any, valkey: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Event] = []
    bell = Doorbell(heard.append)
    tasks = [asyncio.create_task(bell.listen()), asyncio.create_task(bell.ring())]
    await tell(layer, heard)
    for round_number in (1, 2):
        valkey.stop(5)
        await until_logged(caplog, "does not answer")
        valkey.start()
        valkey.wait_until(valkey.is_ready, 10)
        await tell(layer, heard)
        await until_logged(caplog, "answers again")
        assert len(caplog.messages) == 2, round_number
        caplog.clear()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await layer.flush()


async def test_an_event_that_cannot_be_heard_keeps_no_other_from_it(
    layer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Event] = []

    def hear(event: Event) -> None:
        if event["type"] == "poison":
            raise RuntimeError("poison")
        heard.append(event)

    bell = Doorbell(hear)
    task = asyncio.create_task(bell.listen())
    await tell(layer, heard)
    heard.clear()
    await layer.group_send(GROUP, {"source": "another", "events": [{"type": "poison"}, BELL]})
    await until_logged(caplog, "an event could not be heard")
    assert heard == [BELL]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await layer.flush()
