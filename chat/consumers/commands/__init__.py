"""What each command does: through access to a service or the hub, and its answer. A module by subject."""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from chat import protocol
from chat.consumers.commands import members, messages, reading, sending
from chat.consumers.commands.desk import Desk
from chat.errors import ChatError, Unavailable
from chat.models import Membership
from chat.protocol import Command, frame
from chat.threads import RETRY_SECONDS, DatabaseAway

logger = logging.getLogger(__name__)


class Commands(Desk):
    """One person's commands on one socket. Every one gets one answer, in order; the caller waits for each."""

    __slots__ = ()

    async def answer(self, entry: Command | ChatError, seat: Membership | None = None) -> None:
        """Works off one command, or answers one that was refused before.

        `seat`: one's membership of the room that a `subscribe` is for, where it was read just now.
        """
        ref, room = getattr(entry, "ref", None), getattr(entry, "room", None)
        if not isinstance(entry, protocol.Ping):
            self.reader.acted_at = time.monotonic()
        try:
            if isinstance(entry, ChatError):
                raise entry
            if isinstance(entry, protocol.Subscribe):
                await reading.subscribe(self, entry, seat)
            else:
                await HANDLERS[type(entry)](self, entry)
        except ChatError as error:
            if isinstance(error, DatabaseAway) and error is not entry:
                self.database_away_at = time.monotonic()
            await self.refuse(error, ref, room)
        except Exception:
            logger.exception("a command failed: %r", entry)
            await self.refuse(Unavailable("Something went wrong here.", retry_after=RETRY_SECONDS), ref, room)

    async def send_all(self, commands: Sequence[protocol.Send]) -> None:
        """A run of sends, in order."""
        self.reader.acted_at = time.monotonic()
        await sending.send_all(self, commands)


async def _ping(desk: Desk, command: protocol.Ping) -> None:
    await desk.reader.send(frame("pong", ref=command.ref))


HANDLERS: dict[type[Command], Callable[[Desk, Any], Awaitable[None]]] = {
    protocol.Unsubscribe: reading.unsubscribe,
    protocol.Edit: messages.edit,
    protocol.Delete: messages.delete,
    protocol.React: messages.react,
    protocol.Pin: messages.pin,
    protocol.Save: messages.save,
    protocol.Forward: messages.forward,
    protocol.Read: members.read,
    protocol.Join: members.join,
    protocol.Leave: members.leave,
    protocol.Typing: members.typing,
    protocol.History: reading.history,
    protocol.Ping: _ping,
}
