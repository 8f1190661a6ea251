"""The event log: one append-only table, and the erasable texts beside it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from portal.ids import uuid7
from portal.models import TenantManager, TenantQuerySet, organization_field


class EventQuerySet(TenantQuerySet):
    """The trail in domain words; always newest first by key."""

    def newest_first(self) -> models.QuerySet[Any]:
        return self.order_by("-id")

    def about(self, kind: str, subject_id: str) -> models.QuerySet[Any]:
        return self.filter(subject_kind=kind, subject_id=subject_id)


class Event(models.Model):
    """One thing that happened. Partitioned by the month of its UUIDv7 key; refused UPDATE, DELETE and TRUNCATE.

    The table also carries `xact_id` (`pg_current_xact_id()`), set by the database alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = organization_field()
    recorded_at = models.DateTimeField(db_default=Now())
    type = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=160)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    connector_id = models.UUIDField(null=True)
    verdict = models.CharField(max_length=20, blank=True, default="")
    confidence = models.CharField(max_length=20, blank=True, default="")
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    cost_microusd = models.BigIntegerField(null=True)
    rows = models.BigIntegerField(null=True)
    bytes = models.BigIntegerField(null=True)
    duration_ms = models.BigIntegerField(null=True)
    policy_revision = models.IntegerField(null=True)
    request_id = models.CharField(max_length=64, blank=True, default="")
    data = models.JSONField(default=dict)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    commitments = models.JSONField(default=dict)

    objects: ClassVar[Any] = TenantManager.with_words(EventQuerySet)

    class Meta:
        managed = False
        db_table = "audit_event"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.type} by {self.actor_name}"


class EventText(models.Model):
    """Personal or free text of an event with its salt: searchable and erasable, while the event's commitment stays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = organization_field()
    event_id = models.UUIDField()
    field = models.CharField(max_length=40)
    text = models.TextField()
    salt = models.BinaryField(max_length=16)

    objects = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["organization", "event_id"], name="eventtext_event")]

    def __str__(self) -> str:
        return f"{self.field} of {self.event_id}"
