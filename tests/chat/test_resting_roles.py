"""A site role rests in sessions that have not shown the second factor which its holder has set up."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from accounts import sessions
from accounts.models import User
from accounts.second_factor import weigh
from accounts.tokens import create_token, find_token
from chat import access
from chat.access import Holder, Lapse
from chat.consumers.reception import greetings
from chat.errors import Forbidden, NotFound
from chat.models import Message, Room
from chat.protocol import Close
from chat.services import members, messages, moderation, rooms
from tests.factories import post, seat

SECRET = "A" * 32
PASSWORD = "a chair by the window"


@pytest.fixture
def owner(db: None) -> User:
    """An owner of the site with an app for codes."""
    owner = User.objects.create_superuser("owner", "", PASSWORD)
    TOTP.activate(owner, SECRET)
    RecoveryCodes.activate(owner)
    return owner


@pytest.fixture
def browser(client: Client, owner: User) -> Client:
    """Their browser, which came in before the app was set up."""
    client.force_login(owner, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def show(browser: Client, address: str) -> str:
    """Shows a code at the page that an address leads to; gives where that leads."""
    page = browser.get(address).url  # type: ignore[attr-defined]
    assert page.startswith("/accounts/2fa/reauthenticate/?next=")
    code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    return str(browser.post(page, {"code": code}).url)  # type: ignore[attr-defined]


def resting(user: User) -> User:
    user = User.objects.get(pk=user.pk)
    weigh(user, has_proven=False)
    return user


def test_a_page_asks_for_it_and_then_lets_in(browser: Client) -> None:
    assert "your role on the site rests" in browser.get("/profile/").content.decode()
    assert browser.get("/styleguide/").status_code == 404
    assert browser.get("/admin/chat/room/").url == "/admin/login/?next=/admin/chat/room/"  # type: ignore[attr-defined]
    assert show(browser, "/moderation/?tab=mine") == "/moderation/?tab=mine"
    for path in ("/moderation/", "/admin/chat/room/", "/styleguide/"):
        assert browser.get(path).status_code == 200
    assert "your role on the site rests" not in browser.get("/profile/").content.decode()


def test_a_page_for_moderators_asks_for_it(browser: Client, lobby: Room, bob: User) -> None:
    post(bob, lobby, "my number")
    messages.delete_message(membership=seat(bob, lobby), seq=1)
    refused = browser.post("/chat/lobby/1/restore/")
    assert refused.status_code == 403
    assert '<a class="btn btn--primary" href="/moderation/">Show it</a>' in refused.content.decode()
    assert show(browser, "/chat/lobby/1/removed/") == "/chat/lobby/1/removed/"
    assert "my number" in browser.get("/chat/lobby/1/removed/").content.decode()


def test_the_admin_asks_for_it(browser: Client) -> None:
    assert show(browser, "/admin/login/?next=/admin/chat/room/") == "/admin/chat/room/"


def test_the_api_by_session(browser: Client) -> None:
    refused = browser.get("/api/v1/invites")
    assert refused.status_code == 403
    assert refused.json()["detail"].startswith("Show your second factor first")
    show(browser, "/moderation/")
    assert browser.get("/api/v1/invites").status_code == 200


def test_a_token_is_what_the_session_was_that_made_it(owner: User) -> None:
    for user, is_allowed in ((resting(owner), False), (owner, True)):
        _, secret = create_token(user=user, name="bot")
        answer = Client().get("/api/v1/invites", headers={"authorization": f"Bearer {secret}"})
        assert (answer.status_code == 200) is is_allowed
    Authenticator.objects.all().delete()
    _, secret = create_token(user=resting(owner), name="bot")
    token = find_token(secret)
    assert token is not None
    assert not token.user.rests


def test_no_service_takes_it_for_a_role(owner: User, lobby: Room, alice: User, bob: User) -> None:
    posted = post(bob, lobby)
    idle = resting(owner)
    with pytest.raises(Forbidden, match="Join the room first"):
        messages.delete_message(membership=access.see_room(idle, "lobby"), seq=posted.message.seq, reason="x")
    with pytest.raises(Forbidden, match="second factor"):
        moderation.ban_user(actor=idle, user=bob, reason="x")
    with pytest.raises(Forbidden, match="second factor"):
        access.moderate_room(idle, lobby)
    rooms.delete_room(membership=seat(alice, lobby), reason="x", confirmation="lobby")
    with pytest.raises(NotFound):
        access.deleted_room(idle, "lobby")
    assert access.deleted_room(owner, "lobby") == lobby
    assert not Message.objects.get().is_deleted


def test_a_member_stays_one(owner: User, lobby: Room) -> None:
    """What the service reads anew rests as well; what everyone may do, one may still do."""
    members.join_room(user=resting(owner), room=lobby)
    key = access.enter_room(resting(owner), "lobby")
    assert "moderate" not in key.can()
    assert post(resting(owner), lobby).message.seq
    with pytest.raises(Forbidden, match="second factor"):
        rooms.update_room(membership=key, slow_mode_seconds=5)
    rooms.update_room(membership=access.enter_room(owner, "lobby"), slow_mode_seconds=5)


def session_of(user: User, *methods: str) -> str:
    store = sessions.SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store["account_authentication_methods"] = [{"method": method} for method in methods]
    store["account_authentication_methods_user"] = str(user.pk)
    store.save()
    return str(store.session_key)


def test_sockets_of_one_person_who_come_together(owner: User, lobby: Room, steward: User) -> None:
    keys = [session_of(owner, "password"), session_of(owner, "password", "mfa"), session_of(steward, "password")]
    people = sessions.people(keys)
    assert [person and person.rests for person in people] == [True, False, False]
    found = [person for person in people if person is not None]
    assert [greeting.user.rests for greeting in greetings(found)] == [True, False, False]
    holders = [Holder.of(user, session=key) for user, key in zip(found, keys, strict=True)]
    assert access.lapsed(holders) == {}
    TOTP.activate(steward, SECRET)  # elsewhere: from now on, here it rests
    assert access.lapsed(holders) == {holders[2]: Lapse(Close.RESTART)}
    assert [person and person.rests for person in sessions.people(keys)] == [True, False, True]
