"""The REST door beside the socket: whoever listens hears at once of what is done there."""

import json
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from chat.models import Room
from tests.live.conftest import Connect
from tests.live.site import ANSWER_SECONDS, Worker, secret_of

pytestmark = pytest.mark.processes


def ask(worker: Worker, user: User, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", worker.port, timeout=ANSWER_SECONDS)
    headers = {"Authorization": f"Bearer {secret_of(user)}", "Content-Type": "application/json"}
    try:
        connection.request(method, f"/api/v1{path}", json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_a_post_by_rest_reaches_live_readers_of_every_process(
    meet: Connect, worker: Worker, second_worker: Worker, lobby: Room, alice: User, bob: User
) -> None:
    readers = [meet(alice), meet(bob, at=second_worker)]
    for reader in readers:
        reader.subscribe("lobby")
    message = {"body": "by *REST*", "client_id": str(uuid4())}
    status, posted = ask(worker, bob, "POST", "/rooms/lobby/messages", message)
    assert status == 201
    assert [reader.wait("events")["messages"] for reader in readers] == [[posted]] * 2
    status, again = ask(second_worker, bob, "POST", "/rooms/lobby/messages", message)
    assert (status, again) == (200, posted)
    status, edited = ask(second_worker, bob, "PATCH", "/rooms/lobby/messages/1", {"body": "again"})
    assert [reader.wait("events")["messages"] for reader in readers] == [[edited]] * 2
    status, deleted = ask(worker, bob, "DELETE", "/rooms/lobby/messages/1")
    assert [reader.wait("events")["messages"] for reader in readers] == [[deleted]] * 2
