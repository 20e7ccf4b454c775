"""Sessions as Django keeps them, under keys that Django makes."""

from collections.abc import Collection, Sequence
from copy import copy
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends import cached_db, db
from django.core.cache import BaseCache, caches
from django.db import connection
from django.utils.crypto import constant_time_compare

from accounts import second_factor
from accounts.models import User


class SessionStore(cached_db.SessionStore):
    """Asks neither cache nor database for a key that can be nobody's: some of those no database can hold."""

    def __init__(self, session_key: str | None = None) -> None:
        super(db.SessionStore, self).__init__(session_key)

    @cached_property
    def _cache(self) -> BaseCache:
        """Django would look it up for every session, also where nobody asks it."""
        return caches[settings.SESSION_CACHE_ALIAS]

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and len(key) == 32 and key.isascii() and key.isalnum()


def people(keys: Sequence[str]) -> list[User | None]:
    """The active person who is signed in by each of these sessions, in two statements however many they are.

    One more for each who has a site role and came without a second factor.
    From the database alone: it knows at once of a session that has ended, and of many it is not dearer than a cache.
    """
    facts = _live_sessions(keys)
    users = _active_users({int(fact[SESSION_KEY]) for fact in facts.values()})
    return [_signed_in(facts[key], users) if key in facts else None for key in keys]


def _live_sessions(keys: Collection[str]) -> dict[str, dict[str, Any]]:
    """What the sessions hold that somebody has signed in with and that have not ended, by key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_key, session_data FROM django_session WHERE session_key = ANY(%s) AND expire_date > now()",
            [list(keys)],
        )
        found = {key: SessionStore().decode(data) for key, data in cursor.fetchall()}
    return {
        key: fact for key, fact in found.items() if fact.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    }


def _active_users(ids: Collection[int]) -> dict[int, User]:
    """By id. Plain SQL: every connection asks this."""
    names = [field.attname for field in User._meta.concrete_fields]  # noqa: SLF001 - Django's own public face of models
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM accounts_user WHERE id = ANY(%s) AND is_active", [list(ids)])  # noqa: S608 - our own words
        rows = cursor.fetchall()
    return {user.pk: user for user in (User.from_db(connection.alias, names, row) for row in rows)}


def _signed_in(fact: dict[str, Any], users: dict[int, User]) -> User | None:
    """The person, unless the password is another by now."""
    user = users.get(int(fact[SESSION_KEY]))
    if user is None or not constant_time_compare(fact.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    if user.is_staff or user.is_superuser:
        user = copy(user)  # who may have come in by another session, too, and otherwise
        second_factor.weigh(user, has_proven=second_factor.has_proven(fact, user))
    return user
