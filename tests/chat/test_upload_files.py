"""Serving files: to whom, as what, whole and in ranges."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from accounts.models import User
from accounts.tokens import create_token
from chat import encoding
from chat.models import Message, Room, Upload
from chat.services import members, messages, moderation, rooms
from tests.factories import make_user, post, seat
from tests.uploads import MP4, WAV, picture, upload

pytestmark = pytest.mark.django_db


class Reader(Client):
    """Reads what comes, as the server does; then the file is let go."""

    def request(self, **request: Any) -> Any:
        response: Any = super().request(**request)
        response.parts = async_to_sync(gather)(response) if response.streaming else [response.content]
        return response


async def gather(response: Any) -> list[bytes]:
    return [part async for part in response]


def body_of(response: Any) -> bytes:
    return b"".join(response.parts)


@pytest.fixture
def client(bob: User) -> Reader:
    client = Reader()
    client.force_login(bob)
    return client


def address(one: Upload) -> str:
    return f"/uploads/{one.pk}/"


# ---------- to whom


def test_an_unsent_file_is_its_senders_alone(files: Path, client: Reader, bob: User, alice: User) -> None:
    one = upload(bob, b"mine")
    assert body_of(client.get(address(one))) == b"mine"
    client.force_login(alice)
    assert client.get(address(one)).status_code == 404
    client.logout()
    answer = client.get(address(one))
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={quote(address(one))}")


LOST: dict[str, tuple[Callable[[Room, User, User], Any], int]] = {
    "member": (lambda room, alice, bob: None, 200),
    "muted": (lambda room, alice, bob: moderation.mute_user(actor=alice, user=bob, room=room, reason="x"), 200),
    "left": (lambda room, alice, bob: members.leave_room(membership=seat(bob, room)), 404),
    "banned": (lambda room, alice, bob: moderation.ban_user(actor=alice, user=bob, room=room, reason="x"), 404),
    "archived": (lambda room, alice, bob: rooms.archive_room(membership=seat(alice, room)), 200),
    "room deleted": (
        lambda room, alice, bob: rooms.delete_room(membership=seat(alice, room), confirmation=room.slug),
        404,
    ),
    "message deleted": (lambda room, alice, bob: messages.delete_message(membership=seat(alice, room), seq=1), 404),
    "restored": (
        lambda room, alice, bob: [
            messages.delete_message(membership=seat(alice, room), seq=1),
            messages.restore_message(membership=seat(alice, room), seq=1),
        ],
        200,
    ),
}


@pytest.mark.parametrize("case", LOST)
def test_who_sees_the_message_sees_its_files(
    files: Path, client: Reader, cellar: Room, alice: User, bob: User, case: str
) -> None:
    one = upload(alice, picture(size=(600, 300)), "x.png")
    post(alice, cellar, "", uploads=[one.pk])
    act, status = LOST[case]
    act(cellar, alice, bob)
    for path in ("", "480/"):
        assert client.get(address(one) + path).status_code == status


def test_a_public_room(files: Path, client: Reader, lobby: Room, bob: User, mallory: User, alice: User) -> None:
    one = upload(bob)
    post(bob, lobby, "", uploads=[one.pk])
    client.force_login(mallory)
    assert client.get(address(one)).status_code == 200
    moderation.ban_user(actor=alice, user=mallory, room=lobby, reason="x")
    assert client.get(address(one)).status_code == 403


def test_banned_from_the_site(files: Path, client: Reader, lobby: Room, bob: User) -> None:
    one = upload(bob)
    moderation.ban_user(actor=make_user(is_superuser=True), user=bob, reason="x")
    assert client.get(address(one)).status_code == 403


def test_by_token(files: Path, lobby: Room, bob: User) -> None:
    one = upload(bob)
    secret = create_token(user=bob, name="x")[1]
    assert Reader().get(address(one), headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    refused = Reader().get(address(one), headers={"Authorization": "Bearer tt_x"})
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Bearer")


def test_the_addresses_that_messages_tell(files: Path, client: Reader, lobby: Room, bob: User) -> None:
    one = upload(bob, picture(size=(2_000, 1_000)), "x.png")
    post(bob, lobby, "", uploads=[one.pk])
    (told,) = encoding.message(Message.objects.get(), [])["attachments"]
    assert client.get(told["url"])["Content-Type"] == "image/png"
    for small in told["thumbnails"]:
        assert client.get(small["url"])["Content-Type"] == "image/webp"
    assert len(told["thumbnails"]) == 2
    assert client.get(f"{told['url']}100/").status_code == 404


# ---------- as what


@pytest.mark.parametrize(
    ("content", "name", "kind", "disposition"),
    [
        (b"<script>x</script>", "x.html", "application/octet-stream", 'attachment; filename="x.html"'),
        (b"<svg/>", "x.svg", "application/octet-stream", 'attachment; filename="x.svg"'),
        (b"%PDF-1.4", 'a "b".pdf', "application/octet-stream", 'attachment; filename="a \\"b\\".pdf"'),
        (b"x", "大厅.txt", "application/octet-stream", "attachment; filename*=utf-8''%E5%A4%A7%E5%8E%85.txt"),
        (MP4, "x.mp4", "video/mp4", 'inline; filename="x.mp4"'),
        (WAV, "x.wav", "audio/wav", 'inline; filename="x.wav"'),
        (picture(), "x.png", "image/png", 'inline; filename="x.png"'),
    ],
)
def test_nothing_in_it_can_run(
    files: Path, client: Reader, bob: User, content: bytes, name: str, kind: str, disposition: str
) -> None:
    answer = client.get(address(upload(bob, content, name)))
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"] == disposition
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"


def test_a_file_that_is_gone(files: Path, client: Reader, bob: User) -> None:
    one = upload(bob)
    (files / one.folder / "original").unlink()
    assert client.get(address(one)).status_code == 404


def test_a_storage_that_does_not_answer(
    files: Path, client: Reader, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = upload(bob)

    def fail(storage: Any, name: str, mode: str = "rb") -> Any:
        raise RuntimeError("no such host")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._open", fail)
    answer = client.get(address(one))
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")


# ---------- whole and in ranges

TEXT = b"0123456789"


@pytest.mark.parametrize(
    ("asked", "status", "part", "told"),
    [
        ("bytes=0-", 206, TEXT, "bytes 0-9/10"),
        ("bytes=0-0", 206, b"0", "bytes 0-0/10"),
        ("bytes=9-9", 206, b"9", "bytes 9-9/10"),
        ("bytes=3-5", 206, b"345", "bytes 3-5/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-99", 206, TEXT, "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=5-4", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=-", 200, TEXT, None),
        ("bytes=0-1,3-4", 200, TEXT, None),
        ("bytes=x-y", 200, TEXT, None),
        ("lines=0-1", 200, TEXT, None),
        ("bytes=" + "9" * 40 + "-", 200, TEXT, None),
    ],
)
def test_ranges(files: Path, client: Reader, bob: User, asked: str, status: int, part: bytes, told: str | None) -> None:
    one = upload(bob, TEXT)
    for method in (client.get, client.head):
        answer = method(address(one), headers={"Range": asked})
        assert answer.status_code == status
        assert answer.get("Content-Range") == told
        assert answer["Accept-Ranges"] == "bytes"
        if status != 416:
            assert answer["Content-Length"] == str(len(part))
        assert body_of(answer) == (part if method == client.get else b"")


def test_one_who_has_it_gets_it_not_again(files: Path, client: Reader, bob: User, alice: User) -> None:
    one = upload(bob, TEXT)
    etag = client.get(address(one))["ETag"]
    again = client.get(address(one), headers={"If-None-Match": etag})
    assert (again.status_code, again["ETag"], body_of(again)) == (304, etag, b"")
    part = {"Range": "bytes=1-2"}
    assert client.get(address(one), headers=part | {"If-Range": etag}).status_code == 206
    assert client.get(address(one), headers=part | {"If-Range": '"other"'}).status_code == 200
    client.force_login(alice)
    assert client.get(address(one), headers={"If-None-Match": etag}).status_code == 404, "rights come first"


def test_a_large_file_comes_in_pieces(files: Path, client: Reader, bob: User) -> None:
    content = bytes(range(256)) * 4_000
    answer: Any = client.get(address(upload(bob, content)), headers={"Range": "bytes=7-900000"})

    assert body_of(answer) == content[7:900_001]
    assert len(answer.parts) == 4


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(files: Path, client: Reader, bob: User, method: str) -> None:
    assert getattr(client, method)(address(upload(bob))).status_code == 405
