"""Clients of the two Valkeys: the broker, which persists, and the cache, which must not."""

from __future__ import annotations

from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry


@lru_cache(maxsize=1)
def broker() -> redis.Redis:
    """Return a client of the broker."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=5)


@lru_cache(maxsize=1)
def cache() -> redis.Redis:
    """Return a client of the cache without persistence, where sealed rows travel for at most ten minutes."""
    return redis.Redis.from_url(settings.CACHE_URL, socket_timeout=5, socket_connect_timeout=5)


@lru_cache(maxsize=1)
def windows() -> redis.Redis:
    """Return a client of the broker for the rate limits, which nobody waits for long; the broker never evicts."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 1)
    )
