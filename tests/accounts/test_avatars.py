"""Pictures of people: squares, by an address that changes with them."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts import avatars
from accounts.models import User
from chat import encoding, selectors
from chat.models import Room
from tests.api.caller import Caller
from tests.factories import post
from tests.uploads import animation, kept, opened, picture

pytestmark = pytest.mark.django_db


def give(user: User, content: bytes) -> None:
    avatars.set_avatar(user=user, file=BytesIO(content))


@pytest.mark.parametrize("content", [picture(size=(300, 100)), picture("JPEG", (20, 500)), animation(size=(40, 90))])
def test_its_middle_is_a_square_in_two_sizes(files: Path, bob: User, content: bytes) -> None:
    give(bob, content)
    folder = files / "avatars" / bob.avatar[:2] / bob.avatar
    for side in (96, 256):
        square = opened(folder / str(side))
        assert (square.format, square.size) == ("WEBP", (side, side))
    assert len(kept(files)) == 2


def test_another_picture_has_another_address(files: Path, bob: User) -> None:
    give(bob, picture())
    before = bob.avatar_url
    assert before == f"/avatars/{bob.avatar}/96/"
    give(bob, picture(colour=(1, 2, 3)))
    assert bob.avatar_url != before


@pytest.mark.parametrize("content", [b"", b"hello", b"<svg/>", picture("TIFF"), picture()[:40]])
def test_what_is_no_picture(files: Path, bob: User, content: bytes) -> None:
    give(bob, picture())
    before = bob.avatar
    with pytest.raises(avatars.AvatarError) as refusal:
        give(bob, content)
    assert refusal.value.code == "bad_request"
    assert User.objects.get(pk=bob.pk).avatar == before


def test_its_size(files: Path, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    content = picture()
    monkeypatch.setattr(avatars, "BYTES_MOST", len(content))
    give(bob, content)
    with pytest.raises(avatars.AvatarError) as refusal:
        give(bob, content + b"x")
    assert refusal.value.code == "too_large"


def test_people_and_authors_have_it(files: Path, lobby: Room, bob: User) -> None:
    assert "avatar" not in encoding.person(bob)
    give(bob, picture())
    post(bob, lobby)
    (change,) = selectors.encode(selectors.messages(lobby))
    assert f'"avatar":"{bob.avatar_url}"' in change.text
    assert Caller(bob).get("/people/bob").json["avatar"] == bob.avatar_url


def test_who_gets_the_picture(files: Path, client: Client, bob: User, mallory: User) -> None:
    give(bob, picture())
    assert client.get(bob.avatar_url).status_code == 302
    client.force_login(mallory)
    answer = client.head(bob.avatar_url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert "immutable" in answer["Cache-Control"]
    for wrong in (bob.avatar_url.replace("/96/", "/97/"), f"/avatars/{'0' * 32}/96/", "/avatars/..%2f..%2fx/96/"):
        assert client.head(wrong).status_code == 404


def test_by_the_api(files: Path, bob: User) -> None:
    caller = Caller(bob)
    answer = caller.put_file("/me/avatar", picture(), "image/png")
    bob.refresh_from_db()
    assert (answer.status, answer.json["avatar"]) == (200, bob.avatar_url)
    assert caller.put_file("/me/avatar", b"hello", "image/png").code == "bad_request"
    assert caller.put_file("/me/avatar", b"", "image/png").code == "bad_request"
    assert caller.put_file("/me/avatar", bytes(avatars.BYTES_MOST + 1), "image/png").code == "too_large"
    assert caller.delete("/me/avatar").status == 204
    assert "avatar" not in caller.get("/me").json
    assert Caller().put_file("/me/avatar", picture(), "image/png").code == "unauthorized"


def test_by_session_it_needs_the_csrf_token(files: Path, bob: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bob)
    caller = Caller(browser=browser)
    assert caller.put_file("/me/avatar", picture(), "image/png").code == "forbidden"
    browser.get("/profile/")
    token = browser.cookies["csrftoken"].value
    assert caller.put_file("/me/avatar", picture(), "image/png", **{"X-CSRFToken": token}).status == 200


def test_by_the_profile_page(files: Path, client: Client, bob: User) -> None:
    client.force_login(bob)
    assert client.post("/profile/picture/", {"picture": BytesIO(picture())}).status_code == 302
    bob.refresh_from_db()
    assert bob.avatar_url in client.get("/profile/").content.decode()
    refused = client.post("/profile/picture/", {"picture": BytesIO(b"hello")}, follow=True)
    assert "damaged" in refused.content.decode()
    assert client.post("/profile/picture/", {}, follow=True).status_code == 200
    client.post("/profile/picture/", {"remove": "yes"})
    bob.refresh_from_db()
    assert bob.avatar == ""


def test_what_nobody_has_any_more_is_swept(
    files: Path, bob: User, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(bob, picture())
    give(alice, picture(colour=(1, 2, 3)))
    avatars.remove_avatar(user=bob)
    call_command("purge_uploads", verbosity=0)
    assert len(kept(files)) == 4, "pages that are open still ask for it"
    old = timezone.now() - timedelta(hours=25)
    monkeypatch.setattr(FileSystemStorage, "get_modified_time", lambda storage, name: old)
    call_command("purge_uploads", verbosity=0)
    assert {path.parent.name for path in kept(files)} == {alice.avatar}
