"""Daphne's HTTP request with what files need of it: a bound and a file for what comes in, a pace for what goes out."""

import time
from io import BytesIO
from typing import IO, Any, ClassVar, Self

from daphne.http_protocol import WebRequest
from twisted.internet import reactor

from site_config.server.flow import Gate, Inbox

CHUNK_BYTES = 64 * 1024
# For so long a client may go on sending what is refused already, so that it reads the answer.
LINGER_SECONDS = 5


class SiteRequest(WebRequest):
    """Daphne's request that takes at most `most` bytes and gives a slow reader no more than it takes.

    `refusal` is the whole answer to a larger one, sent as soon as that is known; nothing of it is kept.
    """

    most: ClassVar[int] = 0
    refusal: ClassVar[bytes] = b""
    content: IO[bytes]

    @classmethod
    def bounded(cls, most: int, refusal: bytes) -> type[Self]:
        return type(cls.__name__, (cls,), {"most": most, "refusal": refusal})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._parsePOSTFormSubmission = False  # all of a form, in memory and in the event loop
        self.gate: Gate | None = None
        self.taken_at = 0.0
        self._received = 0
        self._is_refused = False

    # ---------- what comes in

    def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted's name
        super().gotLength(length)
        if length is not None and length > self.most:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        self._received += len(data)
        if self._received > self.most and not self._is_refused:
            self._refuse()
        if not self._is_refused:
            super().handleContentChunk(data)

    def requestReceived(self, *line: bytes) -> None:  # noqa: N802 - Twisted's name
        if not self._is_refused:
            super().requestReceived(*line)

    def _refuse(self) -> None:
        self._is_refused = True
        self.content.close()
        transport = self.channel.transport
        transport.write(self.refusal)
        transport.loseWriteConnection()
        reactor.callLater(LINGER_SECONDS, transport.abortConnection)

    def take_body(self) -> "Body":
        """What the application receives; daphne itself would put all of it into memory."""
        content, self.content = self.content, BytesIO()
        return Body(content)

    # ---------- what goes out

    async def send_part(self, message: dict[str, Any]) -> None:
        """One of several parts of an answer; returns when the transport takes more."""
        if self.gate is None and self.channel is not None and not self.finished:
            self.gate = Gate()
            self.registerProducer(self.gate, True)
        self.handle_reply(message)
        if self.gate is not None:
            self.taken_at = time.time()
            await self.gate.wait()
            self.taken_at = time.time()

    def finish(self) -> None:
        if self.gate is not None and self.producer is self.gate:
            self.unregisterProducer()
        super().finish()

    def check_timeouts(self) -> None:
        """An answer in parts may take long, as long as somebody takes it."""
        if self.gate is None:
            super().check_timeouts()
        elif time.time() - self.taken_at > self.server.http_timeout and self.channel is not None:
            self.channel.transport.abortConnection()


class Body:
    """What an HTTP application has yet to receive: the request's content, read as it asks for it, then what else."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self._others = Inbox()

    def put_nowait(self, event: dict[str, Any]) -> None:
        if event["type"] != "http.request":  # an empty one: its content is here
            self._content.close()
            self._others.put_nowait(event)

    async def get(self) -> dict[str, Any]:
        if self._content.closed:
            return await self._others.get()
        chunk = self._content.read(CHUNK_BYTES)
        has_more = len(chunk) == CHUNK_BYTES
        if not has_more:
            self._content.close()
        return {"type": "http.request", "body": chunk, "more_body": has_more}
