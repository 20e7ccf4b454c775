"""This process's one channel of the layer: what other processes announce, and whether the broker answers at all."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from channels.layers import get_channel_layer

from chat.broadcast import GROUP, Event, carrier

logger = logging.getLogger(__name__)

LAYER_SECONDS = 1.0
ECHO_SECONDS = 3.0


class Doorbell:
    """Hears events of other processes for ever; a broker that is away is asked again and again, and delays nobody.

    A word to its own channel every ECHO_SECONDS shows whether bells come through. The log has one line when they no
    longer do and one when they do again; the library's own, a traceback every second, is shut off in the settings.
    """

    def __init__(self, hear: Callable[[Event], None]) -> None:
        self._hear = hear
        self._layer = get_channel_layer()
        self._channel: str | None = None
        self._away_since: float | None = None
        self._is_heard = True
        self._error: Exception | None = None

    @property
    def is_away(self) -> bool:
        """Whether the broker was last found not to answer."""
        return self._away_since is not None

    async def listen(self) -> None:
        while True:
            try:
                async with asyncio.timeout(LAYER_SECONDS):
                    self._channel = self._channel or await self._layer.new_channel()
                    await self._layer.group_add(GROUP, self._channel)
                while True:
                    self._take(await self._layer.receive(self._channel))
            except Exception as error:  # noqa: BLE001 - whatever ails the broker, live talk goes on by the check
                self._error = error
                await asyncio.sleep(LAYER_SECONDS)

    async def ring(self) -> None:
        """Says a word to ourselves again and again, and tells when it is not heard."""
        while True:
            try:
                async with asyncio.timeout(LAYER_SECONDS):
                    if self._channel is not None:
                        await self._layer.send(self._channel, {"type": "echo", "source": carrier.name, "events": []})
            except Exception as error:  # noqa: BLE001 - the same
                self._error = error
            await asyncio.sleep(ECHO_SECONDS)
            self._look()

    def _take(self, message: dict[str, Any]) -> None:
        self._is_heard = True
        if self._away_since is not None:
            logger.warning("The broker answers again, after %.0f s.", time.monotonic() - self._away_since)
            self._away_since = None
        if message["source"] == carrier.name:
            return
        for event in message["events"]:
            try:
                self._hear(event)
            except Exception:
                logger.exception("an event could not be heard: %s", event)

    def _look(self) -> None:
        if not self._is_heard and self._away_since is None:
            self._away_since = time.monotonic() - ECHO_SECONDS
            logger.warning("The broker does not answer; other processes are heard by the database. (%s)", self._error)
        self._is_heard = False
