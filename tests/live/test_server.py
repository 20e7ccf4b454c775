"""What our server adds to daphne: each of these fails on plain daphne."""

import socket
from collections.abc import Iterator
from uuid import uuid4

import pytest

from accounts.models import User
from chat.models import Room
from chat.services import messages
from tests.factories import seat
from tests.live.conftest import Connect
from tests.live.site import Copy, Worker, secret_of

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

BATCHES, BATCH = 100, 30
BODY = "x" * 4_000


@pytest.fixture
def impatient_worker(django_db_setup: None) -> Iterator[Worker]:
    worker = Worker(TERTULIA_PING_SECONDS="1")
    yield worker
    worker.stop()


def test_send_waits_while_a_reader_takes_nothing(meet: Connect, worker: Worker, lobby: Room, bob: User) -> None:
    """Such a reader lags by its cursor: what it missed comes in few large frames, and the others wait for nothing."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    narrow.connect(("127.0.0.1", worker.port))
    slow = meet(bob, f"/ws/chat/{lobby.slug}/", sock=narrow, max_queue=1, ping_interval=None)
    slow.receive()
    copy = Copy(slow.receive())
    quick = meet(bob)
    here = Copy(quick.subscribe(lobby.slug))
    membership = seat(bob, lobby)
    for _ in range(BATCHES):
        drafts = [messages.Draft(membership=membership, body=BODY, client_id=uuid4()) for _ in range(BATCH)]
        messages.post_messages(drafts)
    here.follow(quick, BATCHES * BATCH)
    copy.follow(slow, BATCHES * BATCH)
    assert copy.messages == here.messages
    frames = [frame for frame in slow.frames if frame["type"] == "events"]
    assert len(frames) < BATCHES * 0.7, "plain daphne buffers a frame for each batch"


def test_a_peer_that_answers_no_ping_is_told_and_closed(
    transactional_db: None, impatient_worker: Worker, alice: User
) -> None:
    with socket.create_connection(("127.0.0.1", impatient_worker.port), timeout=45) as peer:
        peer.sendall(
            b"GET /ws/chat/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            b"Authorization: Bearer " + secret_of(alice).encode() + b"\r\n\r\n"
        )
        received = b""
        while chunk := peer.recv(65536):
            received += chunk
            if (at := received.find(b"\x88\x02")) >= 0:  # a close frame with a code
                assert int.from_bytes(received[at + 2 : at + 4]) == 4408
                return
    pytest.fail("the connection ended without a code")
