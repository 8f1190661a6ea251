"""Numbers for a monitoring server, in Prometheus's text format, without a tenant in any label.

What happens in a process is counted in memory, in files that its siblings share (`PROMETHEUS_MULTIPROC_DIR`, set by
deploy/gunicorn.conf.py and for workers by `portal.settings`); what stands in a queue is asked of the database as the
dispatcher, which sees job columns alone. Organizations are never told apart: a scrape leaves the house.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import HttpRequest
from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from portal import counters, health, work

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


_QUEUE = """
SELECT count(*) FILTER (WHERE job_state = 'ready' AND run_after <= now()),
    count(*) FILTER (WHERE job_state = 'ready' AND run_after > now()),
    count(*) FILTER (WHERE job_state = 'leased'),
    COALESCE(EXTRACT(EPOCH FROM now() - min(run_after) FILTER (WHERE job_state = 'ready' AND run_after <= now())), 0)
FROM "{table}" WHERE job_state = 'ready' OR job_state = 'leased'
"""


class Queues:
    """Jobs by kind and state, and how long the oldest that is due has waited, as they stand at the scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        jobs = GaugeMetricFamily("countersign_jobs", "Jobs that are due or being worked on", labels=("kind", "state"))
        age = GaugeMetricFamily(
            "countersign_queue_age_seconds", "How long the oldest job that is due has waited", labels=("kind",)
        )
        with connections["dispatcher"].cursor() as cursor:
            for kind in work.kinds().values():
                cursor.execute(_QUEUE.format(table=kind.model._meta.db_table))
                *counts, oldest = cursor.fetchone()
                for state, count in zip(("due", "later", "leased"), counts, strict=True):
                    jobs.add_metric((kind.name, state), count)
                age.add_metric((kind.name,), float(oldest))
        yield from (jobs, age)


class Health:
    """What `/readyz` says, as numbers: 1 well, 0 not, and the numbers each check brings."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("countersign_up", "Whether what the portal leans on is well", labels=("check",))
        for name, each in health.found().items():
            up.add_metric((name,), float(each.is_well))
            for number, value in each.numbers.items():
                yield GaugeMetricFamily(f"countersign_{name}_{number}", f"Of the check `{name}`", value=float(value))
        yield up


def page() -> bytes:
    """Return the scrape: this process's counts, or those of all its siblings, and the queues as they stand."""
    registry = counters.OWN
    if counters.IS_SHARED:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    told = generate_latest(registry)
    for collector in (Queues(), Health()):
        told += _scraped(collector)
    return told


def _scraped(collector: Any) -> bytes:
    """Return what one collector tells; a server that does not answer must not take the other numbers away."""
    registry = CollectorRegistry()
    try:
        registry.register(collector)
        return generate_latest(registry)
    except Exception as error:  # told by its kind, as a comment of the format
        return f"# {type(collector).__name__} could not be asked: {type(error).__name__}\n".encode()


def may_scrape(request: HttpRequest) -> bool:
    """Whether this request may read the metrics: by the token, or where none is set, from this machine itself.

    In production only the token counts: behind a proxy on the same machine every caller comes from loopback.
    """
    token = settings.METRICS_TOKEN
    if token:
        shown = request.headers.get("Authorization", "")
        return hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())
    if settings.PRODUCTION or any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "Via")):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def serve_worker(address: str) -> None:
    """Serve a worker's counts at `host:port`, from a thread of its main process."""
    host, _, port = address.rpartition(":")
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    start_http_server(int(port), addr=host, registry=registry)
