"""Uploads at the REST door."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from chat.models import Room, Upload
from chat.services import moderation
from tests.api.caller import Caller
from tests.factories import make_user
from tests.uploads import a_file, picture, upload

pytestmark = pytest.mark.django_db


def test_up_and_into_a_message(files: Path, lobby: Room, bob: User) -> None:
    caller = Caller(bob)
    up = caller.upload("/uploads", file=a_file(picture(size=(600, 300)), "cat.png"), alt="a cat")
    assert up.status == 201
    one = Upload.objects.get()
    url = f"/uploads/{one.pk}/"
    assert up.json == {
        "id": str(one.pk), "name": "cat.png", "type": "image/png", "size": one.size, "width": 600, "height": 300,
        "animated": False, "alt": "a cat", "url": url,
        "thumbnails": [{"url": f"{url}480/", "width": 480, "height": 240}],
    }  # fmt: skip
    body = {"body": "", "client_id": str(uuid4()), "attachments": [up.json["id"]]}
    posted = caller.post("/rooms/lobby/messages", body)
    assert (posted.status, posted.json["attachments"]) == (201, [up.json])
    again = caller.post("/rooms/lobby/messages", body)
    assert (again.status, again.json) == (200, posted.json)
    assert caller.get("/rooms/lobby/messages").json["messages"][0] == posted.json
    assert caller.get(f"/uploads/{one.pk}").json == up.json
    tombstone = caller.delete("/rooms/lobby/messages/1")
    assert tombstone.json["attachments"] == []
    assert caller.get(f"/uploads/{one.pk}").code == "not_found"


def test_by_session(files: Path, bob: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bob)
    caller = Caller(browser=browser)
    assert caller.upload("/uploads", file=a_file()).code == "forbidden"
    assert not Upload.objects.exists()
    browser.get("/profile/")
    token = browser.cookies["csrftoken"].value
    large = b"x" * 3_000_000
    assert caller.upload("/uploads", file=a_file(large), headers={"X-CSRFToken": token}).status == 201
    assert Upload.objects.get().size == len(large)


def test_what_is_wrong_with_it(files: Path, lobby: Room, bob: User, alice: User, settings: LazySettings) -> None:
    settings.UPLOAD_BYTES = 1_000
    caller = Caller(bob)
    assert caller.upload("/uploads", file=a_file(b"x" * 1_001)).code == "too_large"
    assert caller.upload("/uploads", file=a_file(b"")).code == "empty"
    assert caller.upload("/uploads", file=a_file(b"\x89PNG\r\n\x1a\n")).code == "bad_request"
    assert caller.upload("/uploads", file=a_file(), alt="x" * 1_001).code == "too_long"
    assert caller.upload("/uploads", file=a_file(), alt="a\0b").code == "bad_request"
    assert caller.upload("/uploads", other=a_file()).code == "bad_request"
    assert caller.upload("/uploads", file="no file").code == "bad_request"
    assert caller.post("/uploads", {"file": "x"}).code == "bad_request"
    assert caller.call("POST", "/uploads", b"--x\r\n", **{"Content-Type": "multipart/form-data"}).code == "bad_request"
    settings.UPLOADS_UNSENT = 1
    upload(bob)
    assert caller.upload("/uploads", file=a_file()).code == "conflict"
    settings.UPLOAD_BYTES = 0
    assert caller.upload("/uploads", file=a_file()).code == "forbidden"


@pytest.mark.parametrize("ids", [["x"], [""], [str(uuid4())], ["\ud800"]])
def test_attachments_that_are_not_there(files: Path, lobby: Room, bob: User, ids: list[str]) -> None:
    answer = Caller(bob).post("/rooms/lobby/messages", {"body": "x", "client_id": str(uuid4()), "attachments": ids})
    assert answer.code == ("bad_request" if ids == ["\ud800"] else "not_found")


def test_describing_and_discarding(files: Path, bob: User, alice: User) -> None:
    one = upload(bob)
    mine, others = Caller(bob), Caller(alice)
    for method, body in (("GET", None), ("PATCH", {"alt": "x"}), ("DELETE", None)):
        assert others.call(method, f"/uploads/{one.pk}", body).code == "not_found"
        assert mine.call(method, f"/uploads/{uuid4()}", body).code == "not_found"
        assert mine.call(method, "/uploads/x", body).code == "not_found"
    assert mine.patch(f"/uploads/{one.pk}", {"alt": "a cat"}).json["alt"] == "a cat"
    assert mine.delete(f"/uploads/{one.pk}").status == 204
    assert mine.get(f"/uploads/{one.pk}").code == "not_found"


def test_nobody_and_the_banned(files: Path, bob: User) -> None:
    assert Caller().upload("/uploads", file=a_file()).code == "unauthorized"
    moderation.ban_user(actor=make_user(is_superuser=True), user=bob, reason="x")
    assert Caller(bob).upload("/uploads", file=a_file()).code == "banned"
    assert not Upload.objects.exists()


def test_can_upload(files: Path, lobby: Room, bob: User, settings: LazySettings) -> None:
    caller = Caller(bob)
    assert "upload" in caller.get("/rooms/lobby").json["me"]["can"]
    settings.UPLOAD_BYTES = 0
    assert "upload" not in caller.get("/rooms/lobby").json["me"]["can"]
