"""Rows that are their own queue: the columns a dispatcher leases, and whose turn it is."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from portal.ids import uuid7
from portal.models.base import TenantModel, organization_field


class JobState(models.TextChoices):
    """Whether a row has automated work to do. Not the row's own state machine."""

    IDLE = "idle"
    READY = "ready"
    LEASED = "leased"


class Job(TenantModel):
    """A tenant row that is a job: it commits with the business change and waits in its own table.

    `job_state` says whether work is due, `run_after` when, the lease who has it; all of it is changed by
    `portal.work` alone.
    """

    job_state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.IDLE, editable=False)
    run_after = models.DateTimeField(db_default=Now(), editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_expires_at = models.DateTimeField(null=True, editable=False)
    lease_started_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)
    last_error = models.CharField(max_length=200, blank=True, default="", editable=False)

    class Meta:
        abstract = True
        indexes = [
            models.Index(
                fields=["organization", "run_after", "id"],
                condition=models.Q(job_state="ready"),
                name="%(class)s_ready",
            ),
            models.Index(fields=["organization"], condition=models.Q(job_state="leased"), name="%(class)s_leased"),
        ]


class JobTurn(models.Model):
    """When an organization was last served by the dispatcher, per kind of job: the least recent goes first."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = organization_field()
    kind = models.CharField(max_length=40)
    served_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "kind"], name="one_turn_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.served_at:%H:%M:%S}"
