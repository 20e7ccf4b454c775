"""Files: before their message, with it, and when they go."""

import errno
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from chat.errors import (
    BadRequest,
    ChatError,
    Conflict,
    Empty,
    Forbidden,
    Muted,
    NotFound,
    TooLarge,
    TooLong,
    Unavailable,
)
from chat.models import Message, RemovedText, Room, Upload
from chat.protocol import ALT_LENGTH
from chat.services import messages, moderation, rooms, uploads
from chat.services.messages import Draft, Posted, post_messages
from tests.factories import make_user, post, posted_row, seat
from tests.uploads import kept, noise, picture, upload

pytestmark = pytest.mark.django_db

type Committed = Callable[..., Any]


# ---------- limits


def test_the_size_of_a_file(files: Path, bob: User, settings: LazySettings) -> None:
    settings.UPLOAD_BYTES = 100
    assert upload(bob, b"x" * 100).size == 100
    with pytest.raises(TooLarge):
        upload(bob, b"x" * 101)
    with pytest.raises(Empty):
        upload(bob, b"")
    settings.UPLOAD_BYTES = 0
    with pytest.raises(Forbidden):
        upload(bob)


def test_unsent_files_of_a_person(files: Path, lobby: Room, bob: User, alice: User, settings: LazySettings) -> None:
    settings.UPLOADS_UNSENT = 2
    first, _ = upload(bob), upload(bob)
    with pytest.raises(Conflict):
        upload(bob)
    upload(alice)
    post(bob, lobby, uploads=[first.pk])
    upload(bob)


def test_the_room_of_a_person_and_of_the_site(files: Path, bob: User, alice: User, settings: LazySettings) -> None:
    settings.UPLOAD_PERSON_BYTES = 100
    settings.UPLOAD_SITE_BYTES = 150
    upload(bob, b"x" * 100)
    with pytest.raises(Forbidden, match="you have"):
        upload(bob, b"x")
    upload(alice, b"x" * 50)
    with pytest.raises(Forbidden, match="this site"):
        upload(alice, b"x")


def test_alt_text(files: Path, bob: User) -> None:
    assert upload(bob, alt=" a  cat\n").alt == "a cat"
    found = upload(bob, alt="x" * ALT_LENGTH)
    with pytest.raises(TooLong):
        upload(bob, alt="x" * (ALT_LENGTH + 1))
    assert uploads.describe(user=bob, upload_id=found.pk, alt="a dog").alt == "a dog"
    with pytest.raises(TooLong):
        uploads.describe(user=bob, upload_id=found.pk, alt="x" * (ALT_LENGTH + 1))


def test_who_may_not_upload(files: Path, lobby: Room, bob: User, alice: User, steward: User) -> None:
    moderation.mute_user(actor=alice, user=bob, room=lobby, reason="x")
    upload(bob)  # for another room, perhaps
    until = timezone.now() + timedelta(hours=1)
    moderation.mute_user(actor=make_user(is_superuser=True), user=bob, reason="x", until=until)
    with pytest.raises(Muted):
        upload(bob)


