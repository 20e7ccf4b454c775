"""Work that nobody waits for."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from chat.errors import ChatError

logger = logging.getLogger(__name__)

_running: set[asyncio.Task[None]] = set()


def in_background(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Starts it, and logs what becomes of it where that is an error."""
    task = asyncio.get_running_loop().create_task(_logged(work))
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except ChatError as error:
        logger.warning("put off until the next check: %s", error)
    except Exception:
        logger.exception("work in the background failed")
