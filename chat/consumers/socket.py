"""One person's socket: who it is, its queue of commands, its end."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from channels.consumer import AsyncConsumer

from accounts.models import User
from accounts.tokens import find_token
from chat import access, encoding, protocol, selectors
from chat.access import Holder
from chat.consumers.commands import Commands
from chat.errors import Banned, ChatError, Forbidden, RateLimited, Unavailable
from chat.hub import Hub, Reader
from chat.protocol import BadCommand, Close, Command, error_frame, frame
from chat.threads import DatabaseAway, query
from chat.writer import BATCH, Writer

logger = logging.getLogger(__name__)

type Receive = Callable[[], Awaitable[dict[str, Any]]]


class NoSuchSocket(AsyncConsumer):
    """Refuses every handshake (403)."""

    channel_layer_alias = None

    async def websocket_connect(self, event: dict[str, Any]) -> None:
        await self.send({"type": "websocket.close"})


class ChatConsumer(AsyncConsumer):
    """Speaks docs/protocol.md.

    Runs its own loop instead of channels' dispatch, which hops through a thread for every message. One task receives,
    one works the commands off in order, and the hub sends live events through the reader.
    """

    channel_layer_alias = None

    def __init__(self, hub: Hub, writer: Writer) -> None:
        self.hub = hub
        self.writer = writer
        self.waiting: deque[tuple[str, bool, float]] = deque()
        self.has_work = asyncio.Event()
        self.is_closing = False

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Any) -> None:
        self.scope = scope
        self.base_send = scope.get("direct_send", send)
        await receive()
        await send({"type": "websocket.accept"})
        try:
            user, holder = await self._identify()
        except Forbidden:
            await self._close(Close.SIGNED_OUT)
        except Unavailable:
            await self._close(Close.RESTART)
        else:
            await self._serve(user, holder, receive)
            return
        while (await receive())["type"] != "websocket.disconnect":
            pass

    async def _identify(self) -> tuple[User, Holder]:
        """Who this is: a bearer token alone where there is one, else the session, and that only with an Origin."""
        headers = dict(self.scope["headers"])
        if b"authorization" in headers:
            scheme, _, secret = headers[b"authorization"].decode("latin1").partition(" ")
            token = await query(find_token, secret.strip()) if scheme.lower() == "bearer" else None
            if token is None:
                raise Forbidden("Not signed in.")
            return token.user, Holder(token.user_id, token.user.password, token=token.digest)
        user = self.scope["user"]
        if b"origin" not in headers or not user.is_authenticated:
            raise Forbidden("Not signed in.")
        return user, Holder(user.pk, user.password, session=self.scope["session"].session_key)

    async def _serve(self, user: User, holder: Holder, receive: Receive) -> None:
        self.reader = Reader(holder, self._send, self._close)
        self.commands = Commands(user, self.reader, self.hub, self.writer)
        # From here on, what ends this person's access ends this socket; only then is the access looked at.
        self.hub.add(self.reader)
        worker = asyncio.create_task(self._work(user))
        try:
            while (event := await receive())["type"] != "websocket.disconnect":
                await self._take(event.get("text"))
        finally:
            self.is_closing = True
            worker.cancel()
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
            self.has_work.set()

    async def _send(self, text: str) -> None:
        if not self.is_closing:
            await self.base_send({"type": "websocket.send", "text": text})

    async def _close(self, code: int) -> None:
        if not self.is_closing:
            self.is_closing = True
            self.has_work.set()
            await self.base_send({"type": "websocket.close", "code": int(code)})

    # ---------- commands, in order

    async def _work(self, user: User) -> None:
        try:
            await self._greet(user)
            while not self.is_closing:
                await self.has_work.wait()
                self.has_work.clear()
                while self.waiting and not self.is_closing and not self.hub.under_way.is_ending:
                    with self.hub.under_way:
                        await self._work_off()
        except Unavailable:
            await self._close(Close.RESTART)
        except Exception:
            logger.exception("a socket's work failed")
            await self._close(1011)

    async def _work_off(self) -> None:
        """The next command, or the next run of sends: those go to the writer together."""
        sends: list[protocol.Send] = []
        while self.waiting and len(sends) < BATCH:
            entry = self._look_at(*self.waiting[0])
            if sends and not isinstance(entry, protocol.Send):
                break
            self.waiting.popleft()
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

    async def _greet(self, user: User) -> None:
        try:
            rooms = await query(_rooms_of, user)
        except Banned as error:
            until = error.until and protocol.timestamp(error.until)
            await self._send(frame("notice", code="banned", detail=error.detail, until=until))
            return await self._close(Close.BANNED)
        person, build = encoding.person(user), protocol.BUILD
        await self.reader.send(
            frame("hello", protocol=protocol.VERSION, build=build, user=person, rooms=rooms, limits=protocol.LIMITS)
        )
        slug = self.scope["url_route"]["kwargs"].get("slug")
        if slug is not None:
            await self.commands.answer(_first_command(slug, self.scope["query_string"]))
        return None


def _rooms_of(user: User) -> list[dict[str, Any]]:
    access.admit(user)
    return selectors.sidebar(user)


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


def _first_command(slug: str, query_string: bytes) -> Command | ChatError:
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
