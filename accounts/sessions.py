"""Sessions as Django keeps them, under keys that Django makes."""

from django.contrib.sessions.backends import cached_db


class SessionStore(cached_db.SessionStore):
    """Asks neither cache nor database for a key that can be nobody's: some of those no database can hold."""

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and len(key) == 32 and key.isascii() and key.isalnum()
