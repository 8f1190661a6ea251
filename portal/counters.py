"""What a process counts while it works, without a tenant in any label.

Counts stand in memory, and where `PROMETHEUS_MULTIPROC_DIR` is set, in files that the process's siblings share, so
that whichever is asked adds them up (`portal.metrics`). Imports nothing of the portal: every floor may count.
"""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, values

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _slot() -> str:
    """Return whose file this process counts into: a web worker's place, which its successor takes over."""
    return os.environ.get("METRICS_SLOT") or str(os.getpid())


IS_SHARED = bool(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))
"""Whether siblings count into one folder; decided before the first count."""
if IS_SHARED:
    values.ValueClass = values.MultiProcessValue(_slot)

OWN = CollectorRegistry()
REQUESTS = Counter("countersign_requests", "Requests answered", ("method", "route", "status"), registry=OWN)
REQUEST_SECONDS = Histogram(
    "countersign_request_seconds",
    "Time to the answer's first byte",
    ("route",),
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
    registry=OWN,
)
JOBS_DONE = Counter("countersign_jobs_done", "Jobs a worker took up", ("kind", "outcome"), registry=OWN)
GATES = Counter("countersign_gate_verdicts", "Verdicts of the gates", ("gate", "verdict"), registry=OWN)
NOTICES = Counter("countersign_notices", "Mails and webhooks of the outbox", ("outcome",), registry=OWN)


def count_request(method: str, route: str, status: int, spent_s: float) -> None:
    """Count one answered request; a method or route nobody declared counts as `other`."""
    REQUESTS.labels(method if method in _METHODS else "other", route, str(status)).inc()
    REQUEST_SECONDS.labels(route).observe(spent_s)
