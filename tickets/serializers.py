"""The wire shape of tickets, actions and approvals. No rule lives here."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from guardrails.gates.facts import INTENTS
from tickets import models, plant
from tickets.models import Action, Approval, ByHand, Category, GateReceipt, Ticket


class TicketIn(serializers.Serializer[Any]):
    """A ticket to take in; checked by `tickets.intake.checked`, so that webhook and API say the same."""

    external_ref = serializers.CharField(required=False)
    subject = serializers.CharField(required=False)
    body = serializers.CharField(required=False)
    channel = serializers.CharField(required=False)
    sender_email = serializers.CharField(required=False)
    sender_name = serializers.CharField(required=False)
    sender_is_verified = serializers.BooleanField(required=False)


class CorrectionIn(serializers.Serializer[Any]):
    """What a ticket is really about."""

    intent = serializers.ChoiceField(choices=INTENTS)


class GateReceiptOut(serializers.ModelSerializer[GateReceipt]):
    class Meta:
        model = GateReceipt
        fields = [
            "run", "position", "gate", "promise", "outcome", "reason", "inputs", "disposition", "nearest",
            "is_preview", "is_satisfied", "policy_revision", "duration_us", "rule_id", "evidence",
        ]  # fmt: skip


class DecisionOut(serializers.ModelSerializer[models.DecisionReceipt]):
    class Meta:
        model = models.DecisionReceipt
        fields = [
            "run", "phase", "outcome", "disposition", "is_record_only", "gate", "promise", "rule_id", "rule_version",
            "reason", "policy_revision", "nearest",
        ]  # fmt: skip


class RunOut(serializers.Serializer[Any]):
    run = serializers.IntegerField()
    gates = GateReceiptOut(many=True)


class ReceiptOut(serializers.Serializer[Any]):
    ticket = serializers.UUIDField()
    state = serializers.CharField()
    decisions = DecisionOut(many=True)
    runs = RunOut(many=True)


class ActionOut(serializers.ModelSerializer[Action]):
    status = serializers.CharField(read_only=True)

    class Meta:
        model = Action
        fields = [
            "id", "ticket", "kind", "order_number", "amount_minor", "currency", "state", "status", "verdict",
            "tool", "actor", "inputs", "output", "is_shadow", "executed_at", "settled_at", "policy_revision",
        ]  # fmt: skip


class TicketOut(serializers.ModelSerializer[Ticket]):
    class Meta:
        model = Ticket
        fields = [
            "id", "source", "external_ref", "channel", "subject", "received_at", "state", "reason", "disposition",
            "intent", "confidence", "other_intents", "order_numbers", "is_shadow", "cost_microusd",
        ]  # fmt: skip


class TicketDetail(TicketOut):
    gates = serializers.SerializerMethodField()
    actions = ActionOut(many=True, read_only=True)
    decisions = DecisionOut(many=True, source="decision_receipts", read_only=True)

    class Meta(TicketOut.Meta):
        fields = [*TicketOut.Meta.fields, "body", "sender_email", "sender_name", "gates", "actions", "decisions"]

    @extend_schema_field(GateReceiptOut(many=True))
    def get_gates(self, ticket: Ticket) -> Any:
        return GateReceiptOut(plant.receipts_of_ticket(ticket), many=True).data


class ApprovalOut(serializers.ModelSerializer[Approval]):
    action = ActionOut(read_only=True)
    shown = serializers.SerializerMethodField()

    class Meta:
        model = Approval
        fields = [
            "id", "ticket", "action", "state", "question", "why", "asks", "contract", "contract_digest",
            "contract_changes", "shown", "candidates", "is_grantable", "needs_second", "first_by", "due_at",
            "expires_at", "assigned_to", "claimed_by", "claimed_until", "decided_by", "decided_at", "decision_reason",
            "category",
        ]  # fmt: skip

    @extend_schema_field(serializers.DictField())
    def get_shown(self, approval: Approval) -> dict[str, Any]:
        """Return what was shown; `gates` stands there for planted tests alone and would tell them apart."""
        return {name: value for name, value in approval.shown.items() if name != "gates"}


class Decision(serializers.Serializer[Any]):
    digest = serializers.CharField(max_length=64, help_text="`contract_digest` of the approval as it was shown")


class Reason(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000)


class Settling(serializers.Serializer[Any]):
    happened = serializers.BooleanField()
    reason = serializers.CharField(max_length=300)


class Rejection(Reason):
    category = serializers.ChoiceField(choices=Category.choices, default=Category.OTHER)


class BulkRejection(Rejection):
    approvals = serializers.ListField(child=serializers.UUIDField(), max_length=100, allow_empty=False)


class BulkFailure(serializers.Serializer[Any]):
    approval = serializers.UUIDField()
    reason = serializers.CharField()


class BulkResult(serializers.Serializer[Any]):
    rejected = serializers.IntegerField()
    failed = BulkFailure(many=True)


class Assignment(serializers.Serializer[Any]):
    to = serializers.CharField(max_length=40, allow_blank=True, help_text="a person's id; empty: nobody")


class Choice(Decision):
    order_number = serializers.CharField(max_length=64, help_text="one of the approval's candidates")


class Numbers(serializers.Serializer[Any]):
    waiting = serializers.IntegerField()
    overdue = serializers.IntegerField()
    oldest = serializers.DateTimeField(allow_null=True)
    sla_minutes = serializers.IntegerField()
    decided = serializers.IntegerField()
    median_s = serializers.SerializerMethodField()
    rejections = serializers.SerializerMethodField()

    def get_median_s(self, found: Any) -> int | None:
        return int(found.median.total_seconds()) if found.median is not None else None

    def get_rejections(self, found: Any) -> dict[str, int]:
        return {name: count for name, _, count in found.rejections}


class Lowering(Decision):
    amount = serializers.CharField(max_length=30, help_text="decimal text such as `49.99`")


class Wording(Decision):
    reply = serializers.CharField(max_length=8000)


class NewProposal(serializers.Serializer[Any]):
    kind = serializers.CharField(max_length=10)
    order_number = serializers.CharField(max_length=64)
    amount = serializers.CharField(max_length=30)
    currency = serializers.CharField(max_length=3)
    reply = serializers.CharField(max_length=8000)
    item_sku = serializers.CharField(max_length=80, required=False, default="", help_text="exchange: what goes back")
    replacement_sku = serializers.CharField(
        max_length=80, required=False, default="", help_text="exchange: what is sent"
    )


class Deed(serializers.Serializer[Any]):
    """What a person did about a ticket themselves: refund, cancel, exchange, reply or none."""

    action = serializers.CharField(max_length=10)
    amount = serializers.CharField(max_length=30, required=False, default="", allow_blank=True)
    currency = serializers.CharField(max_length=3, required=False, default="", allow_blank=True)
    outcome = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class DeedOut(serializers.ModelSerializer[ByHand]):
    class Meta:
        model = ByHand
        fields = ["ticket", "action", "amount_minor", "currency", "outcome", "source", "done_at"]
