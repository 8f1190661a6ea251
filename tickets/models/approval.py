"""What a person is asked, exactly what they were shown, and what they said."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.ids import uuid7
from portal.models import TenantModel, TenantQuerySet
from tickets.models.action import Action
from tickets.models.planted import OnlyReal
from tickets.models.ticket import Ticket


class ApprovalState(models.TextChoices):
    WAITING = "waiting"
    AWAITING_SECOND = "awaiting_second"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


OPEN = (ApprovalState.WAITING, ApprovalState.AWAITING_SECOND)
MOST_EARLIER = 12
"""How many earlier contracts of one approval are kept, so that a page left open can be told what changed."""


class Category(models.TextChoices):
    """Why a person said no: counted in the queue's numbers, and told to later proposals."""

    WRONG_ORDER = "wrong_order", "Wrong order"
    WRONG_AMOUNT = "wrong_amount", "Wrong amount"
    NOT_ELIGIBLE = "not_eligible", "Not eligible"
    WRONG_TONE = "wrong_tone", "Wrong tone"
    SUSPECTED_FRAUD = "suspected_fraud", "Suspected fraud"
    POLICY_UNCLEAR = "policy_unclear", "Policy unclear"
    OTHER = "other", "Other"


class ApprovalQuerySet(TenantQuerySet):
    """The approval queue in its own words."""

    def waiting(self) -> models.QuerySet[Any]:
        return self.filter(state__in=OPEN)

    def claimed_by(self, user_id: Any) -> models.QuerySet[Any]:
        return self.filter(claimed_by_id=user_id, claimed_until__gt=timezone.now())

    def unclaimed(self) -> models.QuerySet[Any]:
        return self.exclude(claimed_until__gt=timezone.now())

    def overdue(self) -> models.QuerySet[Any]:
        return self.filter(due_at__lte=timezone.now())


IS_OPEN = models.Q(state__in=("waiting", "awaiting_second"))


class Approval(TenantModel):
    """One question to a person. The yes is bound to `contract`: order, amount, customer, policy and call as shown.

    `candidates` are the orders it may be about where nobody named one; without `is_grantable` one has to be chosen
    before anybody can say yes. `earlier` holds contracts that stood here before, by digest. `amount_minor` and
    `currency` repeat the action's, so that an index serves the queue sorted by amount.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="approvals")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, null=True, related_name="approvals")
    state = models.CharField(max_length=16, choices=ApprovalState.choices, default=ApprovalState.WAITING)
    asks = models.JSONField(default=list)
    question = models.TextField()
    why = models.TextField()
    contract = models.JSONField()
    contract_digest = models.CharField(max_length=64)
    contract_changes = models.JSONField(default=list)
    shown = models.JSONField(default=dict)
    candidates = models.JSONField(default=list)
    earlier = models.JSONField(default=dict)
    is_grantable = models.BooleanField(default=True)
    is_test = models.BooleanField(default=False, editable=False)
    amount_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True, default="")
    needs_second = models.BooleanField(default=False)
    expires_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True, default="")
    category = models.CharField(max_length=20, choices=Category.choices, blank=True, default="")

    objects: ClassVar[Any] = OnlyReal.with_words(ApprovalQuerySet)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "state", "id"], name="approval_queue"),
            models.Index(fields=["organization", "id"], name="queue_by_age", condition=IS_OPEN),
            models.Index(
                fields=["organization", "currency", "-amount_minor", "id"], name="queue_by_amount", condition=IS_OPEN
            ),
            models.Index(fields=["organization", "expires_at", "id"], name="queue_by_expiry", condition=IS_OPEN),
            models.Index(fields=["organization", "decided_at"], name="approval_decided"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "ticket"],
                condition=models.Q(state__in=("waiting", "awaiting_second")),
                name="one_open_approval_per_ticket",
            )
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def is_claimed_by_other(self, user_id: Any) -> bool:
        """Whether somebody else holds the claim right now."""
        return bool(
            self.claimed_by_id
            and self.claimed_by_id != user_id
            and self.claimed_until
            and self.claimed_until > timezone.now()
        )


class GateReceipt(TenantModel):
    """What one gate said in one run of a ticket, with the numbers it used."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="gate_receipts")
    run = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField()
    gate = models.CharField(max_length=30)
    promise = models.CharField(max_length=4)
    outcome = models.CharField(max_length=10)
    reason = models.TextField()
    inputs = models.JSONField(default=dict)
    disposition = models.CharField(max_length=20, blank=True, default="")
    nearest = models.TextField(blank=True, default="")
    is_preview = models.BooleanField(default=False)
    is_satisfied = models.BooleanField(default=False)
    is_grantable = models.BooleanField(default=True)
    policy_revision = models.CharField(max_length=40, blank=True, default="")
    duration_us = models.PositiveIntegerField(default=0)
    rule_id = models.CharField(max_length=40, blank=True, default="")
    evidence = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "ticket", "run", "position"], name="one_receipt_per_gate")
        ]

    def __str__(self) -> str:
        return f"{self.promise} {self.gate}: {self.outcome}"


class ReplyState(models.TextChoices):
    DRAFTED = "drafted"
    DISPATCHING = "dispatching"
    SENT = "sent"
    WITHHELD = "withheld"


class Reply(TenantModel):
    """The reply to a ticket: as proposed, as it may be sent, and the helpdesk's receipt.

    One `key` is one message at the helpdesk, whatever text it carries in the end; `tried_digest` is the SHA-256 of the
    text that was last given to the helpdesk under it, empty while none was.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="reply")
    proposed = models.TextField()
    text = models.TextField()
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=12, choices=ReplyState.choices, default=ReplyState.DRAFTED)
    tries = models.PositiveIntegerField(default=0)
    receipt = models.JSONField(default=dict)
    sent_at = models.DateTimeField(null=True)
    key = models.UUIDField(default=uuid7, editable=False)
    tried_digest = models.CharField(max_length=64, blank=True, default="", editable=False)

    def __str__(self) -> str:
        return self.text[:60]
