"""The Celery app. The broker carries ids and hints; the database is the truth."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("countersign")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["portal", "guardrails", "audit", "connectors", "questions", "tickets"])

SYSTEM_TASKS = frozenset(
    {"portal.dispatch", "portal.sweep", "audit.keep_partitions", "tickets.reconcile_all", "tickets.watch_all"}
)
"""Tasks that belong to no organization; a test proves that every other one is a `TenantTask`."""
