"""The Celery app. The broker carries ids and hints; the database is the truth."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("countersign")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["portal", "guardrails", "audit", "connectors", "questions", "tickets"])


@worker_init.connect(dispatch_uid="portal.celery")
def _serve_metrics(**rest: Any) -> None:
    """Serve what this worker's processes count, where the operator gave it an address."""
    from django.conf import settings

    if settings.WORKER_METRICS:
        from portal import metrics

        metrics.serve_worker(settings.WORKER_METRICS)


SYSTEM_TASKS = frozenset(
    {
        "portal.dispatch",
        "portal.sweep",
        "audit.keep_partitions",
        "audit.drop_months",
        "audit.seal_all",
        "audit.sweep_all",
        "audit.publish_all",
        "audit.look_all",
        "tickets.reconcile_all",
        "tickets.watch_all",
    }
)
"""Tasks that belong to no organization; a test proves that every other one is a `TenantTask`."""
