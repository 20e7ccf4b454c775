"""Files through our server: bounded on the way in, at the reader's pace on the way out."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.models import User
from chat.models import Upload
from tests.live.site import Worker, secret_of

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

MEGABYTE = 2**20
BOUNDARY = "a-boundary-that-no-random-bytes-hold"
FORM = b'--%(at)b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n%(content)b\r\n--%(at)b--\r\n'


@pytest.fixture
def one_megabyte(django_db_setup: None) -> Iterator[Worker]:
    """A site whose files have at most one."""
    worker = Worker(TERTULIA_UPLOAD_MB="1")
    yield worker
    worker.stop()


def connected(worker: Worker, **options: int) -> socket.socket:
    peer = socket.socket()
    for name, value in options.items():
        peer.setsockopt(socket.SOL_SOCKET, getattr(socket, name), value)
    peer.settimeout(45)
    peer.connect(("127.0.0.1", worker.port))
    return peer


def memory_of(worker: Worker) -> int:
    """Bytes that the process holds."""
    pages = Path(f"/proc/{worker.process.pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def head(user: User, path: str, method: str = "GET", **headers: object) -> bytes:
    lines = {"Host": "x", "Authorization": f"Bearer {secret_of(user)}"} | {
        name.replace("_", "-"): str(value) for name, value in headers.items()
    }
    return "\r\n".join([f"{method} {path} HTTP/1.1", *map(": ".join, lines.items()), "", ""]).encode()


def up(user: User, **headers: object) -> bytes:
    """The head of an upload."""
    return head(user, "/api/v1/uploads", "POST", Content_Type=f"multipart/form-data; boundary={BOUNDARY}", **headers)


def answer_of(peer: socket.socket) -> tuple[int, bytes]:
    """Status and body of an answer that says how long it is."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += peer.recv(65_536)
    top, _, body = received.partition(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in top.split(b"\r\n") if line.lower().startswith(b"content-length"))
    while len(body) < length:
        body += peer.recv(65_536)
    return int(top.split()[1]), body


def post(worker: Worker, user: User, content: bytes) -> tuple[int, bytes]:
    form = FORM % {b"at": BOUNDARY.encode(), b"content": content}
    with connected(worker) as peer:
        peer.sendall(up(user, Content_Length=len(form)))
        peer.sendall(form)
        return answer_of(peer)


def test_there_and_back(transactional_db: None, worker: Worker, bob: User) -> None:
    content = os.urandom(3 * MEGABYTE)
    status, body = post(worker, bob, content)
    assert status == 201, body
    url = json.loads(body)["url"]
    with connected(worker) as peer:
        peer.sendall(head(bob, url))
        assert answer_of(peer) == (200, content)
        peer.sendall(head(bob, url, Range="bytes=1000000-1999999"))
        assert answer_of(peer) == (206, content[1_000_000:2_000_000])


def test_what_is_too_large_by_its_own_words(transactional_db: None, one_megabyte: Worker, bob: User) -> None:
    """Nobody waits for the rest of it."""
    with connected(one_megabyte) as peer:
        peer.sendall(up(bob, Content_Length=10**12))
        status, body = answer_of(peer)
    assert (status, json.loads(body)["code"]) == (413, "too_large")


def test_what_becomes_too_large(transactional_db: None, one_megabyte: Worker, bob: User) -> None:
    with connected(one_megabyte) as peer:
        peer.sendall(up(bob, Transfer_Encoding="chunked"))
        part = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
        for _ in range(100):
            peer.sendall(part)
        status, body = answer_of(peer)
    assert (status, json.loads(body)["code"]) == (413, "too_large")
    assert not Upload.objects.exists()


def test_a_little_too_large_is_told_by_the_application(transactional_db: None, one_megabyte: Worker, bob: User) -> None:
    assert post(one_megabyte, bob, b"x" * (MEGABYTE + 1))[0] == 413
    assert post(one_megabyte, bob, b"x" * MEGABYTE)[0] == 201


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells")
def test_a_reader_that_takes_nothing_costs_no_memory(transactional_db: None, worker: Worker, bob: User) -> None:
    """Plain daphne would put the whole file into its buffer."""
    _, body = post(worker, bob, bytes(24 * MEGABYTE))
    url = json.loads(body)["url"]
    peers = [connected(worker, SO_RCVBUF=65_536) for _ in range(4)]
    before = memory_of(worker)
    for peer in peers:
        peer.sendall(head(bob, url))
        assert peer.recv(1).startswith(b"H")
    with connected(worker) as other:
        other.sendall(head(bob, url, Range="bytes=0-9"))
        assert answer_of(other) == (206, bytes(10))
    assert memory_of(worker) - before < 16 * MEGABYTE
    for peer in peers:
        peer.close()
