"""Celery entry points: enter the tenant, call a service, nothing else."""

from __future__ import annotations

import uuid
from typing import Any

import redis
import structlog
from celery import Task
from django.conf import settings

from portal import tenancy, trail, valkey, work
from portal.celery import app
from portal.refusal import Refused

log = structlog.get_logger(__name__)

MORE_EVERY_MS = 100


class TenantTask(Task):
    """A task that runs in the organization its message header names; without one it refuses to run."""

    abstract = True

    def send(self, organization_id: uuid.UUID, *args: str, priority: int = work.AT_ONCE) -> None:
        """Enqueue with ids only; the organization and the request travel as headers."""
        self.apply_async(
            args=args,
            priority=priority,
            headers={"organization": str(organization_id), "request": tenancy.context().request_id},
            ignore_result=True,
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        organization = getattr(self.request, "organization", None)
        if not organization:
            raise tenancy.NoOrganization(f"task `{self.name}` has no organization header; send it with .send()")
        request_id = getattr(self.request, "request", "") or ""
        with (
            structlog.contextvars.bound_contextvars(organization=organization, task=self.name, task_id=self.request.id),
            tenancy.scope(uuid.UUID(organization), actor=tenancy.SYSTEM, request_id=request_id),
        ):
            try:
                return super().__call__(*args, **kwargs)
            except Refused as refusal:
                record_refusal(refusal, where=self.name)
                return None


def record_refusal(refusal: Refused, *, where: str) -> None:
    """Record a refusal in a transaction of its own, after what it refused was rolled back."""
    context = tenancy.context()
    subject = refusal.subject or ("place", where[:64])  # as long as the trail keeps; `where` says all of it
    event = trail.Event(
        "access.refused",
        trail.Subject(*subject),
        verdict="refused",
        data={"where": where, "reason": refusal.message, "capability": refusal.facts.get("capability", "")},
    )
    if context.organization_id is None:
        trail.record_for_platform(event)
    else:
        trail.record(event)


@app.task(base=TenantTask, name="portal.run_job")
def run_job(kind: str, job_id: str, token: str) -> None:
    """Work on one job row of the organization in the header."""
    if work.run(kind, uuid.UUID(job_id), uuid.UUID(token) if token else None):
        ask_for_more()


def ask_for_more() -> None:
    """Have more handed out before the next tick: a worker is free, or more came in. For all together, now and then."""
    try:
        if valkey.windows().set("dispatch:asked", 1, nx=True, px=MORE_EVERY_MS):
            dispatch.apply_async(ignore_result=True, expires=5)
    except Exception as error:  # the tick comes anyway
        log.warning("work.not_asked_for_more", error=type(error).__name__)


@app.task(name="portal.dispatch")
def dispatch() -> None:
    """Lease what is ready and send its ids. Belongs to no organization; sees job columns alone."""
    try:
        caps = work.caps(settings.CELERY_WORKER_CONCURRENCY)
    except redis.RedisError:  # nobody is kept a slot then
        caps = {}
    for kind, organization_id, job_id, token in work.lease_ready(settings.WORK_ROOM, caps):
        run_job.send(organization_id, kind, str(job_id), str(token), priority=work.IN_TURN)


@app.task(name="portal.sweep")
def sweep() -> None:
    """Return expired leases to the queue. Belongs to no organization; sees job columns alone."""
    returned = work.sweep()
    if returned:
        log.warning("work.swept", returned=returned)
