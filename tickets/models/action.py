"""The actions of a ticket: each row is the action log's line of what was proposed, decided and executed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from connectors.models import Connector
from portal.ids import uuid7
from portal.models import TenantModel, TenantQuerySet
from portal.money import Money
from tickets.models.planted import OnlyReal
from tickets.models.ticket import Ticket


class ActionState(models.TextChoices):
    """Where an action stands; the names are part of the API."""

    PROPOSED = "proposed"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    EXECUTING = "executing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"
    REJECTED = "rejected"
    EXPIRED = "expired"


STATUS = {
    ActionState.SUCCEEDED: "SUCCESS",
    ActionState.FAILED: "FAILED",
    ActionState.UNKNOWN: "UNKNOWN",
    ActionState.BLOCKED: "BLOCKED",
    ActionState.REJECTED: "BLOCKED",
    ActionState.EXPIRED: "BLOCKED",
}
"""What the action log calls a state (T15); every other one is PENDING."""

IN_FLIGHT = (ActionState.APPROVED, ActionState.EXECUTING, ActionState.UNKNOWN)


class ActionQuerySet(TenantQuerySet):
    """Actions in the words of the action log."""

    def on_order(self, order_id: str) -> models.QuerySet[Any]:
        return self.filter(order_id=order_id)

    def in_flight(self) -> models.QuerySet[Any]:
        return self.filter(state__in=IN_FLIGHT)

    def executed_or_in_flight(self) -> models.QuerySet[Any]:
        return self.filter(state__in=(*IN_FLIGHT, ActionState.SUCCEEDED))


class Action(TenantModel):
    """A refund, cancellation or exchange. Executed at most once, under its one idempotency key."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="actions")
    store = models.ForeignKey(Connector, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10)
    order_number = models.CharField(max_length=64, blank=True, default="")
    order_id = models.CharField(max_length=120, blank=True, default="")
    customer_ref = models.CharField(max_length=120, blank=True, default="")
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    replacement_sku = models.CharField(max_length=80, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    state = models.CharField(max_length=20, choices=ActionState.choices, default=ActionState.PROPOSED)
    is_shadow = models.BooleanField(default=False)
    is_test = models.BooleanField(default=False, editable=False)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    tool = models.CharField(max_length=60, blank=True, default="")
    actor = models.CharField(max_length=160, default="AI (auto)")
    verdict = models.CharField(max_length=20, blank=True, default="")
    inputs = models.JSONField(default=dict)
    output = models.JSONField(default=dict)
    idempotency_key = models.UUIDField(default=uuid7, editable=False)
    job_id = models.CharField(max_length=120, blank=True, default="")
    tries = models.PositiveIntegerField(default=0)
    cap_reservation_id = models.UUIDField(null=True)
    executed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    policy_revision = models.CharField(max_length=40, blank=True, default="")
    standing = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects: ClassVar[Any] = OnlyReal.with_words(ActionQuerySet)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-id"], name="action_newest"),
            models.Index(fields=["organization", "order_id"], name="action_by_order"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organization", "idempotency_key"], name="one_action_per_key"),
            models.UniqueConstraint(
                fields=["organization", "ticket"],
                condition=models.Q(state__in=("approved", "executing", "unknown")),
                name="one_action_in_flight_per_ticket",
            ),
        ]

    def __str__(self) -> str:
        amount = f" {self.money}" if self.money else ""
        return f"{self.kind}{amount} on {self.order_number or 'no order'}"

    @property
    def money(self) -> Money | None:
        """The value at stake, or None where it is not known."""
        return Money(self.amount_minor, self.currency) if self.amount_minor is not None and self.currency else None

    @property
    def status(self) -> str:
        """SUCCESS, PENDING, BLOCKED, FAILED or UNKNOWN: the action log's word for the state."""
        return STATUS.get(ActionState(self.state), "PENDING")


class DifferenceKind(models.TextChoices):
    """How a difference between the store and the action log is called."""

    ONLY_STORE = "only_store", "Not as logged"
    ONLY_LOG = "only_log", "Only in the log"
    AMOUNT = "amount", "Other amount"
    TWICE = "twice", "Made twice"
    BY_HAND = "by_hand", "By hand"


WRONG = (DifferenceKind.ONLY_STORE, DifferenceKind.ONLY_LOG, DifferenceKind.AMOUNT, DifferenceKind.TWICE)
"""Differences about what the product did itself; `by_hand` is what people did at the store without it."""


class Difference(TenantModel):
    """Something that the store and the action log do not agree on, found by reconciliation (T15)."""

    store = models.ForeignKey(Connector, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=DifferenceKind.choices)
    action = models.ForeignKey(Action, on_delete=models.PROTECT, null=True, related_name="differences")
    receipt_id = models.CharField(max_length=120, blank=True, default="")
    order_id = models.CharField(max_length=120, blank=True, default="")
    detail = models.TextField()
    day = models.DateField()
    is_resolved = models.BooleanField(default=False)
    resolution = models.TextField(blank=True, default="")
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "store", "kind", "receipt_id", "action"],
                nulls_distinct=False,
                name="a_difference_is_listed_once",
            )
        ]
        indexes = [models.Index(fields=["organization", "-id"], name="difference_newest")]

    def __str__(self) -> str:
        return self.detail


class ComparedDay(TenantModel):
    """That one day of a store was compared with the action log, and how much there was to compare (T15)."""

    store = models.ForeignKey(Connector, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    effects = models.PositiveIntegerField()
    actions = models.PositiveIntegerField()
    compared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "store", "day"], name="a_day_is_compared_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}: {self.effects} effects, {self.actions} actions"
