"""What the workers saw in a drill of the kill switch (T01)."""

from __future__ import annotations

from django.db import models

from portal.models import TenantModel


class DrillWatch(TenantModel):
    """One worker process in one drill: since when it took steps, and when it saw that it may not any more.

    Both moments are the database's, so that the clocks of the workers do not matter.
    """

    drill = models.UUIDField()
    process = models.CharField(max_length=120)
    steps = models.PositiveIntegerField(default=0)
    watching_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "drill", "process"], name="one_watch_per_process")
        ]

    def __str__(self) -> str:
        return f"{self.process} in drill {self.drill}"
