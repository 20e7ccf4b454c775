"""This process's one channel of the layer, and the groups that it is in."""

import asyncio
import logging
from collections.abc import Callable

from channels.layers import get_channel_layer

from chat.broadcast import Event, carrier

logger = logging.getLogger(__name__)

LAYER_SECONDS = 1.0


class Doorbell:
    """Hears events of other processes.

    A broker that is away delays nobody: groups are joined by a later `renew`, and what was missed the check finds.
    """

    def __init__(self, hear: Callable[[Event], None]) -> None:
        self._hear = hear
        self._wanted: set[str] = set()
        self._joined: set[str] = set()
        self._channel: str | None = None
        self._is_away = False
        self._turn = asyncio.Lock()

    async def listen(self) -> None:
        """For ever; a broker that does not answer is asked again and again."""
        layer = get_channel_layer()
        while True:
            try:
                self._channel = await layer.new_channel()
                self._joined.clear()
                await self.renew()
                while True:
                    event = await layer.receive(self._channel)
                    if event.get("source") != carrier.name:
                        self._hear(event)
            except Exception as error:  # noqa: BLE001 - whatever ails the broker, live talk goes on by the check
                logger.warning("the channel layer does not answer: %r", error)
                self._is_away = True
                await asyncio.sleep(LAYER_SECONDS)

    async def join(self, group: str) -> None:
        """Within LAYER_SECONDS, and at once where the broker is known to be away."""
        self._wanted.add(group)
        if group not in self._joined and not self._is_away:
            await self._settle(group)

    async def leave(self, group: str) -> None:
        """Unless somebody joins it again before its turn comes."""
        self._wanted.discard(group)
        if group in self._joined:
            await self._settle(group)

    async def renew(self) -> None:
        """Joins what is wanted and not joined, and leaves what is not wanted any more."""
        self._is_away = False
        for group in self._wanted ^ self._joined:
            await self._settle(group)
            if self._is_away:
                return

    async def _settle(self, group: str) -> None:
        """Makes the layer agree with what is wanted now, one group after the other."""
        async with self._turn:
            is_wanted = group in self._wanted
            if is_wanted == (group in self._joined) or self._channel is None or self._is_away:
                return
            layer = get_channel_layer()
            try:
                async with asyncio.timeout(LAYER_SECONDS):
                    await (layer.group_add if is_wanted else layer.group_discard)(group, self._channel)
            except Exception as error:  # noqa: BLE001 - see listen
                logger.warning("the channel layer does not answer: %r", error)
                self._is_away = True
            else:
                (self._joined.add if is_wanted else self._joined.discard)(group)
