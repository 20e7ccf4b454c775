"""One load generator for both sites: many sockets in one process, as cheap as Python gets them.

Everyone in a room gets the same bytes, so a frame is understood once and then only compared.
"""

import errno
import select
import socket
import time
from collections.abc import Callable, Iterable, Iterator

from bench import wire
from bench.dialects import Dialect, Kind
from bench.figures import TICKS
from bench.sockets import Frame, Person, Socket

CHUNK = 262_144
KNOWN_FRAMES = 512
RETRY_SECONDS = 1.0

type Listener = Callable[[Socket, Frame], None]


class Swarm:
    """All sockets of a load. `on_ack` is told of every answer to a message of one's own.

    A measurement numbers its messages from 0; on the wire they are numbered on and on, from `first`.
    """

    def __init__(self, dialect: Dialect, address: tuple[str, int]) -> None:
        self.dialect, self.address = dialect, address
        self.host = f"{address[0]}:{address[1]}"
        self.sockets: dict[int, Socket] = {}
        self.poll = select.epoll()
        self.sent: dict[int, float] = {}
        self.first = self.newest = 0
        self.frames: list[Frame] = []
        self.deliveries = self.acks = self.refused = self.failures = 0
        self.on_ack: Listener | None = None
        self.broken: list[Socket] = []
        self._known: dict[bytes, Frame] = {}
        self._same: tuple[bytes, Frame] = (b"", Frame(Kind.OTHER, b""))

    # ---------- connecting

    def connect(self, people: Iterable[Person], *, at_once: int, seconds: float) -> list[Socket]:
        """Opens a socket for each and waits until each has its backlog, or the time is over.

        A connection that fails is tried again after a second, as a client would. Gives back those that are served.
        """
        waiting = list(people)[::-1]
        wanted = len(waiting)
        deadline = time.perf_counter() + seconds
        begun: dict[str, float] = {}
        later: list[tuple[float, Person]] = []
        ready: list[Socket] = []
        opening: set[Socket] = set()
        while len(ready) < wanted and time.perf_counter() < deadline:
            while waiting and len(opening) < at_once:
                opening.add(self._begin(waiting.pop(), begun))
            self.turn(0.02)
            now = time.perf_counter()
            later += [(now + RETRY_SECONDS, one.person) for one in self.broken if one in opening]
            opening.difference_update(self.broken)
            self.broken.clear()
            done = [one for one in opening if one.is_ready]
            ready += done
            opening.difference_update(done)
            waiting += [person for when, person in later if when <= now]
            later = [(when, person) for when, person in later if when > now]
        return ready

    def _begin(self, person: Person, begun: dict[str, float]) -> Socket:
        one = Socket(person)
        one.begun_at = begun.setdefault(person.cookie, time.perf_counter())
        one.sock.setblocking(False)
        one.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code = one.sock.connect_ex(self.address)
        one.outgoing = wire.handshake(self.host, self.dialect.path(person.room), person.cookie)
        self.sockets[one.sock.fileno()] = one
        self.poll.register(one.sock, select.EPOLLIN | select.EPOLLOUT)
        if code not in (0, errno.EINPROGRESS):
            self.drop(one)
        return one

    # ---------- the loop

    def turn(self, timeout: float) -> int:
        """Waits at most that long for the network, and takes what it brings; how much that was."""
        events = self.poll.poll(timeout, 4096)
        sockets = self.sockets
        for number, event in events:
            one = sockets.get(number)
            if one is None:
                continue
            if event & select.EPOLLOUT:
                self._write(one)
            if event & ~select.EPOLLOUT:
                self._read(one)
        return len(events)

    def run_until(self, is_done: Callable[[], bool], seconds: float) -> bool:
        """Turns until then; False when the time is over first."""
        deadline = time.perf_counter() + seconds
        while not is_done():
            if (left := deadline - time.perf_counter()) <= 0:
                return False
            self.turn(min(left, 0.05))
        return True

    def _write(self, one: Socket) -> None:
        try:
            sent = one.sock.send(one.outgoing) if one.outgoing else 0
        except BlockingIOError:
            return
        except OSError:
            self.drop(one)
            return
        one.outgoing = one.outgoing[sent:]
        if not one.outgoing:
            self.poll.modify(one.sock, select.EPOLLIN)

    def _read(self, one: Socket) -> None:
        try:
            data = one.sock.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.drop(one)
            return
        if one.buffer:
            data = one.buffer + data
            one.buffer = b""
        if data == self._same[0]:
            self._take(one, self._same[1])
        elif one.is_open:
            self._take_all(one, data)
        elif wire.END_OF_HEAD in data:
            head, _, rest = data.partition(wire.END_OF_HEAD)
            if not head.startswith(b"HTTP/1.1 101"):
                self.drop(one)
                return
            one.is_open = True
            self._take_all(one, rest)
        else:
            one.buffer = data

    def _take_all(self, one: Socket, data: bytes) -> None:
        end = 0
        for opcode, begin, stop in wire.frames(data):
            payload = data[begin:stop]
            if opcode == wire.TEXT:
                frame = self._understand(payload)
                if end == 0 and stop == len(data) and frame.kind is Kind.MESSAGES:
                    self._same = (data, frame)
                self._take(one, frame)
                if one.sock.fileno() < 0:
                    return
            elif opcode == wire.PING:
                self._push(one, wire.client_frame(payload, wire.PONG))
            elif opcode == wire.CLOSE:
                self.drop(one)
                return
            end = stop
        one.buffer = data[end:]

    def _understand(self, payload: bytes) -> Frame:
        kind = self.dialect.kind(payload)
        if kind is not Kind.MESSAGES:
            return Frame(kind, payload)
        frame = self._known.get(payload)
        if frame is None:
            if len(self._known) >= KNOWN_FRAMES:
                self._known.clear()
            frame = self._known[payload] = Frame(kind, payload, self.first)
            self.frames.append(frame)
        return frame

    def _take(self, one: Socket, frame: Frame) -> None:
        kind = frame.kind
        if kind is Kind.MESSAGES:
            one.received += frame.count
            one.total += frame.total
            self.deliveries += frame.count
            tick = int(time.perf_counter() * TICKS)
            frame.ticks[tick] = frame.ticks.get(tick, 0) + 1
            if self.on_ack and not self.dialect.has_acks:
                self.on_ack(one, frame)
        elif kind is Kind.ACK:
            self.acks += 1
            if self.on_ack:
                self.on_ack(one, frame)
        elif kind is Kind.READY:
            one.is_ready = True
            one.ready_at = time.perf_counter()
        elif kind is Kind.REFUSED:
            self.refused += 1
            if not one.is_ready:  # not let into the room: to be tried again like a connection that failed
                self.drop(one)

    # ---------- talking

    def say(self, one: Socket, number: int, at: float | None = None) -> None:
        """Sends message `number`; `at`, when it should have left, counts as its time."""
        self.sent[number] = time.perf_counter() if at is None else at
        number += self.first
        self.newest = max(self.newest, number)
        self._push(one, wire.client_frame(self.dialect.message(number, one.person.room)))

    def _push(self, one: Socket, frame: bytes) -> None:
        if not one.outgoing:
            try:
                frame = frame[one.sock.send(frame) :]
            except BlockingIOError:
                pass
            except OSError:
                self.drop(one)
                return
            if frame:
                self.poll.modify(one.sock, select.EPOLLIN | select.EPOLLOUT)
        one.outgoing += frame

    # ---------- the end

    def drop(self, one: Socket) -> None:
        """Forgets a socket that failed."""
        self.failures += 1
        self.broken.append(one)
        self.hang_up([one])

    def hang_up(self, sockets: Iterable[Socket]) -> None:
        for one in sockets:
            if self.sockets.pop(one.sock.fileno(), None) is not None:
                self.poll.unregister(one.sock)
            one.sock.close()

    def forget_figures(self) -> None:
        """Before the next measurement."""
        self.first = self.newest + 1
        self.sent.clear()
        self.frames.clear()
        self._known.clear()
        self._same = (b"", Frame(Kind.OTHER, b""))
        self.deliveries = self.acks = self.refused = self.failures = 0
        for one in self.sockets.values():
            one.received = one.total = 0

    def arrivals(self) -> Iterator[tuple[tuple[int, ...], dict[int, int]]]:
        for frame in self.frames:
            yield frame.numbers, frame.ticks

    def close(self) -> None:
        self.hang_up(list(self.sockets.values()))
        self.poll.close()
