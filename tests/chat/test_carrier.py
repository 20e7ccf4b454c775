"""Where an event goes: to the hub of its own process, and to other processes where there are any."""

import asyncio
from typing import Any

import pytest
from django.conf import LazySettings

from chat import broadcast
from chat.broadcast import GROUP, Carrier, Event


class Layer:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, list[Event]]] = []

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self.sent.append((group, message["events"]))


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Layer:
    made = Layer()
    monkeypatch.setattr(broadcast, "get_channel_layer", lambda: made)
    return made


@pytest.mark.parametrize("is_alone", [False, True])
async def test_the_only_worker_of_a_site_tells_nobody_but_its_own_hub(
    layer: Layer, settings: LazySettings, is_alone: bool
) -> None:
    settings.IS_ALONE = is_alone
    heard: list[Event] = []
    carrier = Carrier()
    carrier.attach(asyncio.get_running_loop(), heard.append)
    events = [{"type": "bell", "room": room} for room in (1, 2)]
    for event in events:
        carrier.carry(event)
    for _ in range(5):
        await asyncio.sleep(0)
    assert heard == events
    assert layer.sent == ([] if is_alone else [(GROUP, events)])


def test_a_command_beside_the_only_worker_tells_it_all_the_same(layer: Layer, settings: LazySettings) -> None:
    settings.IS_ALONE = True
    Carrier().carry({"type": "bell", "room": 1})
    assert layer.sent == [(GROUP, [{"type": "bell", "room": 1}])]
