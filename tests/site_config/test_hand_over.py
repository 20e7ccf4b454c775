"""Who comes in is found inside the stack of middlewares; what serves a socket runs outside of it."""

import asyncio
import weakref
from typing import Any

from asgiref.local import Local

from site_config.hand_over import HandOver

local = Local()


class Held:
    """Something that a middleware holds while what it calls runs."""


async def receive() -> dict[str, Any]:
    return {}


async def send(event: dict[str, Any]) -> None:
    pass


def test_what_serves_a_socket_runs_without_the_stack_and_with_the_servers_own_send() -> None:
    seen: dict[str, Any] = {}

    async def serve(receive: Any, send: Any) -> None:
        seen.update(send=send, held=seen["middleware"](), local=hasattr(local, "left"))

    async def stack(scope: dict[str, Any], receive: Any, send: Any) -> None:
        held = scope["held"] = Held()
        seen["middleware"] = weakref.ref(held)
        local.left = True
        await asyncio.sleep(0)
        scope["hand_over"](serve)

    asyncio.run(HandOver(stack)({"type": "websocket"}, receive, send))
    assert (seen["send"], seen["held"], seen["local"]) == (send, None, False)


def test_requests_pass_as_they_are() -> None:
    seen: list[Any] = []

    async def pages(*given: Any) -> None:
        seen.extend(given)

    scope = {"type": "http"}
    asyncio.run(HandOver(pages)(scope, receive, send))
    assert seen == [scope, receive, send]
    assert "hand_over" not in scope


def test_who_is_not_let_in_is_not_served() -> None:
    async def refuse(scope: dict[str, Any], receive: Any, send: Any) -> None:
        pass

    asyncio.run(HandOver(refuse)({"type": "websocket"}, receive, send))
