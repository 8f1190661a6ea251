"""How much a shop lets us ask for now: its bucket of cost points, as its answers tell it (Shopify's "calculated cost").

A guess for one process: others draw from the same bucket, so the shop's own refusal is still heeded.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import Any

MAX_WAIT_S = 8.0
"""The longest that one call waits for a shop's bucket to fill; a longer one is told to come again later."""
SHOPS_KEPT = 256


class Bucket:
    """One shop's points. Safe to share between threads; knows nothing until an answer told it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._available = self._rate = self._maximum = 0.0
        self._told_at: float | None = None
        self._costs: dict[str, float] = {}

    def wait_s(self, name: str) -> float:
        """Return how long to wait before the call of this name, and take its cost; 0 where nothing is known."""
        with self._lock:
            cost = self._costs.get(name, 0.0)
            if self._told_at is None or self._rate <= 0:
                return 0.0
            now = time.monotonic()
            self._available = min(self._maximum, self._available + (now - self._told_at) * self._rate)
            self._told_at = now
            wait = max(0.0, (min(cost, self._maximum) - self._available) / self._rate)
            self._available -= cost
            return wait

    def told(self, name: str, cost: Any) -> float:
        """Learn from an answer's `extensions.cost`; return how long until the same call would fit. Ignores nonsense."""
        try:
            status = cost["throttleStatus"]
            asked, available = float(cost["requestedQueryCost"]), float(status["currentlyAvailable"])
            rate, maximum = float(status["restoreRate"]), float(status["maximumAvailable"])
        except (KeyError, TypeError, ValueError):
            return 1.0
        if not (0 < rate < 1e6 and 0 <= asked < 1e6 and -1e6 < available < 1e6 and 0 < maximum < 1e6):
            return 1.0
        with self._lock:
            self._available, self._rate, self._maximum = available, rate, maximum
            self._told_at = time.monotonic()
            self._costs[name] = asked
        return max(0.0, (min(asked, maximum) - available) / rate)


_buckets: OrderedDict[str, Bucket] = OrderedDict()
_lock = threading.Lock()


def bucket_of(domain: str) -> Bucket:
    """Return the bucket of a shop, shared by this process's threads."""
    with _lock:
        bucket = _buckets.setdefault(domain, Bucket())
        _buckets.move_to_end(domain)
        while len(_buckets) > SHOPS_KEPT:
            _buckets.popitem(last=False)
        return bucket
