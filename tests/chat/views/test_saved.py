"""The list of what one saved, and its reminders."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from chat.models import Room, SavedMessage
from chat.services import messages, people
from tests.factories import make_room, post, seat

pytestmark = pytest.mark.django_db


def save(user: User, room: Room, seq: int) -> None:
    messages.save_message(membership=seat(user, room), seq=seq)


def test_strangers_sign_in_first(client: Client) -> None:
    assert client.get("/saved/")["Location"].startswith("/accounts/login/")


def test_nothing_is_saved_yet(as_bob: Client) -> None:
    assert b"You have saved nothing yet." in as_bob.get("/saved/").content


def test_what_one_saved_stands_there_the_newest_first(as_bob: Client, alice: User, bob: User, lobby: Room) -> None:
    for text in ("one **bold** word", "two", "gone soon"):
        post(alice, lobby, text)
    for seq in (1, 2, 3):
        save(bob, lobby, seq)
    messages.delete_message(membership=seat(alice, lobby), seq=3)
    page = as_bob.get("/saved/")
    assert [row["message"]["seq"] for row in page.context["rows"]] == [3, 2, 1]
    text = page.content.decode()
    assert "one <strong>bold</strong> word" in text
    assert "gone soon" not in text
    assert "Message deleted" in text
    assert 'href="/chat/lobby/1/"' in text


def test_it_comes_in_pages(as_bob: Client, alice: User, bob: User, lobby: Room) -> None:
    for seq in range(1, 53):
        post(alice, lobby)
        save(bob, lobby, seq)
    first = as_bob.get("/saved/")
    second = as_bob.get("/saved/", {"before": first.context["before"]})
    seqs = [row["message"]["seq"] for page in (first, second) for row in page.context["rows"]]
    assert seqs == list(range(52, 0, -1))
    assert second.context["before"] is None


@pytest.mark.parametrize("before", ["0", "-1", "x", "\0", str(2**70)])
def test_odd_questions_get_the_list(as_bob: Client, before: str) -> None:
    assert as_bob.get("/saved/", {"before": before}).status_code == 200


def test_the_words_of_ignored_people_are_folded_away(as_bob: Client, alice: User, bob: User, lobby: Room) -> None:
    post(alice, lobby, "folded away")
    save(bob, lobby, 1)
    people.set_ignored(user=bob, person=alice, on=True)
    for path in ("/saved/", "/search/?q=folded+from:alice", "/chat/lobby/?plain"):
        text = as_bob.get(path).content.decode()
        inside = text.split('<details class="folded">')[1].split("</details>")[0]
        assert "From somebody you ignore" in inside
        assert "folded" in inside.split("</summary>")[1]


def test_a_reminder_is_set_moved_and_taken_away(as_bob: Client, alice: User, bob: User, lobby: Room) -> None:
    User.objects.filter(pk=bob.pk).update(time_zone="Asia/Tokyo")
    post(alice, lobby)
    save(bob, lobby, 1)
    as_bob.post("/saved/lobby/1/", {"remind": "hour"})
    first = SavedMessage.objects.get().remind_at
    assert first is not None
    assert timedelta(minutes=59) < first - timezone.now() <= timedelta(hours=1)
    assert b"Reminder:" in as_bob.get("/saved/").content
    as_bob.post("/saved/lobby/1/", {"remind": "tomorrow"})
    second = SavedMessage.objects.get().remind_at
    assert second is not None
    assert (second.hour, second.minute) == (0, 0)  # nine in Tokyo
    assert timedelta() < second - timezone.now() <= timedelta(hours=33)
    as_bob.post("/saved/lobby/1/", {"remind": "never"})
    assert SavedMessage.objects.get().remind_at is None


def test_a_message_is_taken_off_also_where_it_is_out_of_sight(
    as_bob: Client, alice: User, bob: User, lobby: Room
) -> None:
    room = make_room(alice, "Den", bob, kind="private")
    post(alice, room)
    save(bob, room, 1)
    room.memberships.filter(user=bob).delete()
    assert as_bob.get("/saved/").context["rows"] == []
    assert as_bob.post("/saved/den/1/", {"remind": "hour"}).status_code == 404
    as_bob.post("/saved/den/1/")
    assert not SavedMessage.objects.exists()


@pytest.mark.parametrize("slug", ["nowhere", "\0", "cellar"])
def test_what_one_may_not_know_of_can_not_be_saved(as_mallory: Client, cellar: Room, slug: str) -> None:
    assert as_mallory.post(f"/saved/{quote(slug)}/1/", {"remind": "hour"}).status_code == 404
