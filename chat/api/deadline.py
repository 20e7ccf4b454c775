"""Programs are answered in time, also while a thread waits for a database that has stopped in mid-sentence."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from chat.api import problems
from chat.api.middleware import API, FILES
from chat.threads import ANSWER_SECONDS, DatabaseAway

type Scope = dict[str, Any]
type Event = Mapping[str, Any]
type Receive = Callable[[], Awaitable[Event]]
type Send = Callable[[Event], Awaitable[None]]

UPLOAD_SECONDS = 60.0


class Deadline:
    """Answers `unavailable` where the application has not begun to within `seconds` of having the whole request.

    What comes with files is given UPLOAD_SECONDS: large pictures are written anew.

    What is under way then goes on, and nobody hears of it any more: the request may have been done or not.
    """

    def __init__(self, application: Any, seconds: float = ANSWER_SECONDS) -> None:
        self.application = application
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["path"].startswith(API):
            await self.application(scope, receive, send)
            return
        has_all, answers = asyncio.Event(), _Answers(send)

        async def take() -> Event:
            event = await receive()
            if not event.get("more_body"):
                has_all.set()
            return event

        work = asyncio.ensure_future(self.application(scope, take, answers.send))
        waiting = asyncio.ensure_future(has_all.wait())
        try:
            await asyncio.wait([work, waiting], return_when=asyncio.FIRST_COMPLETED)
            seconds = UPLOAD_SECONDS if scope["path"].startswith(FILES) else self.seconds
            if not (await asyncio.wait([work], timeout=seconds))[0]:
                await answers.close()
            await work
        finally:
            waiting.cancel()
            work.cancel()


class _Answers:
    """What goes to the client: the application's answer if it has begun, else our own."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._has_begun = self._is_late = False

    async def send(self, event: Event) -> None:
        self._has_begun = True
        if not self._is_late:
            await self._send(event)

    async def close(self) -> None:
        """Too late for an answer that has not begun."""
        if self._has_begun:
            return
        self._is_late = True
        response = problems.of_error(DatabaseAway())
        response["Cache-Control"] = "private, no-store"
        headers = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in response.items()]
        await self._send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        await self._send({"type": "http.response.body", "body": response.content})
