"""What a deleted message said: for those who moderate the room, and nobody else."""

import pytest

from accounts.models import User
from chat.models import Message, RemovedText, Room
from chat.services import members, messages, rooms
from tests.chat.views.test_desk import as_user, text_of
from tests.factories import post, seat
from tests.uploads import upload

PAGE = "/chat/lobby/1/removed/"


@pytest.fixture
def gone(lobby: Room, bob: User, carol: User) -> None:
    post(bob, lobby, "my *secret* <script>x</script>")
    messages.delete_message(membership=seat(carol, lobby), seq=1, reason="personal <data>")


@pytest.mark.usefixtures("gone")
def test_moderators_see_it_with_the_reason_and_by_whom(alice: User, steward: User, bob: User, mallory: User) -> None:
    for moderator in (alice, steward):
        page = as_user(moderator).get(PAGE)
        assert "my <em>secret</em> &lt;script&gt;" in page.content.decode()
        for words in ("Bob", "# Lobby", "Carol removed it, ", "personal &lt;data&gt;"):
            assert words in text_of(page)
    for person in (bob, mallory):
        assert as_user(person).get(PAGE).status_code == 403
    RemovedText.objects.all().delete()
    assert "What it said is not kept any more." in text_of(as_user(alice).get(PAGE))


def test_only_what_was_deleted_and_not_between_two(lobby: Room, alice: User, bob: User, steward: User) -> None:
    post(bob, lobby)
    assert as_user(alice).get(PAGE).status_code == 404
    assert as_user(alice).get("/chat/lobby/9/removed/").status_code == 404
    messages.delete_message(membership=seat(bob, lobby), seq=1)
    assert "Its author deleted it" in text_of(as_user(alice).get(PAGE))
    talk = rooms.open_direct_room(user=bob, people=[steward]).room
    post(bob, talk)
    messages.delete_message(membership=seat(bob, talk), seq=1)
    assert as_user(steward).get(f"/chat/{talk.slug}/1/removed/").status_code == 403


@pytest.mark.usefixtures("files")
def test_its_files_are_there_for_moderators(lobby: Room, alice: User, bob: User) -> None:
    one = upload(bob, b"all my numbers", "numbers.txt")
    post(bob, lobby, "", uploads=[one.pk])
    messages.delete_message(membership=seat(alice, lobby), seq=1)
    page = as_user(alice).get(PAGE).content.decode()
    assert f'<a class="file" href="/uploads/{one.pk}/" download>' in page
    for person, status in ((alice, 200), (bob, 404)):
        assert as_user(person).head(f"/uploads/{one.pk}/").status_code == status


@pytest.mark.usefixtures("gone")
def test_it_is_restored_by_who_may(lobby: Room, alice: User, bob: User, carol: User) -> None:
    back = "/chat/lobby/1/restore/"
    assert back not in as_user(carol).get("/chat/lobby/?plain").content.decode()
    assert as_user(bob).post(back).status_code == 403
    assert back in as_user(carol).get(PAGE).content.decode()
    members.set_role(membership=seat(alice, lobby), user=bob, role="moderator")
    assert back not in as_user(carol).get(PAGE).content.decode(), "nobody acts on an equal"
    assert as_user(carol).post(back).status_code == 403
    assert as_user(alice).post(back)["Location"] == "/chat/lobby/1/"
    assert Message.objects.get(seq=1).body == "my *secret* <script>x</script>"


@pytest.mark.usefixtures("gone")
def test_the_plain_transcript_leads_moderators_there(carol: User, mallory: User) -> None:
    for person, is_led in ((carol, True), (mallory, False)):
        assert (f'href="{PAGE}"' in as_user(person).get("/chat/lobby/?plain").content.decode()) == is_led
