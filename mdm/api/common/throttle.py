"""At most so many requests of one caller a minute, counted in Redis; in the process alone while Redis is away."""

from __future__ import annotations

import time
from collections import defaultdict
from functools import cache

import redis
from django.conf import settings

from mdm.api.common.problems import Problem

WINDOW = 60  # seconds
REST = 5.0  # seconds Redis is left alone once it did not answer
_away_until = 0.0
_own: dict[tuple[str, int], int] = defaultdict(int)


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.2, socket_timeout=0.2)


def take(name: object, limit: int | None = None) -> None:
    """Count one request of a caller; raises Problem 429 where that is one too many."""
    now = time.time()
    window = int(now // WINDOW)
    most = settings.API_REQUESTS_PER_MINUTE if limit is None else limit
    if _count(f"goldenrod:api:{name}", window) > most:
        wait = str(int((window + 1) * WINDOW - now) + 1)
        sentence = f"More than {most} requests in a minute; go on after {wait} seconds."
        raise Problem(429, "Too many requests", sentence, headers={"Retry-After": wait})


def _count(name: str, window: int) -> int:
    global _away_until
    if time.monotonic() >= _away_until:
        try:
            with _client().pipeline(transaction=False) as both:
                both.incr(f"{name}:{window}")
                both.expire(f"{name}:{window}", 2 * WINDOW)
                return int(both.execute()[0])
        except (OSError, redis.RedisError):
            _away_until = time.monotonic() + REST
    return _alone(name, window)


def _alone(name: str, window: int) -> int:
    """What this process alone has counted; a hub without Redis goes on, with one limit for each of its processes."""
    if len(_own) > 10_000 or any(key[1] != window for key in list(_own)[:1]):
        _own.clear()
    _own[name, window] += 1
    return _own[name, window]
