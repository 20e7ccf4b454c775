"""What every command has at hand: the person, their socket, this process's hub and writer."""

import time
from collections.abc import Callable, Sequence

from accounts.models import User
from chat import protocol
from chat.errors import BadRequest, ChatError
from chat.hub import Hub, Reader
from chat.models import Membership
from chat.protocol import Close, Command, error_frame, frame
from chat.refusals import said_in
from chat.threads import query
from chat.writer import Writer


class Desk:
    """One person's standing on one socket, and the two kinds of answer."""

    __slots__ = ("_bad_frames", "database_away_at", "hub", "reader", "typed_at", "user", "writer")

    def __init__(self, user: User, reader: Reader, hub: Hub, writer: Writer) -> None:
        self.user = user
        self.reader = reader
        self.hub = hub
        self.writer = writer
        self._bad_frames: Sequence[float] = ()
        self.typed_at: dict[str, float] = {}  # by room: when `typing` was last passed on
        self.database_away_at = 0.0  # when a command last waited for the database in vain

    async def ack(self, command: Command, **fields: object) -> None:
        await self.reader.send(frame("ack", ref=command.ref, room=command.room, **fields))  # type: ignore[attr-defined]

    async def refuse(self, error: ChatError, ref: str | None, room: str | None) -> None:
        """Answers with an error; too many bad frames end the socket."""
        error.detail = said_in(self.reader.language, error.detail)
        await self.reader.send(error_frame(error, ref=ref, room=room))
        if isinstance(error, BadRequest):
            now = time.monotonic()
            self._bad_frames = [*(at for at in self._bad_frames if now - at < protocol.BAD_FRAMES_SECONDS), now]
            if len(self._bad_frames) >= protocol.BAD_FRAMES:
                self.reader.close(Close.BAD_FRAMES)

    async def seat(self, slug: str, door: Callable[[User, str], Membership]) -> Membership:
        """The membership of a room: the subscription's, which services check anew, else through the door."""
        subscription = self.reader.subscriptions.get(slug)
        if subscription is not None and not subscription.membership.is_preview:
            return subscription.membership
        return await query(door, self.user, slug)
