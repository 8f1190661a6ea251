"""Every version a ticket policy has had, as it was saved: listed, compared and reverted to."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from portal.models import TenantModel


class PolicyVersion(TenantModel):
    """One policy row as it stood from `made_at` on. Written with the edit itself, never changed afterwards.

    `kind` and `subject_id` name the row as the trail does; `number` counts its versions from 1.
    """

    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    label = models.CharField(max_length=200)
    number = models.PositiveIntegerField()
    values = models.JSONField()
    is_removed = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True, default="")
    source = models.CharField(max_length=40, blank=True, default="")
    actor_name = models.CharField(max_length=160)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "subject_id", "number"], name="one_version_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.label}, version {self.number}"
