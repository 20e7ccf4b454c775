"""How often one may write: the site's rate, and slow mode."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.utils import timezone

from accounts.models import User
from chat.errors import RateLimited, SlowMode
from chat.models import Membership, Message, Room, SendAllowance
from chat.services import messages, rooms
from chat.services.messages import Draft, Posted
from tests.factories import post, seat


def edit(user: User, room: Room, seq: int, body: str) -> Message:
    return messages.edit_message(membership=seat(user, room), seq=seq, body=body)


def drafts(user: User, room: Room, count: int) -> list[Draft]:
    return [Draft(membership=seat(user, room), body="x", client_id=uuid4()) for _ in range(count)]


def test_the_rate(lobby: Room, cellar: Room, alice: User, bob: User, settings: LazySettings) -> None:
    settings.SEND_RATE = (3, 10.0)
    client_id = uuid4()
    post(bob, lobby, client_id=client_id)
    post(bob, cellar)
    edit(bob, lobby, 1, "edited")
    for write in (lambda: post(bob, lobby), lambda: edit(bob, lobby, 1, "again")):
        with pytest.raises(RateLimited) as caught:
            write()
        assert 9 < (caught.value.retry_after or 0) <= 10
    assert post(bob, lobby, client_id=client_id).is_duplicate
    assert edit(bob, lobby, 1, "edited").rev == 2
    messages.delete_message(membership=seat(bob, lobby), seq=1)
    post(alice, lobby)
    SendAllowance.objects.filter(user=bob).update(whole_at=timezone.now() + timedelta(seconds=19))
    post(bob, lobby)
    with pytest.raises(RateLimited):
        post(bob, lobby)


def test_the_rate_within_one_batch(lobby: Room, bob: User, settings: LazySettings) -> None:
    settings.SEND_RATE = (3, 10.0)
    codes = [getattr(one, "code", "ok") for one in messages.post_messages(drafts(bob, lobby, 5))]
    assert codes == ["ok", "ok", "ok", "rate_limited", "rate_limited"]
    assert [Message.objects.count(), Room.objects.get(pk=lobby.pk).seq] == [3, 3]


def test_slow_mode(lobby: Room, alice: User, bob: User, carol: User) -> None:
    rooms.update_room(membership=seat(alice, lobby), slow_mode_seconds=30)
    first, second = messages.post_messages(drafts(bob, lobby, 2))
    assert isinstance(first, Posted)
    assert isinstance(second, SlowMode)
    assert 29 < (second.retry_after or 0) <= 30
    for person in (alice, carol, alice, carol):
        post(person, lobby)
    edit(bob, lobby, 1, "edited")
    Membership.objects.filter(user=bob).update(posted_at=timezone.now() - timedelta(seconds=30))
    post(bob, lobby)
