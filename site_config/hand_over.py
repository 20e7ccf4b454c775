"""Serving a socket outside of the middlewares that let it in."""

import asyncio
from typing import Any


class HandOver:
    """Lets the stack of middlewares go once it has said who comes in.

    Each of them holds a copy of the scope, a frame and perhaps a `send` of its own for as long as what it calls runs:
    a third of an idle socket's memory, and of the work of telling a message to a thousand readers. So the consumer may
    give what serves the socket to the scope's `hand_over`, and it is served here.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "websocket":
            await self.application(scope, receive, send)
            return
        left: list[Any] = []
        # In a task of its own, so that what it leaves in its context (connections, caches) goes as well.
        stack = self.application(scope | {"hand_over": left.append}, receive, send)
        await asyncio.Task(stack, loop=asyncio.get_running_loop(), eager_start=True)
        del scope
        for serve in left:
            await serve(receive, send)
