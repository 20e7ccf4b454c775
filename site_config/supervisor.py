"""Keeps the processes of one site running: starts them again when they die, ends them in order."""

import contextlib
import http.client
import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from site_config.children import Child, StartError
from site_config.local_services import LocalServices

BASE_DIR = Path(__file__).resolve().parent.parent
logger = logging.getLogger(__name__)

LISTEN_BACKLOG = 4096
WORKER_READY_SECONDS = 60
WORKER_STOP_SECONDS = 15
STEADY_SECONDS = 10
# Never long: a child that was killed five times by chance is wanted as much as one that was killed once.
BACK_OFF_SECONDS = (0.0, 0.2, 0.5, 1.0, 2.0)
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):  # like KeyboardInterrupt: a request, no failure
    """Somebody asked the site to stop."""


@dataclass
class Watched:
    """A child, and how its restarts went."""

    child: Child
    started_at: float = 0.0
    quick_ends: int = 0
    start_again_at: float | None = None

    def start(self) -> None:
        self.child.start()
        self.started_at = time.monotonic()
        self.start_again_at = None

    def look(self, say: Callable[[str], None]) -> None:
        """Start the child again when it has died; sooner when it had run well, later when it keeps dying."""
        now = time.monotonic()
        if self.start_again_at is not None:
            if now >= self.start_again_at:
                self.start()
            return
        if self.child.is_alive:
            return
        self.quick_ends = self.quick_ends + 1 if now - self.started_at < STEADY_SECONDS else 0
        delay = BACK_OFF_SECONDS[min(self.quick_ends, len(BACK_OFF_SECONDS) - 1)]
        self.start_again_at = now + delay
        say(f"{self.child.name} {self.child.ending()}; starting it again{f' in {delay:g} s' if delay else ''}.")
        if not delay:
            self.start()


class Worker(Child):
    """One daphne process. It tells through a pipe that it serves.

    `is_alone`: all sockets of the site are its own.
    """

    def __init__(self, number: int, listener: socket.socket, *, is_alone: bool = False) -> None:
        self.listener = listener
        self.ready_fd = -1
        environment = os.environ | {"TERTULIA_ALONE": "1" if is_alone else "0"}
        super().__init__(f"Worker {number}", [], cwd=BASE_DIR, environment=environment)

    def start(self) -> None:
        self.forget_pipe()
        self.ready_fd, theirs = os.pipe()
        fd = self.listener.fileno()
        self.command = [sys.executable, "-m", "site_config.server", str(fd), str(theirs)]
        self.pass_fds = (fd, theirs)
        try:
            super().start()
        finally:
            os.close(theirs)

    def is_ready(self) -> bool:
        """Whether it has said that it serves."""
        return bool(select.select([self.ready_fd], [], [], 0)[0]) and bool(os.read(self.ready_fd, 1))

    def forget_pipe(self) -> None:
        if self.ready_fd >= 0:
            os.close(self.ready_fd)
            self.ready_fd = -1


class Supervisor:
    """Local services, workers and the job worker of one site."""

    def __init__(self, services: LocalServices, listener: socket.socket, workers: int, say: Callable[[str], None]):
        self.services, self.listener, self.say = services, listener, say
        is_alone = workers == 1 and services.wants_valkey
        self.workers = [Worker(number + 1, listener, is_alone=is_alone) for number in range(workers)]
        self.job_worker = Child("The job worker", [sys.executable, "-m", "site_config.job_worker"], cwd=BASE_DIR)
        self.ours: tuple[Child, ...] = (*self.workers, self.job_worker)

    def start_workers(self) -> None:
        """Start them all and wait until each serves and the site answers a request."""
        for worker in self.workers:
            worker.start()
        for worker in self.workers:
            worker.wait_until(worker.is_ready, WORKER_READY_SECONDS)
        answer(self.listener)
        self.job_worker.start()

    def watch(self) -> None:
        """Keep everything running until `Stopped` is raised by a signal."""
        now = time.monotonic()
        watched = [Watched(child, started_at=now - STEADY_SECONDS) for child in (*self.services.children(), *self.ours)]
        with woken_by_children() as bell:
            while True:
                for child in watched:
                    child.look(self.say)
                is_restarting = any(child.start_again_at is not None for child in watched)
                if select.select([bell], [], [], 0.1 if is_restarting else 1.0)[0]:
                    os.read(bell, 4096)

    def stop(self) -> None:
        """End the workers, who say goodbye to their sockets and finish what they do, then the services."""
        for worker in self.ours:
            worker.ask_to_stop()
        deadline = time.monotonic() + WORKER_STOP_SECONDS
        for worker in self.ours:
            worker.stop(grace=max(0.1, deadline - time.monotonic()))
        self.listener.close()
        self.services.stop()


@contextlib.contextmanager
def woken_by_children() -> Iterator[int]:
    """A pipe in which something can be read when a child has ended."""
    bell, theirs = os.pipe()
    os.set_blocking(theirs, False)
    signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)
    before = signal.signal(signal.SIGCHLD, lambda *_: None)
    try:
        yield bell
    finally:
        signal.signal(signal.SIGCHLD, before)
        signal.set_wakeup_fd(-1)
        os.close(bell)
        os.close(theirs)


def stop_on_signals() -> None:
    """Have `Stopped` raised by SIGINT and SIGTERM, and by the end of the terminal unless `nohup` says otherwise."""
    for number in STOP_SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, raise_stopped)


def raise_stopped(number: int, frame: FrameType | None) -> None:
    """A signal handler: the first request to stop is carried out, further ones cannot disturb it."""
    for stop_signal in STOP_SIGNALS:
        signal.signal(stop_signal, signal.SIG_IGN)
    raise Stopped


def listen(host: str, port: int) -> socket.socket:
    """Open the one listening socket of the site.

    All workers accept from it: a connection that waits is lost with no worker, and a busy one takes fewer.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise StartError(f"{host} is not an address of this machine.") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(LISTEN_BACKLOG)
    except OSError as error:
        listener.close()
        raise StartError(f"Cannot listen on {host} port {port}: {(error.strerror or str(error)).lower()}.") from error
    listener.setblocking(False)
    return listener


def address_of(listener: socket.socket) -> tuple[str, int]:
    """Where a person or a process of this machine reaches the listening socket."""
    host, port = listener.getsockname()[:2]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104


def answer(listener: socket.socket) -> None:
    """Ask the site for a page, as a proof that it serves; the first request also loads what is loaded late."""
    host, port = address_of(listener)
    connection = http.client.HTTPConnection(host, port, timeout=30)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise StartError(f"The site does not answer on {host} port {port}: {error}.") from error
    finally:
        connection.close()
    if status >= 500:
        logger.error("The start page answers with status %s; see the messages above.", status)