# A bucket has errors of its own.
@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "no"), OSError(errno.EDQUOT, "no"), OSError(errno.EIO, "no"), RuntimeError("no")]
)
def test_a_full_disk(files: Path, bob: User, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    save = FileSystemStorage._save  # type: ignore[attr-defined]

    def fill(storage: FileSystemStorage, name: str, content: Any) -> str:
        if name.endswith("480"):
            raise error
        return str(save(storage, name, content))

    monkeypatch.setattr(FileSystemStorage, "_save", fill)
    with pytest.raises(Unavailable):
        upload(bob, picture(size=(600, 20)), "x.png")
    assert kept(files) == []
    assert not Upload.objects.exists()


def test_what_fails_late_leaves_nothing(files: Path, bob: User, settings: LazySettings) -> None:
    """A picture that is larger once it is written anew."""
    content = noise("AVIF", quality=1)
    first = upload(bob, content, "x.avif")
    assert first.size > len(content)
    before = kept(files)
    settings.UPLOAD_PERSON_BYTES = first.size + len(content)
    with pytest.raises(Forbidden):
        upload(bob, content, "x.avif")
    assert kept(files) == before


# ---------- with a message


def test_a_message_with_files(files: Path, lobby: Room, bob: User) -> None:
    two = [upload(bob, picture(size=(600, 300)), "cat.png", alt="a cat"), upload(bob)]
    row = Message.objects.get(seq=post(bob, lobby, "", uploads=[one.pk for one in reversed(two)]).seq)
    assert row.attachments == [two[1].facts(), two[0].facts()]
    assert list(row.uploads.order_by("position")) == [two[1], two[0]]


def test_a_message_without_files_costs_no_statement_for_them(files: Path, lobby: Room, bob: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        post(bob, lobby)
    assert not any("upload" in query["sql"] for query in queries)


def test_a_retry_gives_the_same_message(files: Path, lobby: Room, bob: User) -> None:
    client_id, one = uuid4(), upload(bob)
    first = post(bob, lobby, "", uploads=[one.pk], client_id=client_id)
    again = post(bob, lobby, "", uploads=[one.pk], client_id=client_id)
    assert (again.seq, again.is_duplicate) == (first.seq, True)


def test_files_that_can_not_be_sent(files: Path, lobby: Room, cellar: Room, bob: User, alice: User) -> None:
    mine, theirs, sent = upload(bob), upload(alice), upload(bob)
    post(bob, lobby, uploads=[sent.pk])
    for wrong, error in (([uuid4()], NotFound), ([mine.pk, theirs.pk], NotFound), ([mine.pk, sent.pk], Conflict)):
        with pytest.raises(error) as refusal:
            post(bob, cellar, uploads=wrong)
        assert refusal.value.field == "attachments"
    rooms.archive_room(membership=seat(alice, cellar))
    with pytest.raises(ChatError):
        post(bob, cellar, uploads=[mine.pk])
    assert Upload.objects.get(pk=mine.pk).message is None, "still there for another try"


def test_twice_in_one_batch(files: Path, lobby: Room, bob: User) -> None:
    one = upload(bob)
    drafts = [Draft(membership=seat(bob, lobby), body="x", client_id=uuid4(), uploads=[one.pk]) for _ in range(2)]
    first, second = post_messages(drafts)
    assert isinstance(first, Posted)
    assert isinstance(second, Conflict)


def test_how_many_a_message_has(files: Path, lobby: Room, bob: User, settings: LazySettings) -> None:
    settings.UPLOADS_A_MESSAGE = 2
    three = [upload(bob).pk for _ in range(3)]
    with pytest.raises(BadRequest):
        post(bob, lobby, uploads=three)
    post(bob, lobby, uploads=three[:2])


def test_an_edit_keeps_them_and_may_take_the_text(files: Path, lobby: Room, bob: User) -> None:
    post(bob, lobby, "look", uploads=[upload(bob).pk])
    edited = messages.edit_message(membership=seat(bob, lobby), seq=1, body="")
    assert edited.attachments is not None
    post(bob, lobby, "look")
    with pytest.raises(Empty):
        messages.edit_message(membership=seat(bob, lobby), seq=2, body="")


def test_deleting_and_restoring(files: Path, lobby: Room, bob: User, alice: User) -> None:
    one = upload(bob)
    post(bob, lobby, "", uploads=[one.pk])
    messages.delete_message(membership=seat(bob, lobby), seq=1)
    messages.restore_message(membership=seat(alice, lobby), seq=1)
    assert Message.objects.get().attachments == [one.facts()]


def test_forwarding_shares_the_files(files: Path, lobby: Room, cellar: Room, bob: User, alice: User) -> None:
    one = upload(bob, picture(), "cat.png", alt="a cat")
    post(bob, lobby, "", uploads=[one.pk])
    before = kept(files)
    client_id = uuid4()
    for _ in range(2):
        messages.forward_message(membership=seat(alice, lobby), seq=1, to=seat(alice, cellar), client_id=client_id)
    copied = Upload.objects.get(uploader=alice)
    assert Message.objects.get(room=cellar).attachments == [copied.facts()]
    assert copied.facts() == one.facts() | {"id": str(copied.pk)}
    assert kept(files) == before
    assert Message.objects.get(room=cellar).body == "— Bob, #lobby/1"


# ---------- when they go


def test_discarding(
    files: Path, lobby: Room, bob: User, alice: User, django_capture_on_commit_callbacks: Committed
) -> None:
    one, sent = upload(bob), upload(bob)
    post(bob, lobby, uploads=[sent.pk])
    with pytest.raises(NotFound):
        uploads.discard(user=alice, upload_id=one.pk)
    for act in (uploads.discard, lambda **key: uploads.describe(alt="x", **key)):
        with pytest.raises(Conflict):
            act(user=bob, upload_id=sent.pk)
    with django_capture_on_commit_callbacks(execute=True):
        uploads.discard(user=bob, upload_id=one.pk)
    assert [path.parent.name for path in kept(files)] == [sent.key.hex]
    with pytest.raises(NotFound):
        uploads.discard(user=bob, upload_id=one.pk)


def test_what_is_not_sent_for_a_day_goes(
    files: Path, lobby: Room, bob: User, django_capture_on_commit_callbacks: Committed
) -> None:
    old, young, sent = upload(bob), upload(bob), upload(bob)
    post(bob, lobby, uploads=[sent.pk])
    Upload.objects.exclude(pk=young.pk).update(created_at=timezone.now() - timedelta(hours=25))
    with django_capture_on_commit_callbacks(execute=True):
        call_command("purge_uploads", verbosity=0)
    assert set(Upload.objects.all()) == {young, sent}
    assert not (files / old.folder).exists()
    assert len(kept(files)) == 2


def test_files_without_a_row(files: Path, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    known, lost, fresh = upload(bob), upload(bob), upload(bob)
    Upload.objects.filter(pk__in=[lost.pk, fresh.pk]).delete()
    strange = files / "uploads" / "zz" / "not a key"
    strange.mkdir(parents=True)
    (strange / "original").write_bytes(b"x")
    long_ago = timezone.now() - timedelta(hours=25)
    times = {known.key.hex: long_ago, lost.key.hex: long_ago, "not a key": long_ago}
    monkeypatch.setattr(
        FileSystemStorage,
        "get_modified_time",
        lambda storage, name: times.get(name.split("/")[-2], timezone.now()),
    )
    assert uploads.sweep() == 2
    assert {path.parent.name for path in kept(files)} == {known.key.hex, fresh.key.hex}
    assert uploads.sweep() == 0


def test_purging_takes_the_files_that_nobody_else_has(
    files: Path, lobby: Room, cellar: Room, bob: User, alice: User, django_capture_on_commit_callbacks: Committed
) -> None:
    shared, alone = upload(bob, picture(), "cat.png"), upload(bob)
    for one in (shared, alone):
        post(bob, lobby, "", uploads=[one.pk])
    messages.forward_message(membership=seat(alice, lobby), seq=1, to=seat(alice, cellar), client_id=uuid4())
    for seq in (1, 2):
        messages.delete_message(membership=seat(bob, lobby), seq=seq)
    RemovedText.objects.update(removed_at=timezone.now() - timedelta(days=365))
    with django_capture_on_commit_callbacks(execute=True):
        call_command("purge_removed", verbosity=0)
    assert {path.parent.name for path in kept(files)} == {shared.key.hex}
    assert list(Message.objects.filter(room=lobby).values_list("attachments", flat=True)) == [None, None]
    assert Upload.objects.get().uploader == alice


def test_a_purged_room_leaves_its_files_to_the_sweep(files: Path, lobby: Room, bob: User, alice: User) -> None:
    row = posted_row(bob, lobby)
    one = upload(bob)
    Upload.objects.filter(pk=one.pk).update(message=row)
    rooms.delete_room(membership=seat(alice, lobby), confirmation="lobby")
    Room.every.update(deleted_at=timezone.now() - timedelta(days=8))
    rooms.purge_deleted_rooms()
    assert not Upload.objects.exists()
