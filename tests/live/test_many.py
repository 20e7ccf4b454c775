"""Ten thousand messages by twenty sockets at once, over two processes: one order, none lost, none doubled."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection, connect

from accounts.models import User
from chat.models import Message, Room
from tests.factories import make_room, make_user
from tests.live.site import Copy, Worker, secret_of

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

SENDERS = 20
READERS = 4
EACH = 500
BATCH = 50
ALL = SENDERS * EACH
SECONDS = 90


def join(worker: Worker, secret: str) -> Any:
    return connect(
        f"ws://{worker.address}/ws/chat/",
        additional_headers={"Authorization": f"Bearer {secret}"},
        max_size=None,
        compression=None,
        open_timeout=SECONDS,
        ping_interval=None,
    )


async def frame_of(socket: ClientConnection, *kinds: str) -> dict[str, Any]:
    """The next frame of one of these kinds; an error fails."""
    while True:
        frame: dict[str, Any] = json.loads(await socket.recv())
        assert frame["type"] != "error", frame
        if frame["type"] in kinds:
            return frame


async def send_all(socket: ClientConnection, room: str, ids: list[str]) -> list[dict[str, Any]]:
    """Sends BATCH at a time and waits for their acks, which come in the order of the sends."""
    acks: list[dict[str, Any]] = []
    for start in range(0, EACH, BATCH):
        batch = ids[start : start + BATCH]
        for client_id in batch:
            await socket.send(
                json.dumps({"type": "send", "room": room, "ref": client_id, "body": client_id, "client_id": client_id})
            )
        acks += [await frame_of(socket, "ack") for _ in batch]
    return acks


async def read_all(socket: ClientConnection, copy: Copy) -> tuple[Copy, list[int]]:
    """Follows the room to its end: what the reader holds, and the seqs in the order in which they came."""
    order: list[int] = []
    while copy.rev < ALL:
        frame = await frame_of(socket, "events")
        copy.apply_events(frame)
        order += [message["seq"] for message in frame["messages"]]
    return copy, order


async def talk(workers: list[Worker], room: str, secrets: list[str], ids: list[list[str]]) -> tuple[Any, Any]:
    async with asyncio.timeout(SECONDS):
        sockets = [await join(workers[n % 2], secret) for n, secret in enumerate(secrets)]
        senders, readers = sockets[:SENDERS], sockets[SENDERS:]
        copies = []
        for reader in readers:
            await reader.send(json.dumps({"type": "subscribe", "room": room}))
            copies.append(Copy(await frame_of(reader, "subscribed")))
        reading = asyncio.gather(*(read_all(reader, copy) for reader, copy in zip(readers, copies, strict=True)))
        acks = await asyncio.gather(*(send_all(one, room, mine) for one, mine in zip(senders, ids, strict=True)))
        read = await reading
        await asyncio.gather(*(socket.close() for socket in sockets))
        return acks, read


@pytest.fixture
def people(transactional_db: None) -> list[User]:
    return [make_user() for _ in range(SENDERS + READERS)]


def test_ten_thousand_messages_in_one_order(worker: Worker, second_worker: Worker, people: list[User]) -> None:
    room = make_room(people[0], "Square", *people[1:])
    ids = [[str(uuid4()) for _ in range(EACH)] for _ in range(SENDERS)]
    acks, read = asyncio.run(talk([worker, second_worker], room.slug, [secret_of(user) for user in people], ids))

    seq_of: dict[str, int] = {}
    for mine, got in zip(ids, acks, strict=True):
        assert [ack["client_id"] for ack in got] == [ack["ref"] for ack in got] == mine
        assert [ack["seq"] for ack in got] == sorted(ack["seq"] for ack in got), "in the order sent"
        assert not any(ack["duplicate"] for ack in got)
        seq_of |= {ack["client_id"]: ack["seq"] for ack in got}
    assert sorted(seq_of.values()) == list(range(1, ALL + 1)), "dense"

    stored = dict(Message.objects.filter(room=room).values_list("client_id", "seq"))
    assert {str(client_id): seq for client_id, seq in stored.items()} == seq_of, "what was acked is what is stored"
    assert list(Room.objects.filter(pk=room.pk).values_list("seq", "rev")) == [(ALL, ALL)]
    for copy, order in read:
        assert order == list(range(1, ALL + 1)), "every reader, in one order, each once"
        assert {message["client_id"]: seq for seq, message in copy.messages.items()} == seq_of
        assert all(message["body"] == message["client_id"] for message in copy.messages.values())
