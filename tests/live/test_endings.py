"""Access that ends: every socket opened with it is cut within a second, on every process."""

import json
import time
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import ApiToken, User
from accounts.signals import revoke_access
from accounts.tokens import revoke_token
from chat.models import Room
from chat.services import moderation
from tests.factories import post
from tests.live.conftest import Connect
from tests.live.site import Worker, cookie_of

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

PROMISED_SECONDS = 1.0


def log_out(client: Client, user: User) -> None:
    assert client.post("/accounts/logout/").status_code == 302


def end_session_rows(client: Client, user: User) -> None:
    client.session.flush()
    revoke_access(user)


def change_password(client: Client, user: User) -> None:
    user.set_password("another long secret")
    user.save()


def deactivate(client: Client, user: User) -> None:
    user.is_active = False
    user.save()


@pytest.mark.parametrize("end", [log_out, end_session_rows, change_password, deactivate])
def test_sockets_of_a_session_end_with_it(
    meet: Connect, worker: Worker, second_worker: Worker, lobby: Room, bob: User, end: Callable[[Client, User], None]
) -> None:
    client, cookie = cookie_of(bob)
    sockets = [
        meet(None, at=at, additional_headers=cookie | {"Origin": f"http://{at.address}"})
        for at in (worker, second_worker)
    ]
    other = meet(bob)
    for person in (*sockets, other):
        person.subscribe(lobby.slug)
    end(client, bob)
    began = time.monotonic()
    assert [person.code() for person in sockets] == [4401, 4401]
    assert time.monotonic() - began < PROMISED_SECONDS
    if end in (log_out, end_session_rows):
        assert other.ask("ping")["type"] == "pong"
    else:
        assert other.code() == 4401


def test_sockets_of_a_token_end_with_it(meet: Connect, second_worker: Worker, lobby: Room, bob: User) -> None:
    first, second = meet(bob), meet(bob, at=second_worker)
    for person in (first, second):
        person.subscribe(lobby.slug)
    tokens = ApiToken.objects.order_by("pk")
    revoke_token(token=tokens[1])
    began = time.monotonic()
    assert second.code() == 4401
    assert time.monotonic() - began < PROMISED_SECONDS
    assert first.ask("ping")["type"] == "pong"


def test_a_room_ban_cuts_the_room_and_not_the_socket(
    meet: Connect, second_worker: Worker, lobby: Room, cellar: Room, alice: User, bob: User
) -> None:
    sockets = [meet(bob), meet(bob, at=second_worker)]
    for person in sockets:
        person.subscribe(lobby.slug)
        person.subscribe(cellar.slug)
    moderation.ban_user(actor=alice, user=bob, room=lobby, reason="spam")
    post(alice, lobby, "secret")
    post(alice, cellar, "open")
    for person in sockets:
        assert person.wait("room_left")["reason"] == "banned"
        assert person.wait("events")["room"] == cellar.slug
        assert person.subscribe(lobby.slug)["code"] == "banned"
        assert not any("secret" in json.dumps(frame) for frame in person.frames)
