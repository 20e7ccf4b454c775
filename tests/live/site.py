"""Real workers on the test database, and people with real sockets."""

import json
import os
import select
import socket
import subprocess
import sys
from contextlib import ExitStack
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from accounts.models import User
from accounts.tokens import create_token

START_SECONDS = 30
# A frame a little above the protocol's limit must reach the application, as with our server.
UVICORN = ["uvicorn", "site_config.asgi:application", "--log-level", "warning", "--ws-max-size", str(72 * 1024)]
ANSWER_SECONDS = 10


class Worker:
    """One process of the site on a port of its own: our server, or plain uvicorn."""

    def __init__(self, server: str = "own", **environment: str) -> None:
        self.server, self.environment = server, environment
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.port = self.socket.getsockname()[1]
        self.process = self._start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def _start(self) -> subprocess.Popen[bytes]:
        ready, tell = os.pipe()
        environment = (
            os.environ | {"DATABASE_URL": database_url_of_tests(), "TERTULIA_SEND_RATE": "off"} | self.environment
        )
        fd = self.socket.fileno()
        commands = {"own": ["site_config.server", str(fd), str(tell)], "uvicorn": [*UVICORN, "--fd", str(fd)]}
        process = subprocess.Popen([sys.executable, "-m", *commands[self.server]], env=environment, pass_fds=[fd, tell])
        os.close(tell)
        if not self._is_ready(ready):
            process.kill()
            raise RuntimeError("the worker did not start")
        os.close(ready)
        return process

    def _is_ready(self, ready: int) -> bool:
        if self.server == "own":
            return bool(select.select([ready], [], [], START_SECONDS)[0] and os.read(ready, 1))
        asking = HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)
        asking.request("GET", "/")
        is_answered = asking.getresponse().status < 600
        asking.close()
        return is_answered

    def restart(self) -> None:
        self.process = self._start()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.socket.close()


def database_url_of_tests() -> str:
    """The address of the database that this test run writes."""
    at = connection.settings_dict
    return f"postgresql://{at['USER']}@/{at['NAME']}?host={at['HOST']}&port={at['PORT'] or 5432}"


def secret_of(user: User) -> str:
    """A fresh bearer token."""
    return create_token(user=user, name="test")[1]


def cookie_of(user: User) -> tuple[Client, dict[str, str]]:
    """A browser that is signed in, and the header with its session."""
    client = Client()
    client.force_login(user)
    return client, {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}


class Person:
    """Somebody at a socket. Frames are kept in the order in which they came."""

    def __init__(self, worker: Worker, user: User | None, path: str = "/ws/chat/", **options: Any) -> None:
        headers = options.pop("additional_headers", {})
        if user is not None:
            headers = headers | {"Authorization": f"Bearer {secret_of(user)}"}
        self.stack = ExitStack()
        self.socket: ClientConnection = self.stack.enter_context(
            connect(
                f"ws://{worker.address}{path}",
                additional_headers=headers,
                max_size=None,
                open_timeout=ANSWER_SECONDS,
                **options,
            )
        )
        self.frames: list[dict[str, Any]] = []

    def receive(self, timeout: float = ANSWER_SECONDS) -> dict[str, Any]:
        """The next frame from the wire."""
        frame: dict[str, Any] = json.loads(self.socket.recv(timeout))
        self.frames.append(frame)
        return frame

    def wait(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The next frame of that type with these fields; others that come before it are kept in `frames`."""
        while True:
            frame = self.receive()
            if frame["type"] == kind and all(frame.get(key) == value for key, value in fields.items()):
                return frame

    def say(self, kind: str, **fields: Any) -> None:
        self.socket.send(json.dumps({"type": kind} | fields))

    def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """A command and its answer."""
        ref = fields.pop("ref", uuid4().hex)
        self.say(kind, ref=ref, **fields)
        while True:
            frame = self.receive()
            if frame.get("ref") == ref:
                return frame

    def send(self, room: str, body: str, **fields: Any) -> dict[str, Any]:
        """Posts a message; the ack or error."""
        return self.ask("send", room=room, body=body, client_id=fields.pop("client_id", str(uuid4())), **fields)

    def subscribe(self, room: str, **fields: Any) -> dict[str, Any]:
        return self.ask("subscribe", room=room, **fields)

    def code(self) -> int:
        """Reads to the end of the socket; its close code."""
        try:
            while True:
                self.receive()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def close(self) -> None:
        self.stack.close()


class Copy:
    """What a client holds of a room after applying frames as the protocol says; fails on any gap or disorder."""

    def __init__(self, subscribed: dict[str, Any]) -> None:
        self.messages: dict[int, dict[str, Any]] = {}
        self._began_with = subscribed
        self._next: int | None = None
        self.apply_subscribed(subscribed)

    def apply_subscribed(self, frame: dict[str, Any]) -> None:
        seqs = [message["seq"] for message in frame["messages"]]
        assert seqs == sorted(set(seqs)), "a page is in order of seq"
        if frame["reset"] or not hasattr(self, "rev"):
            self.messages = {}
        self.messages |= {message["seq"]: message for message in frame["messages"]}
        self.room, self.rev, self.epoch, self.state = frame["room"], frame["rev"], frame["epoch"], frame["state"]

    def apply_events(self, frame: dict[str, Any]) -> None:
        assert frame["prev"] == self.rev, "no gap, no overlap"
        revs = [message["rev"] for message in frame["messages"]]
        assert revs == sorted(set(revs)), "each once, in order of rev"
        assert all(frame["prev"] < rev <= frame["rev"] for rev in revs)
        assert frame["rev"] > frame["prev"]
        self.messages |= {message["seq"]: message for message in frame["messages"]}
        self.rev = frame["rev"]
        self.state = frame.get("state", self.state)

    def follow(self, person: Person, rev: int) -> None:
        """Applies this person's frames after the one it began with until the room is at `rev`."""
        if self._next is None:
            self._next = 1 + next(at for at, frame in enumerate(person.frames) if frame is self._began_with)
        while self.rev < rev:
            frame = person.frames[self._next] if self._next < len(person.frames) else person.receive()
            self._next += 1
            if frame["type"] == "events" and frame["room"] == self.room:
                self.apply_events(frame)
