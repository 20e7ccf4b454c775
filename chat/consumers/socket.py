"""One person's open socket: its queue of commands, their work, its end."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from accounts.models import User
from chat import encoding, protocol
from chat.access import Holder
from chat.consumers.commands import Commands
from chat.consumers.greeting import Greeter
from chat.eager import begin
from chat.errors import ChatError, RateLimited, Unavailable
from chat.hub import Hub, Reader
from chat.protocol import BadCommand, Close, Command, error_frame, frame
from chat.threads import DatabaseAway
from chat.writer import BATCH, Writer

logger = logging.getLogger(__name__)

type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]


class Socket:
    """Speaks docs/protocol.md with somebody who is known.

    One task receives. Commands are worked off in order by another that lives while there are any, and the hub sends
    live events through the reader. There are thousands of these and most are silent: what only some need is made late.
    """

    __slots__ = (
        "commands",
        "first",
        "greeter",
        "hub",
        "is_closing",
        "is_working",
        "reader",
        "send_event",
        "waiting",
        "worker",
    )

    def __init__(
        self,
        user: User,
        holder: Holder,
        hub: Hub,
        writer: Writer,
        greeter: Greeter,
        *,
        first: Command | ChatError | None,
        offer: Callable[[str], bool] | None = None,
    ) -> None:
        """`first`: the command that the socket's address stands for."""
        self.hub = hub
        self.greeter = greeter
        self.first = first
        self.reader = Reader(holder, self._send, self._close, offer or _never)
        self.commands = Commands(user, self.reader, hub, writer)
        self.waiting: list[tuple[str, bool, float]] = []
        self.is_working = False
        self.is_closing = False

    async def __call__(self, receive: Receive, send: Send) -> None:
        """Serves until the other side is gone."""
        self.send_event = send
        # From here on, what ends this person's access ends this socket; only then is the access looked at.
        self.hub.add(self.reader)
        if self.commands.user.is_invisible:
            self.hub.presence.hide(self.commands.user.pk)
        self._set_to_work(self._greet())
        try:
            while (event := await receive())["type"] != "websocket.disconnect":
                await self._take(event.get("text"))
        finally:
            self.is_closing = True
            if self.worker is not None:
                self.worker.cancel()
            self.hub.remove(self.reader)

    async def _take(self, text: str | None) -> None:
        """One frame of the client, into the queue; too many, too large or binary ones end the socket."""
        if self.is_closing:
            return
        if text is None:
            await self._close(Close.BAD_FRAMES)
        elif len(text) > protocol.FRAME_BYTES or len(text.encode(errors="replace")) > protocol.FRAME_BYTES:
            await self._close(Close.TOO_BIG)
        elif len(self.waiting) >= protocol.COMMANDS_FLOOD:
            await self._send(error_frame(_too_many()))
            await self._close(Close.FLOODING)
        else:
            self.waiting.append((text, len(self.waiting) >= protocol.COMMANDS_WAITING, time.monotonic()))
            if not self.is_working:
                self._set_to_work()

    async def _send(self, text: str) -> None:
        if not self.is_closing:
            await self.send_event({"type": "websocket.send", "text": text})

    async def _close(self, code: int) -> None:
        if not self.is_closing:
            self.is_closing = True
            await self.send_event({"type": "websocket.close", "code": int(code)})

    # ---------- commands, in order

    def _set_to_work(self, first: Awaitable[None] | None = None) -> None:
        self.is_working = True
        self.worker = begin(self._work(first))

    async def _work(self, first: Awaitable[None] | None) -> None:
        try:
            if first is not None:
                await first
            while self.waiting and not self.is_closing and not self.hub.under_way.is_ending:
                with self.hub.under_way:
                    await self._work_off()
        except Unavailable:
            await self._close(Close.RESTART)
        except Exception:
            logger.exception("a socket's work failed")
            await self._close(1011)
        finally:
            self.is_working = False
            self.worker = None

    async def _work_off(self) -> None:
        """The next command, or the next run of sends: those go to the writer together."""
        sends: list[protocol.Send] = []
        while self.waiting and len(sends) < BATCH:
            entry = self._look_at(*self.waiting[0])
            if sends and not isinstance(entry, protocol.Send):
                break
            self.waiting.pop(0)
            if not isinstance(entry, protocol.Send):
                return await self.commands.answer(entry)
            sends.append(entry)
        return await self.commands.send_all(sends)

    def _look_at(self, text: str, is_too_many: bool, came_at: float) -> Command | ChatError:
        """The command, or what it is refused with: what waited while another found no database is not tried at all."""
        entry = _parse(text)
        if isinstance(entry, ChatError):
            return entry
        if is_too_many:
            return _refused(_too_many(), entry)
        if came_at < self.commands.database_away_at and not isinstance(entry, protocol.Ping):
            return _refused(DatabaseAway(), entry)
        return entry

    async def _greet(self) -> None:
        turn = self.reader.turn
        user, seats, ban = await self.greeter.ask(self.commands.user)
        self.commands.user = user
        if ban is not None:
            until = ban.until and protocol.timestamp(ban.until)
            await self._send(frame("notice", code="banned", detail=ban.detail, until=until))
            return await self._close(Close.BANNED)
        rooms = [encoding.entry(seat, seat.mention_count, seat.others) for seat in seats]
        person, build = encoding.myself(user), protocol.BUILD
        await self.reader.send(
            frame(
                "hello",
                protocol=protocol.VERSION,
                build=build,
                user=person,
                rooms=rooms,
                ignored=user.ignored,
                limits=encoding.limits(),
            )
        )
        if self.first is not None:
            # Unless something of this person's access has ended meanwhile, what hello was made of is good enough.
            known = {seat.room.slug: seat for seat in seats} if turn == self.reader.turn else {}
            await self.commands.answer(self.first, known.get(getattr(self.first, "room", "")))
            self.first = None
        return None


def _never(text: str) -> bool:
    return False


# ---------- frames of the client


def _too_many() -> RateLimited:
    return RateLimited("Too many commands at once.", retry_after=1.0)


def _parse(text: str) -> Command | ChatError:
    """The command, or what it is refused with."""
    try:
        return protocol.parse_command(text)
    except BadCommand as error:
        return error


def _refused(error: ChatError, command: Command) -> ChatError:
    """The error as this command's answer."""
    error.ref, error.room = command.ref, getattr(command, "room", None)
    return error


def first_command(slug: str, query_string: bytes) -> Command | ChatError:
    """The `subscribe` that a socket's own address stands for."""
    fields: dict[str, Any] = {"type": "subscribe", "room": slug}
    asked = parse_qs(query_string.decode("latin1"), keep_blank_values=True)
    for name in ("since", "backlog"):
        if name in asked:
            value = asked[name][-1]
            fields[name] = int(value) if value.isascii() and value.isdigit() and len(value) < 20 else value
    if "epoch" in asked:
        fields["epoch"] = asked["epoch"][-1]
    try:
        return protocol.check_command(fields)
    except BadCommand as error:
        return error
