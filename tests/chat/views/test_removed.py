"""What a deleted message said: for those who moderate the room, and nobody else."""

import pytest

from accounts.models import User
from chat.models import RemovedText, Room
from chat.services import messages, rooms
from tests.chat.views.test_desk import as_user, text_of
from tests.factories import post, seat

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
