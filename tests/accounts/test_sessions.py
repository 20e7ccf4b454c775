"""Who is behind a session, asked for many at once: what a socket is let in by."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts import sessions
from accounts.models import User


def key_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.session.session_key or ""


def test_each_gets_the_own_answer_in_order(alice: User, bob: User) -> None:
    first, second = key_of(alice), key_of(bob)
    assert sessions.people([second, "x" * 32, first, second]) == [bob, None, alice, bob]
    assert sessions.people([]) == []


@pytest.mark.parametrize("how", ["ended", "expired", "password", "closed", "gone", "garbage", "backend", "nobody"])
def test_who_is_not_signed_in_any_more(alice: User, bob: User, how: str) -> None:
    key, other = key_of(alice), key_of(bob)
    session = Session.objects.filter(pk=key)
    match how:
        case "ended":
            sessions.SessionStore(key).delete()
        case "expired":
            session.update(expire_date=timezone.now() - timedelta(seconds=1))
        case "password":
            alice.set_password("another one")
            alice.save()
        case "closed":
            User.objects.filter(pk=alice.pk).update(is_active=False)
        case "gone":
            User.objects.filter(pk=alice.pk).delete()
        case "garbage":
            session.update(session_data="garbage")
        case "backend":
            store = sessions.SessionStore(key)
            store["_auth_user_backend"] = "of.another.time"
            store.save()
        case "nobody":
            sessions.SessionStore(key).clear()
            store = sessions.SessionStore(key)
            del store["_auth_user_hash"]
            store.save()
    assert sessions.people([key, other]) == [None, bob]
