"""Evidence packs: what was asked for, how far it is, what was signed; and the schedule that asks by itself (A09)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

from portal.models import Job


class PackState(models.TextChoices):
    WAITING = "waiting", "Waits for its turn"
    WRITING = "writing", "Being written"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
    EXPIRED = "expired", "File taken away"


class EvidencePack(Job):
    """An archive for a period under one signed head. The row is its own job; the file stands in the evidence folder.

    `next_leaf` and `size_bytes` say how far the file is written for good: what stands behind that is written anew.
    `entries` maps each finished file of the archive to its SHA-256 and size.
    """

    since = models.DateTimeField()
    until = models.DateTimeField()
    head_number = models.BigIntegerField()
    head_size = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    first_leaf = models.BigIntegerField(default=0)
    end_leaf = models.BigIntegerField(default=0)
    next_leaf = models.BigIntegerField(default=0)
    step = models.CharField(max_length=40, default="trail")
    entries = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=PackState.choices, default=PackState.WAITING)
    size_bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    asked_by_name = models.CharField(max_length=160)
    ready_at = models.DateTimeField(null=True)

    class Meta(Job.Meta):
        indexes = [*Job.Meta.indexes, models.Index(fields=["organization", "-id"], name="evidencepack_newest")]

    def __str__(self) -> str:
        return f"Evidence from {self.since:%Y-%m-%d} to {self.last_moment:%Y-%m-%d}"

    @property
    def last_moment(self) -> datetime:
        """The last moment of the period; `until` is the first after it."""
        return self.until - timedelta(microseconds=1)

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100: nearly all of the work is the trail."""
        if self.state in (PackState.READY, PackState.EXPIRED):
            return 100
        leaves = self.end_leaf - self.first_leaf
        return int(95 * (self.next_leaf - self.first_leaf) / leaves) if leaves else (95 if self.entries else 0)


class Cadence(models.TextChoices):
    OFF = "off", "Never by itself"
    MONTHLY = "monthly", "Every month, for the month before"
    QUARTERLY = "quarterly", "Every quarter, for the quarter before"


class EvidenceSchedule(Job):
    """How often a pack is made by itself, and how long its file is kept. One row; an officer edits it.

    The row is its own job: it asks for a pack when a period is over, and waits for the next.
    """

    cadence = models.CharField(max_length=10, choices=Cadence.choices, default=Cadence.OFF)
    keep_days = models.PositiveIntegerField(
        default=90,
        help_text="Then the file is taken away; the pack can be made again while its events are kept.",
    )
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta(Job.Meta):
        verbose_name = verbose_name_plural = "evidence schedule"
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="one_evidence_schedule"),
            models.CheckConstraint(
                condition=models.Q(keep_days__gte=1, keep_days__lte=3650),
                name="packs_are_kept_some_days",
                violation_error_message="keep_days: give a number of days between 1 and 3650",
            ),
        ]

    def __str__(self) -> str:
        return f"Evidence schedule: {self.get_cadence_display().lower()}"
