"""Django's cache on Valkey or Redis, for a server that may be away: then nothing is held and nobody waits for it."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, ClassVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

AWAY_SECONDS = 5.0


class Outage:
    """What this process knows of a server that did not answer: when to ask again (0: it answers), what it missed."""

    def __init__(self) -> None:
        self.until = 0.0
        self.missed: set[Any] = set()


class Client(RedisCacheClient):
    """Without an answer everything is missing, and it is not asked again for AWAY_SECONDS.

    A server that hung may come back with what it held: the keys that were to be changed meanwhile (the session of
    somebody who signed out) are deleted before anything else is asked.
    """

    outage = Outage()

    def _ask[T](self, instead: T, call: Callable[[], T], *changed: Any) -> T:
        outage = self.outage
        if time.monotonic() >= outage.until:
            try:
                self._delete_missed()
                answer = call()
            except RedisError as error:
                if not outage.until:
                    logger.warning("The cache does not answer, so nothing is cached for now. (%s)", error)
                outage.until = time.monotonic() + AWAY_SECONDS
            else:
                if outage.until:
                    outage.until = 0.0
                    logger.warning("The cache answers again.")
                return answer
        outage.missed.update(changed)
        return instead

    def _delete_missed(self) -> None:
        while missed := list(self.outage.missed):
            super().delete_many(missed)
            self.outage.missed.difference_update(missed)

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        return self._ask(True, partial(super().add, key, value, timeout), key)

    def get(self, key: Any, default: Any) -> Any:
        return self._ask(default, partial(super().get, key, default))

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self._ask(None, partial(super().set, key, value, timeout), key)

    def touch(self, key: Any, timeout: Any) -> bool:
        return self._ask(False, partial(super().touch, key, timeout))

    def delete(self, key: Any) -> bool:
        return self._ask(False, partial(super().delete, key), key)

    def get_many(self, keys: Iterable[Any]) -> dict[Any, Any]:
        return self._ask({}, partial(super().get_many, keys))

    def has_key(self, key: Any) -> bool:
        return self._ask(False, partial(super().has_key, key))

    def incr(self, key: Any, delta: int) -> int:
        return self._ask(delta, partial(super().incr, key, delta), key)

    def set_many(self, data: Mapping[Any, Any], timeout: Any) -> None:
        self._ask(None, partial(super().set_many, data, timeout), *data)

    def delete_many(self, keys: Iterable[Any]) -> None:
        keys = list(keys)
        self._ask(None, partial(super().delete_many, keys), *keys)


class Cache(RedisCache):
    """The backend for `CACHES`. Django makes one for each socket and request; they share the process's connections."""

    _clients: ClassVar[dict[str, Client]] = {}

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._place = repr((server, params))

    @property
    def _cache(self) -> Client:
        client = self._clients.get(self._place)
        if client is None:
            client = self._clients.setdefault(self._place, Client(self._servers, **self._options))  # type: ignore[attr-defined]
        return client
