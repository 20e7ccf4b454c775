"""What our server adds to daphne: each of these fails on plain daphne."""

import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession

from accounts.models import User
from chat.models import Room
from chat.services import messages
from tests.factories import seat
from tests.live.conftest import Connect
from tests.live.site import ANSWER_SECONDS, Copy, Worker, secret_of

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


@pytest.fixture
def worker_behind_a_proxy(django_db_setup: None) -> Iterator[Worker]:
    worker = Worker(TERTULIA_BEHIND_PROXY="on")
    yield worker
    worker.stop()


def address_of_who_signs_up(worker: Worker, forwarded: list[str]) -> str:
    """What the site takes for the address of somebody whose request has these headers `X-Forwarded-For`."""
    form = {
        "username": f"guest{uuid4().hex[:8]}",
        "password1": "correct horse battery",
        "csrfmiddlewaretoken": "c" * 32,
    }
    body = urlencode(form).encode()
    connection = HTTPConnection("127.0.0.1", worker.port, timeout=ANSWER_SECONDS)
    connection.putrequest("POST", "/accounts/signup/")
    connection.putheader("Cookie", f"csrftoken={'c' * 32}")
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.putheader("Content-Length", str(len(body)))
    for value in forwarded:
        connection.putheader("X-Forwarded-For", value)
    connection.endheaders(body)
    assert connection.getresponse().status == 302
    connection.close()
    return str(UserSession.objects.get(user__username=form["username"]).ip)


def test_nobody_is_counted_by_an_address_of_their_own_making(
    transactional_db: None, worker: Worker, worker_behind_a_proxy: Worker
) -> None:
    """A proxy appends the address it sees, to the visitor's own header or as another one."""
    made_up, seen = "198.51.100.1", "203.0.113.9"
    assert address_of_who_signs_up(worker, [made_up]) == "127.0.0.1"
    assert address_of_who_signs_up(worker_behind_a_proxy, [f"{made_up}, {seen}"]) == seen
    assert address_of_who_signs_up(worker_behind_a_proxy, [made_up, seen]) == seen
    assert address_of_who_signs_up(worker_behind_a_proxy, []) == "127.0.0.1"
