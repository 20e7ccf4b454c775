"""One person's open socket: its queue of commands, their work, its end."""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import parse_qs

from channels.auth import UserLazyObject
from django.contrib.auth.models import AnonymousUser

from accounts.credentials import Credential
from accounts.models import ApiToken, User
from chat import encoding, protocol
from chat.access import Holder
from chat.consumers.commands import Commands
from chat.consumers.reception import Reception
from chat.eager import begin
from chat.errors import ChatError, RateLimited, Unavailable
from chat.hub import Hub, Reader
from chat.models import Membership
from chat.protocol import BadCommand, Close, Command, error_frame, frame
from chat.threads import DatabaseAway
from chat.writer import BATCH, Writer

logger = logging.getLogger(__name__)

type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]


class Socket:
    """Speaks docs/protocol.md with one person, once it is known who that is.

    One task receives. Commands are worked off in order by another that lives while there are any, and the hub sends
    live events through the reader. There are thousands of these and most are silent: what only some need is made late.
    """

    __slots__ = (
        "commands",
        "credential",
        "first",
        "hub",
        "is_closing",
        "is_working",
        "language",
        "offer",
        "reader",
        "reception",
        "send_event",
        "user",
        "waiting",
        "waiting_bytes",
        "worker",
        "writer",
    )
    commands: Commands  # from when it is known whose they are

    def __init__(
        self,
        user: UserLazyObject,
        credential: Credential,
        hub: Hub,
        writer: Writer,
        reception: Reception,
        *,
        first: Command | ChatError | None,
        offer: Callable[[str], bool] | None = None,
        language: str = "en",
    ) -> None:
        """`user`: of the scope, not known yet. `first`: the command that the socket's address stands for.

        `language`: for who has chosen none.
        """
        self.user = user
        self.credential = credential
        self.hub = hub
        self.writer = writer
        self.reception = reception
        self.first = first
        self.offer = offer or _never
        self.language = language
        self.reader: Reader | None = None
        self.waiting: list[tuple[bytes, bool, float]] = []
        self.waiting_bytes = 0
        self.is_working = False
        self.is_closing = False

    async def __call__(self, receive: Receive, send: Send) -> None:
        """Serves until the other side is gone."""
        self.send_event = send
        self._set_to_work(self._greet())
        try:
            while (event := await receive())["type"] != "websocket.disconnect":
                await self._take(event.get("text"))
        finally:
            self.is_closing = True
            if self.worker is not None:
                self.worker.cancel()
            if self.reader is not None:
                self.hub.remove(self.reader)

    def enter(self, user: User) -> None:
        """From here on, what ends this person's access ends this socket."""
        if self.is_closing:
            return
        self.user._wrapped = user  # noqa: SLF001 - as channels' middleware makes it known
        session, token = self.credential
        holder = Holder.of(user, session=session, token=ApiToken.digest_of(token) if token else "")
        language = user.language or self.language
        self.reader = Reader(holder, self._send, self._close, self.offer, language=language)
        self.reader.hold()
        self.commands = Commands(user, self.reader, self.hub, self.writer)
        self.hub.add(self.reader)
        if user.is_invisible:
            self.hub.presence.hide(user.pk)

    async def _take(self, text: str | None) -> None:
        """One frame of the client, into the queue; too many, too large or binary ones end the socket."""
        if self.is_closing:
            return
        if text is None:
            await self._close(Close.BAD_FRAMES)
            return
        data = text.encode(errors="surrogatepass")
        count, weight = len(self.waiting), self.waiting_bytes + len(data)
        if len(data) > protocol.FRAME_BYTES:
            await self._close(Close.TOO_BIG)
        elif count >= protocol.COMMANDS_FLOOD or weight > protocol.FLOOD_BYTES:
            await self._send(error_frame(_too_many()))
            await self._close(Close.FLOODING)
        else:
            self.waiting.append((data, count >= protocol.COMMANDS_WAITING, time.monotonic()))
            self.waiting_bytes = weight
            if not self.is_working:
                self._set_to_work()

    async def _send(self, text: str) -> None:
        if not self.is_closing:
            await self.send_event({"type": "websocket.send", "text": text})

    async def _close(self, code: int) -> None:
        if not self.is_closing:
            self.is_closing = True
            self.waiting.clear()
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
            self.waiting_bytes -= len(self.waiting.pop(0)[0])
            if not isinstance(entry, protocol.Send):
                return await self.commands.answer(entry)
            sends.append(entry)
        return await self.commands.send_all(sends)

    def _look_at(self, data: bytes, is_too_many: bool, came_at: float) -> Command | ChatError:
        """The command, or what it is refused with: what waited while another found no database is not tried at all."""
        entry = _parse(data)
        if isinstance(entry, ChatError):
            return entry
        if is_too_many:
            return _refused(_too_many(), entry)
        if came_at < self.commands.database_away_at and not isinstance(entry, protocol.Ping):
            return _refused(DatabaseAway(), entry)
        return entry

    # ---------- coming in

    async def _greet(self) -> None:
        greeting = await self.reception.greet(self.credential, self.enter)
        if greeting is None or self.reader is None:
            self.user._wrapped = AnonymousUser()  # noqa: SLF001
            await self._close(Close.SIGNED_OUT)
        elif (ban := greeting.ban) is not None:
            until = ban.until and protocol.timestamp(ban.until)
            notice = {"code": "banned", "detail": ban.detail, "until": until, "reason": ban.reason}
            await self._send(self.reader.worded(notice))
            await self._close(Close.BANNED)
        else:
            self.commands.user = greeting.user
            await self.reader.send(_hello(greeting.user, greeting.seats))
            await self._answer_first(self.reader, greeting.seats)

    async def _answer_first(self, reader: Reader, seats: Sequence[Membership]) -> None:
        """What hello was made of is good enough for it, unless something of this person's access has ended meanwhile:
        then they are told of that before.
        """
        known = {seat.room.slug: seat for seat in seats}
        if reader.turn:
            known = {}
            reader.let_go()
        if self.first is not None:
            await self.commands.answer(self.first, known.get(getattr(self.first, "room", "")))
            self.first = None
        reader.let_go()


def _never(text: str) -> bool:
    return False


# ---------- frames


def _hello(user: User, seats: Sequence[Membership]) -> str:
    return frame(
        "hello",
        protocol=protocol.VERSION,
        build=protocol.BUILD,
        user=encoding.myself(user),
        rooms=[encoding.entry(seat, seat.mention_count, seat.others) for seat in seats],
        ignored=user.ignored,
        limits=encoding.limits(),
    )


def _too_many() -> RateLimited:
    return RateLimited("Too many commands at once.", retry_after=1.0)


def _parse(data: bytes) -> Command | ChatError:
    """The command, or what it is refused with."""
    try:
        return protocol.parse_command(data.decode(errors="surrogatepass"))
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
