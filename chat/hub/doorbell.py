"""This process's one channel of the layer: what other processes announce."""

import asyncio
import logging
from collections.abc import Callable

from channels.layers import get_channel_layer

from chat.broadcast import GROUP, Event, carrier

logger = logging.getLogger(__name__)

LAYER_SECONDS = 1.0


async def listen(hear: Callable[[Event], None]) -> None:
    """Hears events of other processes for ever; a broker that is away is asked again and again, and delays nobody."""
    layer = get_channel_layer()
    channel = None
    while True:
        try:
            async with asyncio.timeout(LAYER_SECONDS):
                channel = channel or await layer.new_channel()
                await layer.group_add(GROUP, channel)
            while True:
                message = await layer.receive(channel)
                if message["source"] != carrier.name:
                    for event in message["events"]:
                        hear(event)
        except Exception as error:  # noqa: BLE001 - whatever ails the broker, live talk goes on by the check
            logger.warning("the channel layer does not answer: %r", error)
            await asyncio.sleep(LAYER_SECONDS)
