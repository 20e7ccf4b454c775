"""Large pictures are made by the queue while their upload waits: one answer, and nothing is left behind."""

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts import apart, avatars, darkroom, queue, shelves
from accounts.models import PictureOrder, User
from chat.errors import BadRequest, Unavailable
from chat.models import Job, Upload
from tests.api.caller import Caller
from tests.chat.working import LOCK, noted, process, until
from tests.uploads import a_file, kept, opened, picture, upload

pytestmark = pytest.mark.django_db

SIZE = (1_300, 800)
LARGE = picture("JPEG", SIZE)

type Patch = pytest.MonkeyPatch


def assert_nothing_is_left(files: Path) -> None:
    assert kept(files) == []
    assert not PictureOrder.objects.exists()
    assert not Upload.objects.exists()


@pytest.fixture
def nobody(files: Path, monkeypatch: Patch) -> list[dict[str, Any]]:
    """No queue that works: the jobs that it was given."""
    given: list[dict[str, Any]] = []
    monkeypatch.setattr(darkroom, "WAIT", timedelta(seconds=0.05))
    monkeypatch.setattr(queue, "enqueue", lambda job, queue, /, **facts: given.append(facts))
    return given


@pytest.fixture
def program(monkeypatch: Patch, tmp_path: Path) -> Callable[[str], Path]:
    """Puts a script in the place of what unpacks pictures; gives the file that it notes each of its runs in."""

    def put(script: str) -> Path:
        path, runs = tmp_path / "decoder", tmp_path / "runs"
        path.write_text(f"#!/bin/sh\necho run >> {runs}\ncat > /dev/null\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(path))
        return runs

    return put


# ---------- by whom


def test_small_pictures_wait_for_nobody(nobody: list[dict[str, Any]], bob: User) -> None:
    upload(bob, picture(size=(1_000, 1_000)), "x.png")
    avatars.set_avatar(user=bob, file=BytesIO(picture()))
    assert nobody == []


def test_a_large_one_is_the_same_as_a_small_one(files: Path, bob: User) -> None:
    one = upload(bob, LARGE, "x.jpg")
    assert (one.type, one.width, one.height, one.is_animated) == ("image/jpeg", *SIZE, False)
    assert one.thumbnails == [[480, 295], [960, 591]]
    assert {path.name for path in kept(files)} == {"original", "480", "960"}
    assert one.size == len((files / one.folder / "original").read_bytes())
    assert not PictureOrder.objects.exists()


def test_a_person_s_large_picture(files: Path, bob: User) -> None:
    assert Caller(bob).put_file("/me/avatar", LARGE, "image/jpeg").status == 200
    bob.refresh_from_db()
    folder = files / shelves.place(avatars.SHELVES, bob.avatar)
    assert kept(files) == [folder / "256", folder / "96"]
    assert opened(folder / "96").size == (96, 96)


# ---------- refused


def test_one_that_is_damaged(files: Path, bob: User) -> None:
    with pytest.raises(BadRequest, match="damaged"):
        upload(bob, LARGE[:-600], "x.jpg")
    with pytest.raises(avatars.AvatarError, match="damaged"):
        avatars.set_avatar(user=bob, file=BytesIO(LARGE[:-600]))
    assert_nothing_is_left(files)


def test_one_that_brings_its_decoder_down_is_tried_once(files: Path, bob: User, program: Callable[[str], Path]) -> None:
    runs = program("kill -SEGV $$")
    answer = Caller(bob).upload("/uploads", file=a_file(LARGE, "x.jpg"))
    assert (answer.status, answer.code, answer.json["field"]) == (400, "bad_request", "file")
    assert answer.json["detail"] == "This picture is damaged."
    assert runs.read_text() == "run\n"
    assert_nothing_is_left(files)


@pytest.mark.parametrize("script", ["exit 3", "exec sleep 60"], ids=["fails", "hangs"])
def test_a_decoder_that_fails_for_another_reason(
    files: Path, bob: User, program: Callable[[str], Path], monkeypatch: Patch, script: str
) -> None:
    monkeypatch.setattr(apart, "MOST_SECONDS", 0.3)
    runs = program(script)
    with pytest.raises(Unavailable):
        upload(bob, LARGE, "x.jpg")
    assert runs.read_text() == "run\n"
    assert_nothing_is_left(files)


@pytest.mark.parametrize("name", ["source", "480"])
def test_a_full_disk(files: Path, bob: User, monkeypatch: Patch, name: str) -> None:
    save = FileSystemStorage._save  # type: ignore[attr-defined]

    def fill(storage: FileSystemStorage, path: str, content: Any) -> str:
        if path.endswith(name):
            raise OSError("no")
        return str(save(storage, path, content))

    monkeypatch.setattr(FileSystemStorage, "_save", fill)
    with pytest.raises(Unavailable):
        upload(bob, LARGE, "x.jpg")
    assert_nothing_is_left(files)


# ---------- nobody answers


def test_a_queue_that_does_not_answer(nobody: list[dict[str, Any]], files: Path, bob: User) -> None:
    caller = Caller(bob)
    answer = caller.upload("/uploads", file=a_file(LARGE, "x.jpg"))
    for refused in (answer, caller.put_file("/me/avatar", LARGE, "image/jpeg")):
        assert (refused.status, refused.code, refused.json["retry_after"]) == (503, "unavailable", 15)
    assert_nothing_is_left(files)
    assert len(nobody) == 2
    for facts in nobody:
        darkroom.make_picture(**facts)
    assert_nothing_is_left(files)


def test_one_that_is_given_up_while_it_is_worked_on(files: Path, bob: User, monkeypatch: Patch) -> None:
    make = apart.make

    def slow(*args: Any) -> Any:
        PictureOrder.objects.all().delete()
        return make(*args)

    monkeypatch.setattr(apart, "make", slow)
    monkeypatch.setattr(darkroom, "WAIT", timedelta(seconds=1))
    with pytest.raises(Unavailable):
        upload(bob, LARGE, "x.jpg")
    assert_nothing_is_left(files)


def left_behind(age: timedelta) -> tuple[PictureOrder, dict[str, Any]]:
    """What somebody ordered whose process was killed then, and its job."""
    order = PictureOrder.objects.create()
    shelves.keep(order.folder, {"source": LARGE})
    PictureOrder.objects.filter(pk=order.pk).update(created_at=timezone.now() - age)
    facts = {"order": str(order.pk), "work": "rewrite", "kind": "image/jpeg", "sides": [480], "folder": "uploads/aa/aa"}
    return order, facts


def test_an_order_is_worked_on_only_while_somebody_can_be_waiting(files: Path, db: None) -> None:
    """So a worker that is killed with it, and looked for after half a minute, begins with it twice at most."""
    _, facts = left_behind(darkroom.WAIT + timedelta(seconds=1))
    darkroom.make_picture(**facts)
    assert [path.name for path in kept(files)] == ["source"]
    order, facts = left_behind(darkroom.WAIT - timedelta(seconds=30))
    for _ in range(2):
        darkroom.make_picture(**facts)
    outcome: Any = PictureOrder.objects.get(pk=order.pk).outcome
    assert [part[0] for part in outcome["parts"]] == ["original", "480"]


def test_a_second_try_replaces_what_the_first_had_half_written(files: Path, db: None) -> None:
    _, facts = left_behind(timedelta(seconds=31))
    shelves.keep(facts["folder"], {"original": LARGE[:5_000]})
    darkroom.make_picture(**facts)
    assert opened(files / facts["folder"] / "original").size == SIZE
    assert {path.name for path in kept(files)} == {"source", "original", "480"}


def test_what_was_left_behind_goes(files: Path, db: None, monkeypatch: Patch) -> None:
    left_behind(darkroom.KEPT + timedelta(minutes=1))
    young, _ = left_behind(timedelta(minutes=1))
    rowless, _ = left_behind(timedelta(0))
    PictureOrder.objects.filter(pk=rowless.pk).delete()
    call_command("purge_uploads", verbosity=0)
    assert list(PictureOrder.objects.all()) == [young]
    assert {path.parent.name for path in kept(files)} == {young.pk.hex, rowless.pk.hex}
    monkeypatch.setattr(
        FileSystemStorage, "get_modified_time", lambda *_: timezone.now() - shelves.YOUNG - timedelta(hours=1)
    )
    call_command("purge_uploads", verbosity=0)
    assert kept(files) == []


# ---------- the real queue


@pytest.fixture
def worker(db: None) -> Iterator[None]:
    """The job worker as `bin/serve` starts it, which shares this run's database and files."""
    started = process()
    yield
    started.kill()
    started.wait()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
        cursor.execute("DELETE FROM procrastinate_jobs; DELETE FROM procrastinate_workers")


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_the_job_worker_makes_it_and_does_other_work_beside(worker: None, bob: User) -> None:
    folder = Path(default_storage.location)  # type: ignore[attr-defined]
    before = kept(folder)
    one = upload(bob, LARGE, "x.jpg")
    assert (one.width, one.height) == SIZE
    assert sorted(path.name for path in set(kept(folder)) - set(before)) == ["480", "960", "original"]
    assert opened(folder / one.folder / "960").size == (960, 591)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    for _ in range(3):  # pictures that take long
        queue.enqueue("wait_and_note", queue.PICTURES, word="picture")
    queue.enqueue("note", word="in time")
    until(lambda: noted() == ["in time"])
    assert Job.objects.filter(queue_name=queue.PICTURES, status=Job.State.RUNNING).count() == 2
