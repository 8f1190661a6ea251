"""What the portal learned of a source: the last probe, the warnings that stand, and names of its schema (Q02, Q10)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from connectors.models.connector import Connector
from portal.models import Job, TenantManager, TenantModel, TenantQuerySet, User


class ConnectorProbe(Job):
    """The last look at a source, and the job that looks again every day. Written by `connectors.set_up`."""

    connector = models.OneToOneField(Connector, on_delete=models.PROTECT, related_name="probe")
    probed_at = models.DateTimeField(null=True, editable=False)
    engine = models.CharField(max_length=40, blank=True, default="", editable=False)
    version = models.CharField(max_length=120, blank=True, default="", editable=False)
    is_encrypted = models.BooleanField(default=False, editable=False)
    is_local = models.BooleanField(default=False, editable=False)
    duration_ms = models.PositiveIntegerField(default=0, editable=False)
    error_code = models.CharField(max_length=60, blank=True, default="", editable=False)
    error_message = models.CharField(max_length=400, blank=True, default="", editable=False)

    class Meta(Job.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"probe of {self.connector_id}"

    @property
    def is_reached(self) -> bool:
        """Whether the last look succeeded; False also when there was none."""
        return self.probed_at is not None and not self.error_code


class WarningQuerySet(TenantQuerySet):
    """Warnings in domain words."""

    def standing(self) -> models.QuerySet[Any]:
        """Not fixed: accepted ones stand too, they are only known."""
        return self.filter(fixed_at=None)

    def unanswered(self) -> models.QuerySet[Any]:
        """Neither fixed nor accepted."""
        return self.filter(fixed_at=None, accepted_at=None)


class ConnectorWarning(TenantModel):
    """Something a probe found. It stands until a later probe finds it gone or a person accepts it with a reason."""

    class Severity(models.TextChoices):
        INFO = "info", "Note"
        WARNING = "warning", "Warning"
        CRITICAL = "critical", "Critical"

    connector = models.ForeignKey(Connector, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60, editable=False)
    severity = models.CharField(max_length=10, choices=Severity.choices, editable=False)
    message = models.TextField(editable=False)
    fix_sql = models.TextField(blank=True, default="", editable=False)
    first_seen = models.DateTimeField(db_default=Now(), editable=False)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    accepted_reason = models.CharField(max_length=400, blank=True, default="", editable=False)
    fixed_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = TenantManager.with_words(WarningQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "connector", "code"],
                condition=models.Q(fixed_at=None),
                name="one_standing_warning_per_code",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | ~models.Q(accepted_reason=""),
                name="accepted_warning_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.severity}: {self.message}"


class SchemaSnapshot(TenantModel):
    """Names, types, keys and comments of a source, kept for minutes; never a value. Written by `connectors.set_up`."""

    connector = models.OneToOneField(Connector, on_delete=models.PROTECT, related_name="schema_snapshot")
    connector_revision = models.PositiveIntegerField()
    taken_at = models.DateTimeField()
    content = models.JSONField()

    def __str__(self) -> str:
        return f"schema of {self.connector_id}"
