"""Celery entry points of the audit app."""

from __future__ import annotations

import uuid

from django.db import connections

from audit import alerts, look, signals
from audit.retention import drop_due_months
from audit.sealing import publish, sealer
from audit.write import keep_partitions as keep
from portal.celery import app
from portal.tasks import TenantTask


@app.task(name="audit.keep_partitions")
def keep_partitions() -> None:
    """Make next months' partitions in time. Belongs to no organization; writes no row."""
    keep()


@app.task(name="audit.drop_months")
def drop_months() -> None:
    """Let the months go that nobody keeps any more. Belongs to no organization; writes in each one's own trail."""
    drop_due_months()


@app.task(base=TenantTask, name="audit.seal")
def seal() -> None:
    """Seal what is committed in the organization of the header."""
    sealer.seal()


@app.task(base=TenantTask, name="audit.sweep_seals")
def sweep_seals() -> None:
    """Look through the whole trail of the organization of the header for events without a leaf."""
    sealer.seal(sweep=True)


@app.task(name="audit.seal_all")
def seal_all() -> None:
    """Have every organization sealed that has something to seal. Belongs to none; sees ids alone."""
    for organization_id in sealer.organizations_to_seal():
        seal.send(organization_id)


@app.task(name="audit.sweep_all")
def sweep_all() -> None:
    """Have the whole trail of every organization looked through, once a night. Belongs to none; sees ids alone."""
    for organization_id in _organizations():
        sweep_seals.send(organization_id)


@app.task(name="audit.publish_all")
def publish_all() -> None:
    """Have every organization's newest head published where its interval is over. Belongs to none; sees ids alone."""
    for organization_id in _organizations():
        publish_heads.send(organization_id)


@app.task(base=TenantTask, name="audit.publish_heads")
def publish_heads() -> None:
    """Say of the organization of the header which head is to be published, and by which ways; jobs do it."""
    publish.plan()


@app.task(name="audit.look_all")
def look_all() -> None:
    """Let every organization's detectors look. Belongs to no organization; sees their ids alone."""
    for organization_id in _organizations():
        look_at.send(organization_id)


@app.task(base=TenantTask, name="audit.look_at")
def look_at() -> None:
    """Count what is new, let the detectors look, wake what was put aside, and tell what is due."""
    look.look()
    signals.wake()
    alerts.send_due()


def _organizations() -> list[uuid.UUID]:
    """Return every organization's id, as the dispatcher role."""
    with connections["dispatcher"].cursor() as cursor:
        cursor.execute("SELECT id FROM portal_organization ORDER BY id")
        return [uuid.UUID(str(row[0])) for row in cursor.fetchall()]
