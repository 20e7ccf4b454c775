"""Files in a bucket: all that the site does with them, against S3 as moto plays it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from django.conf import LazySettings
from django.core.management import call_command
from moto import mock_aws

from accounts import avatars, shelves
from accounts.models import PictureOrder, User
from chat.models import Room, Upload
from chat.services import uploads
from site_config.file_storage import file_storage
from tests.api.caller import Caller
from tests.chat.test_upload_files import Reader, body_of
from tests.factories import post
from tests.uploads import a_file, do_at_once, opened, picture, upload

pytestmark = pytest.mark.django_db

NAME, PREFIX = "files", "site"
LARGE = picture("JPEG", (1_300, 800))

type Committed = Callable[..., Any]


@pytest.fixture
def bucket(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty bucket where the site keeps its files, as its settings name one."""
    for name, value in {"BUCKET": NAME, "PREFIX": PREFIX, "REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"TERTULIA_S3_{name}", value)
    for name in ("ACCESS_KEY", "SECRET_KEY"):
        monkeypatch.setenv(f"TERTULIA_S3_{name}", "x")
    monkeypatch.setattr("accounts.queue.enqueue", do_at_once)
    with mock_aws():
        found = boto3.resource("s3", "us-east-1").create_bucket(Bucket=NAME)
        settings.STORAGES = settings.STORAGES | {"default": file_storage(settings.MEDIA_ROOT)}
        yield found


@pytest.fixture
def reader(bob: User) -> Reader:
    reader = Reader()
    reader.force_login(bob)
    return reader


def kept(bucket: Any) -> list[str]:
    """What lies in it, below the prefix."""
    return sorted(one.key.removeprefix(f"{PREFIX}/") for one in bucket.objects.all())


def test_a_picture_comes_and_is_shown(bucket: Any, reader: Reader, lobby: Room, bob: User) -> None:
    for content in (picture("JPEG", (600, 300)), LARGE):
        assert Caller(bob).upload("/uploads", file=a_file(content, "x.jpg")).status == 201
        one = Upload.objects.latest("created_at")
        post(bob, lobby, "", uploads=[one.pk])
        names = ["original", *(str(width) for width, _ in one.thumbnails)]
        assert [path for path in kept(bucket) if one.key.hex in path] == sorted(
            f"{one.folder}/{name}" for name in names
        )
        for (width, height), name in zip([(one.width, one.height), *one.thumbnails], names, strict=True):
            address = f"/uploads/{one.pk}/" + ("" if name == "original" else f"{name}/")
            assert opened(body_of(reader.get(address))).size == (width, height)
    assert not PictureOrder.objects.exists()
    assert len(kept(bucket)) == 2 + 3, "no source stays"


def test_whole_and_in_ranges(bucket: Any, reader: Reader, bob: User) -> None:
    content = bytes(range(256)) * 4_000
    one = upload(bob, content)
    answer = reader.get(f"/uploads/{one.pk}/")
    assert (answer.status_code, body_of(answer)) == (200, content)
    answer = reader.get(f"/uploads/{one.pk}/", headers={"range": "bytes=300000-600001"})
    assert (answer.status_code, answer["Content-Range"]) == (206, f"bytes 300000-600001/{len(content)}")
    assert body_of(answer) == content[300_000:600_002]


def test_a_person_s_picture(bucket: Any, reader: Reader, bob: User) -> None:
    assert Caller(bob).put_file("/me/avatar", LARGE, "image/jpeg").status == 200
    bob.refresh_from_db()
    assert opened(body_of(reader.get(bob.avatar_url))).size == (96, 96)
    assert len(kept(bucket)) == len(avatars.SIDES)


def test_what_goes(
    bucket: Any, bob: User, django_capture_on_commit_callbacks: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    thrown, lost, stays = (upload(bob, picture(size=(600, 20)), "x.png") for _ in range(3))
    with django_capture_on_commit_callbacks(execute=True):
        uploads.discard(user=bob, upload_id=thrown.pk)
    assert not any(thrown.key.hex in path for path in kept(bucket))
    Upload.objects.filter(pk=lost.pk).delete()
    call_command("purge_uploads", verbosity=0)
    assert len(kept(bucket)) == 4, "what is young may be about to be known"
    monkeypatch.setattr(shelves, "YOUNG", timedelta(seconds=-5))
    call_command("purge_uploads", verbosity=0)
    assert kept(bucket) == [f"{stays.folder}/480", f"{stays.folder}/original"]


@pytest.mark.parametrize("trouble", ["it is gone", "nobody answers"])
def test_a_bucket_in_trouble(
    bucket: Any, reader: Reader, bob: User, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    one = upload(bob)
    if trouble == "it is gone":
        bucket.objects.all().delete()
        bucket.delete()
    else:
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        monkeypatch.setenv("TERTULIA_S3_ENDPOINT", "http://127.0.0.1:1")
        settings.STORAGES = settings.STORAGES | {"default": file_storage(settings.MEDIA_ROOT)}
    caller = Caller(bob)
    for content in (b"plain", picture(), LARGE):
        assert caller.upload("/uploads", file=a_file(content, "x")).code == "unavailable"
    assert caller.put_file("/me/avatar", picture(), "image/png").code == "unavailable"
    assert reader.get(f"/uploads/{one.pk}/").status_code == (404 if trouble == "it is gone" else 503)
    assert list(Upload.objects.all()) == [one]
    assert not PictureOrder.objects.exists()
