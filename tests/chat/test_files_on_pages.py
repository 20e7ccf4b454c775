"""Files of messages on the pages themselves: the plain transcript, and what the room page fetches ahead."""

import pytest
from django.test import Client

from accounts.models import User
from chat.models import Room
from chat.templatetags.chat_files import fitted, much
from tests.factories import post
from tests.uploads import MP4, WAV, picture, upload

pytestmark = pytest.mark.django_db

XSS = '"><script>alert(1)</script>'


def page(client: Client, path: str) -> str:
    return client.get(f"/chat/lobby/{path}").content.decode()


@pytest.mark.usefixtures("files")
def test_the_transcript_shows_them(client: Client, lobby: Room, alice: User, bob: User) -> None:
    wide = upload(alice, picture(size=(1200, 600)), f"{XSS}.png", alt=XSS)
    others = [upload(alice, WAV, "note.wav"), upload(alice, MP4, "walk.mp4"), upload(alice, b"plain", "list.txt")]
    post(alice, lobby, "", uploads=[one.pk for one in (others[0], wide, *others[1:])])
    client.force_login(bob)
    text = page(client, "?plain")
    assert f'<img src="/uploads/{wide.pk}/480/" width="384" height="192" alt="&quot;&gt;&lt;script&gt;' in text
    assert f'<audio class="sound" controls preload="none" src="/uploads/{others[0].pk}/"' in text
    assert f'<video class="film" controls playsinline preload="metadata" src="/uploads/{others[1].pk}/"' in text
    assert f'<a class="file" href="/uploads/{others[2].pk}/" download>' in text
    assert '<span class="sub">TXT · 5 byte<' in text
    assert "<script>alert" not in text
    assert '<div class="prose"' not in text


@pytest.mark.usefixtures("files")
def test_a_message_without_words_is_found_by_what_it_shows(client: Client, lobby: Room, alice: User, bob: User) -> None:
    post(alice, lobby, "", uploads=[upload(alice, b"plain", "holiday.txt").pk, upload(alice, alt="A long beach").pk])
    client.force_login(bob)
    text = client.get("/search/?q=beach").content.decode()
    assert 'dir="auto">holiday.txt, A long beach</a>' in text


@pytest.mark.usefixtures("files")
def test_what_draws_them_is_fetched_ahead_where_there_are_some(
    client: Client, lobby: Room, alice: User, bob: User
) -> None:
    client.force_login(bob)
    ahead = '<link rel="modulepreload" href="/static/chat/js/files.js">'
    post(alice, lobby, 'somebody writes "attachments":[{')
    assert ahead not in page(client, "")
    post(alice, lobby, "", uploads=[upload(alice).pk])
    assert ahead in page(client, "")
    assert ahead in page(client, "2/")


@pytest.mark.parametrize(
    ("sides", "shown"),
    [((1200, 550), (384, 176)), ((600, 1400), (137, 320)), ((16, 16), (16, 16)), ((9000, 2), (384, 1))],
)
def test_a_picture_fits_its_place(sides: tuple[int, int], shown: tuple[int, int]) -> None:
    """As in `tests/js/uploads.test.js`."""
    assert fitted(*sides) == shown


@pytest.mark.parametrize(
    ("size", "shown"),
    [(900, "900 byte"), (1_049, "1 kB"), (1_240, "1.2 kB"), (48_000, "48 kB"), (999_499, "999 kB"), (999_500, "1 MB"),
     (1_240_000, "1.2 MB"), (25_000_000, "25 MB")],
)  # fmt: skip
def test_sizes_are_said_as_the_browser_says_them(size: int, shown: str) -> None:
    assert much(size) == shown
