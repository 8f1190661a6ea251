"""The receipt of a run of the gates: what was decided, by which gate and rule, and what would have changed it."""

from __future__ import annotations

from django.db import models

from portal.models import TenantModel
from tickets.models.ticket import Ticket


class DecisionReceipt(TenantModel):
    """What one run of a ticket decided. Written once, with the run's gate receipts, and never changed.

    `phase` is early (gates 1 to 4), late (all that were asked on the proposal) or halt (the kill switch between two
    steps). `nearest` are the ways that would have let it pass, each enough by itself and verified by the gates;
    empty where it passed or where no such change exists.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="decision_receipts")
    run = models.PositiveIntegerField()
    phase = models.CharField(max_length=8)
    outcome = models.CharField(max_length=10)
    disposition = models.CharField(max_length=20, blank=True, default="")
    is_record_only = models.BooleanField(default=False)
    gate = models.CharField(max_length=30, blank=True, default="")
    promise = models.CharField(max_length=4, blank=True, default="")
    rule_id = models.CharField(max_length=40, blank=True, default="")
    rule_version = models.PositiveIntegerField(null=True)
    reason = models.TextField(blank=True, default="")
    policy_revision = models.CharField(max_length=40, blank=True, default="")
    nearest = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["organization", "ticket", "run"], name="receipt_of_run")]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.reason}"
