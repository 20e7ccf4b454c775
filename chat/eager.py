"""Work that is begun in the caller's own turn of the loop."""

import asyncio
from collections.abc import Coroutine
from typing import Any

_running: set[asyncio.Task[None]] = set()


def begin(work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Runs at once as far as it gets without waiting; a task only for the rest."""
    task = asyncio.Task(work, loop=asyncio.get_running_loop(), eager_start=True)
    if task.done():
        return None
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task
