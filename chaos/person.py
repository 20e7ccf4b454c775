"""One person at a socket: a faithful client of the protocol that talks, edits, deletes, reconnects and resumes."""

import asyncio
import contextlib
import json
import random
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from chaos.copy import Copy
from chaos.outbox import Operation, Outbox
from chaos.record import Ack, Broken, Frame, Pass, Sent, Witness, messages_of

PING_SECONDS = 3.0
SILENCE_SECONDS = 9.0
ANSWER_SECONDS = 12.0
BACKLOG = 50
# Closes that a faithful client never earns.
GUILTY = frozenset({1002, 1003, 1007, 1009, 1011, 4400, 4401, 4403, 4429})


@dataclass(slots=True)
class Asked:
    """A command that waits for its answer."""

    ref: str
    at: float
    operation: Operation | None = None
    subscribe: Frame | None = None
    answer: asyncio.Future[dict[str, Any]] | None = None


@dataclass
class Person:
    """Runs until cancelled; `broken` is called with the first broken promise that it sees itself."""

    access: Pass
    port: int
    seed: str
    broken: Callable[[str], None]
    counts: Counter[str] = field(default_factory=Counter)
    is_talking: bool = True

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.witness = Witness(self.access.username)
        self.outbox = Outbox()
        self.copies = {slug: Copy(slug) for slug in self.access.rooms}
        self.user_id = 0
        self.connection = 0
        self.socket: ClientConnection | None = None
        self.asked: deque[Asked] = deque()
        self.heard_at = self.pinged_at = 0.0
        self.retry_at: dict[str, float] = {}
        self.resumed = asyncio.Event()

    # ---------- life

    async def live(self) -> None:
        """Connect, talk, come back: for ever."""
        failures = 0
        while True:
            try:
                await self.visit()
                failures = 0
            except Broken as error:
                self.broken(f"{self.access.username}: {error}")
                return
            except (OSError, TimeoutError, InvalidHandshake, InvalidMessage):
                self.counts["failed connects"] += 1
                failures += 1
            self.leave()
            await asyncio.sleep(self.chance.random() * min(0.2 * 2**failures, 2.0))

    async def visit(self) -> None:
        """One socket from its handshake to its end."""
        host = f"127.0.0.1:{self.port}"
        async with connect(
            f"ws://{host}/ws/chat/",
            origin=f"http://{host}",  # type: ignore[arg-type]
            additional_headers={"Cookie": f"sessionid={self.access.sessionid}"},
            open_timeout=SILENCE_SECONDS,
            ping_interval=None,
            close_timeout=1,
            max_size=None,
            compression=None,
            proxy=None,
        ) as socket:
            self.connection += 1
            self.counts["connections"] += 1
            self.witness.frames.append(Frame("opened", self.connection))
            self.heard_at = self.pinged_at = time.monotonic()
            self.socket = socket
            routine = asyncio.create_task(self.routine(socket))
            try:
                with contextlib.suppress(ConnectionClosed):
                    async for text in socket:
                        self.heard_at = time.monotonic()
                        self.hear(json.loads(text))
            finally:
                routine.cancel()
                await asyncio.wait([routine])  # to await itself would swallow the end of this task, too
                if not routine.cancelled():
                    routine.result()
        self.note_end(socket.close_code or 1006)

    def note_end(self, code: int) -> None:
        self.counts[f"closed {code}"] += 1
        if code in GUILTY:
            raise Broken(f"was shut out with {code}")

    def leave(self) -> None:
        """The socket is gone."""
        self.socket = None
        for asked in self.asked:
            if asked.answer is not None and not asked.answer.done():
                asked.answer.set_exception(ConnectionError("the socket went"))
        self.asked.clear()
        self.outbox.land()
        self.retry_at.clear()
        for copy in self.copies.values():
            copy.is_live = False

    @property
    def is_quiet(self) -> bool:
        """Nothing left to say, and every room followed live."""
        return not self.outbox and self.socket is not None and all(copy.is_live for copy in self.copies.values())

    # ---------- speaking

    async def routine(self, socket: ClientConnection) -> None:
        """A few times a second: say what is due, notice silence."""
        try:
            while True:
                await asyncio.sleep(0.1 + self.chance.random() * 0.2)
                now = time.monotonic()
                first = self.asked[0].at if self.asked else now
                if now - self.heard_at > SILENCE_SECONDS or now - first > ANSWER_SECONDS:
                    self.counts["gave up on a silent socket"] += 1
                    socket.transport.abort()
                    return
                if now - self.pinged_at > PING_SECONDS:
                    self.pinged_at = now
                    await self.say({"type": "ping"})
                for slug, copy in self.copies.items():
                    if not copy.is_live and self.retry_at.get(slug, 0) <= now and self.user_id:
                        await self.subscribe(copy)
                if self.is_talking and self.user_id:
                    self.think()
                for operation in list(self.outbox.due(now)):
                    await self.ask(self.outbox.launch(operation), operation=operation)
        except ConnectionClosed:
            pass

    def think(self) -> None:
        """Make up something to say or to change, by chance."""
        dice = self.chance.random()
        if dice > 0.15 or len(self.outbox) > 30:
            return
        slug = self.chance.choice(self.access.rooms)
        if dice < 0.1:
            for _ in range(6 if dice < 0.005 else 1):
                self.outbox.add(self.draft(slug))
        elif dice > 0.14 and slug in self.access.moderates:
            self.moderate(self.copies[slug])
        else:
            self.change(is_deletion=dice > 0.135)

    def change(self, *, is_deletion: bool) -> None:
        """Delete or edit one of the person's own newest messages."""
        mine = [sent for sent in self.witness.sent[-30:] if sent.acks and not sent.is_busy and not sent.is_dead]
        if not mine:
            return
        sent = self.chance.choice(mine)
        if is_deletion:
            self.outbox.add(Operation("delete", sent))
        else:
            text = f"{sent.texts[0]} · edit {len(sent.texts)}"
            sent.texts.append(text)
            self.outbox.add(Operation("edit", sent, text, sent.rev))

    def moderate(self, copy: Copy) -> None:
        """Delete one of the newest messages of somebody else."""
        others = [row for row in copy.messages.values() if row.author != self.user_id and not row.is_deleted]
        if others:
            it = self.chance.choice(others[-10:])
            acks = [Ack(0, 0, it.seq, it.rev, False)]
            self.outbox.add(Operation("delete", Sent(it.client_id or "", copy.room, it.author, [it.body], acks)))

    def draft(self, slug: str) -> Operation:
        number = len(self.witness.sent) + 1
        client_id = f"{self.chance.getrandbits(32):08x}-0000-4000-8000-{number:012x}"
        text = f"{self.access.username} {number} in {slug}"
        sent = Sent(client_id, slug, self.user_id, [text])
        self.witness.sent.append(sent)
        return Operation("send", sent, text)

    async def subscribe(self, copy: Copy) -> None:
        self.retry_at[copy.room] = float("inf")
        command: dict[str, Any] = {"type": "subscribe", "room": copy.room, "backlog": BACKLOG}
        if copy.rev is not None:
            command |= {"since": copy.rev, "epoch": copy.epoch}
        await self.ask(command, subscribe=Frame("subscribed", self.connection, copy.room, since=copy.rev))

    async def ask(self, command: dict[str, Any], **waiting: Any) -> None:
        ref = f"{self.connection}.{self.chance.getrandbits(40):x}"
        self.asked.append(Asked(ref, time.monotonic(), **waiting))
        await self.say(command | {"ref": ref})

    async def say(self, command: dict[str, Any]) -> None:
        if self.socket is not None:
            await self.socket.send(json.dumps(command))

    # ---------- hearing

    def hear(self, frame: dict[str, Any]) -> None:
        """One frame of the server."""
        if frame.get("ref"):
            self.answer(frame)
            return
        match frame["type"]:
            case "hello":
                self.user_id = frame["user"]["id"]
            case "events":
                self.take(
                    Frame("events", self.connection, frame["room"], messages_of(frame), frame["prev"], frame["rev"])
                )
                self.counts["deliveries"] += len(frame["messages"])
            case "resync":
                self.counts["resyncs"] += 1
                self.take(Frame("ended", self.connection, frame["room"]))
                self.retry_at.pop(frame["room"], None)
            case "room_left" | "notice":
                raise Broken(f"an unexpected {frame}")

    def answer(self, frame: dict[str, Any]) -> None:
        if not self.asked or self.asked[0].ref != frame["ref"]:
            raise Broken(f"an answer out of order: {frame}")
        asked, now = self.asked.popleft(), time.monotonic()
        self.counts[f"{frame['type']} {frame.get('code', '')}".strip()] += 1
        if asked.operation is not None:
            self.outbox.answered(asked.operation, frame, self.connection, now)
        elif asked.answer is not None:
            asked.answer.set_result(frame)
        elif asked.subscribe is not None:
            self.subscribed(asked.subscribe, frame, now)

    def subscribed(self, asked: Frame, frame: dict[str, Any], now: float) -> None:
        if frame["type"] == "error":
            if frame["code"] not in ("unavailable", "rate_limited"):
                raise Broken(f"could not subscribe: {frame}")
            self.retry_at[asked.room] = now + frame.get("retry_after", 1.0)
            return
        self.counts["resets" if frame["reset"] else "resumes" if asked.since is not None else "first pages"] += 1
        self.take(
            asked._replace(
                messages=messages_of(frame),
                rev=frame["rev"],
                epoch=frame["epoch"],
                seq=frame["seq"],
                is_reset=frame["reset"],
                has_before=frame.get("has_before"),
            )
        )

    def take(self, frame: Frame) -> None:
        self.witness.frames.append(frame)
        self.copies[frame.room].take(frame)

    # ---------- looking back

    async def history(self, slug: str) -> list[dict[str, Any]]:
        """All messages of a room, page by page, by the protocol's `history`. Raises OSError, TimeoutError."""
        found: list[dict[str, Any]] = []
        while True:
            answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
            after = found[-1]["seq"] if found else 0
            await self.ask({"type": "history", "room": slug, "after": after, "limit": 200}, answer=answer)
            async with asyncio.timeout(ANSWER_SECONDS):
                frame = await answer
            if frame["type"] != "history":
                raise ConnectionError(str(frame))
            found += frame["messages"]
            if not frame["has_after"]:
                return found
