"""The breaker before an outside system: what it did lately, and when it may be asked again."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from connectors.models.connector import Connector
from portal.models import TenantModel


class BreakerState(models.TextChoices):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker(TenantModel):
    """One connector's breaker: open, nothing is sent; half open, one call finds out whether it works again.

    Written by `connectors.breaker` alone. `opened_at` is when the present outage was noticed, `trips` how often it
    has opened in this outage: each makes the next wait longer.
    """

    connector = models.OneToOneField(Connector, on_delete=models.PROTECT, related_name="breaker")
    state = models.CharField(max_length=10, choices=BreakerState.choices, default=BreakerState.CLOSED)
    failures = models.PositiveIntegerField(default=0)
    trips = models.PositiveIntegerField(default=0)
    last_code = models.CharField(max_length=60, blank=True, default="")
    last_failed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        if self.state == BreakerState.CLOSED:
            return "answers"
        return f"does not answer since {self.opened_at:%Y-%m-%d %H:%M} UTC" if self.opened_at else "does not answer"

    @property
    def is_open(self) -> bool:
        return self.state != BreakerState.CLOSED

    @property
    def wait_s(self) -> float:
        """How long until the next call is let through."""
        return max((self.retry_at - timezone.now()).total_seconds(), 0.0) if self.retry_at else 0.0
