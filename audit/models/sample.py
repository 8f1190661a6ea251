"""Samples drawn for auditors: what was drawn from, by which seed, and which events came out."""

from __future__ import annotations

from django.db import models

from portal.models import TenantModel


class Sample(TenantModel):
    """A random sample of sealed events. Never changed: the same seed over the same leaves gives the same events.

    `digest` is the SHA-256 of what was asked (`audit.evidence.sampling.question`), `result` that of the ids drawn.
    """

    since = models.DateTimeField()
    until = models.DateTimeField()
    types = models.JSONField(default=list)
    head_number = models.BigIntegerField()
    head_size = models.BigIntegerField()
    seed = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    population = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    result = models.CharField(max_length=64)
    purpose = models.CharField(max_length=300)
    drawn_by_name = models.CharField(max_length=160)

    class Meta:
        indexes = [models.Index(fields=["organization", "-id"], name="sample_newest")]

    def __str__(self) -> str:
        return f"{self.size} of {self.population:,} events"
