"""How many requests a person may make: a count in the cache for each minute of each person.

While the cache is away nothing is counted and everyone passes. The rate of messages is the domain's own.
"""

import time
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from chat.errors import RateLimited

WINDOW_SECONDS = 60


class Allowance(NamedTuple):
    """How many requests are left (below 0: too many), and in how many seconds all of them come back."""

    left: int
    seconds: int


def draw(request: HttpRequest, user: User) -> None:
    """Takes one request of this person. Raises RateLimited."""
    limit = settings.API_RATE
    if not limit:
        return
    allowance = _draw("api", user, limit)
    request.allowance = allowance  # type: ignore[attr-defined]
    if allowance.left < 0:
        raise RateLimited("You are asking too often.", retry_after=float(allowance.seconds))


def draw_search(user: User) -> None:
    """Takes one search of this person. Raises RateLimited."""
    if settings.SEARCH_RATE and (allowance := _draw("search", user, settings.SEARCH_RATE)).left < 0:
        raise RateLimited("You are searching too often.", retry_after=float(allowance.seconds))


def tell(request: HttpRequest, response: HttpResponse) -> None:
    """Writes the policy, and what is left where the person is known. Source: IETF draft ratelimit-headers-10."""
    if settings.API_RATE:
        response["RateLimit-Policy"] = f'"person";q={settings.API_RATE};w={WINDOW_SECONDS}'
        allowance: Allowance | None = getattr(request, "allowance", None)
        if allowance is not None:
            response["RateLimit"] = f'"person";r={max(0, allowance.left)};t={allowance.seconds}'


def _draw(what: str, user: User, limit: int) -> Allowance:
    """One less of `limit` a minute; fewer than none are left when it is one too many."""
    window, passed = divmod(time.time(), WINDOW_SECONDS)
    used = _count(f"{what}:{user.pk}:{window:.0f}")
    return Allowance(limit - used, int(WINDOW_SECONDS - passed) + 1)


def _count(key: str) -> int:
    cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
    try:
        return int(cache.incr(key))
    except ValueError:  # the cache lost the key in between
        return 1
