"""How each governed model is made and edited in a test; a model without a recipe fails the walk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from audit.models import (
    AlertPolicy,
    DetectorSetting,
    EvidenceSchedule,
    LegalHold,
    PublicationPolicy,
    RetentionPolicy,
)
from connectors.models import ColumnRule, Connector, Credential, ModelPrice, Recipient, RiskHook, RowFilter
from guardrails.models import (
    ActionCap,
    ActionCeiling,
    ActionMoneyCap,
    CurrencyRate,
    EscalationRule,
    OrganizationSwitch,
    OutputPolicyModel,
    QuestionPolicy,
    QueuePolicy,
    RatePolicy,
    ReplyCase,
    SpendPolicy,
    TicketPolicy,
    UserSpendCap,
)
from portal.models import AccessPolicy, Membership, User
from portal.roles import Role
from questions.models import EvaluationCase, EvaluationPlan, MemoryEntry, Metric, VerifiedQuery
from tests.factories import Cast
from tickets.models import FlaggedCustomer, Intake, ReplyMacro

SECRETS = ("canary-secret-of-make-7f3a", "canary-secret-of-edit-91bc")
"""What is put into every secret field, when made and when edited; no event may hold either."""


@dataclass(frozen=True)
class Recipe:
    """`make` returns an unsaved row; `edit` is what is changed in it.

    `fresh` finds the row that a new organization already has, `standing` the one to edit where a made one may not be.
    """

    make: Callable[[Cast], models.Model]
    edit: Mapping[str, Any]
    secrets: tuple[str, ...] = ()
    fresh: Callable[[], Any] | None = None
    standing: Callable[[Cast], models.Model] | None = None
    not_made: str = ""
    not_removed: str = ""


def connector() -> Connector:
    return Connector(name="Lake", role="source", adapter="sqlite", settings={"file": "lake.sqlite"})


def saved_connector() -> Connector:
    row = connector()
    row.save(force_insert=True)
    return row


def saved_feed() -> Connector:
    row = Connector(name="Radar", role="risk_feed", adapter="stripe", settings={})
    row.clean()
    row.save(force_insert=True)
    return row


def _single(model: type[models.Model], **edit: Any) -> Recipe:
    """A policy of which each organization has exactly one, made with it."""
    return Recipe(lambda cast: model(), edit, fresh=model.objects.get)  # type: ignore[attr-defined]


def _account(cast: Cast) -> User:
    account = User(email="lena@northlight.example", name="Lena Berg")
    account.set_password(SECRETS[0])
    return account


def _first(model: type[models.Model], **which: Any) -> Callable[[], Any]:
    return lambda: model.objects.get(**which)  # type: ignore[attr-defined]


RECIPES: Mapping[str, Recipe] = {
    "organization": Recipe(
        lambda cast: cast.northlight,
        {"name": "Northlight Outfitters Ltd"},
        standing=lambda cast: cast.northlight,
        not_made="provisioning makes it by a definer function and records it in its own event",
        not_removed="no organization is removed while its trail is kept",
    ),
    "membership": Recipe(lambda cast: Membership(user=_saved_account(cast), role=Role.MEMBER), {"role": Role.ANALYST}),
    "person": Recipe(
        _account,
        {"name": "Ada Lindqvist-Holm"},
        standing=lambda cast: cast.ada.user,  # an account is edited by its own person alone
        not_removed="accounts are kept: events name them; memberships end",
    ),
    "access_policy": _single(AccessPolicy, break_glass_hours=2),
    "ticket_policy": _single(TicketPolicy, vip_factor=3),
    "output_policy": _single(OutputPolicyModel, ai_disclosure=False),
    "spend_policy": _single(SpendPolicy, organization_cap_microusd=7_000_000),
    "question_policy": _single(QuestionPolicy, row_limit=7),
    "alert_policy": Recipe(lambda cast: AlertPolicy(), {"digest_at_h": 9}),
    "detector_setting": Recipe(
        lambda cast: DetectorSetting(detector="blocked_sql", severity="high", threshold="8.00"), {"least": 7}
    ),
    "queue_policy": _single(QueuePolicy, sla_minutes=30),
    "rate_policy": _single(RatePolicy, asks_of_person=7),
    "organization_switch": _single(OrganizationSwitch, is_halted=True, reason="drill of the kill switch"),
    "evidence_schedule": Recipe(lambda cast: EvidenceSchedule(), {"cadence": "monthly"}),
    "publication_policy": Recipe(lambda cast: PublicationPolicy(), {"every_minutes": 15}),
    "retention_policy": _single(RetentionPolicy, months=36),
    "legal_hold": Recipe(
        lambda cast: LegalHold(name="Case 7", reason="the court's order"),
        {"released_at": "2026-11-24T04:00:00+00:00", "release_reason": "closed", "released_by": "Ada Lindqvist"},
        not_removed="a hold is released, never removed",
    ),
    "action_ceiling": Recipe(
        lambda cast: ActionCeiling(action="refund", currency="SEK", auto_minor=5_000, block_minor=20_000),
        {"auto_minor": 4_000},
    ),
    "action_cap": Recipe(
        lambda cast: ActionCap(action="refund"), {"org_count": 3}, fresh=_first(ActionCap, action="refund")
    ),
    "action_money_cap": Recipe(
        lambda cast: ActionMoneyCap(
            action="refund", currency="SEK", org_money_minor=90_000, customer_money_minor=50_000
        ),
        {"customer_money_minor": 40_000},
    ),
    "currency_rate": Recipe(
        lambda cast: CurrencyRate(from_currency="EUR", to_currency="USD", rate="1.0800000000"),
        {"rate": "1.0900000000"},
    ),
    "escalation_rule": Recipe(
        lambda cast: EscalationRule(
            name="High value",
            priority=10,
            condition={"field": "action.amount", "op": "gte", "value": "20.00 USD"},
        ),
        {"priority": 20},
    ),
    "risk_hook": Recipe(
        lambda cast: RiskHook(connector=saved_feed(), secret=SECRETS[0]), {"secret": SECRETS[1]}, secrets=("secret",)
    ),
    "recipient": Recipe(
        lambda cast: Recipient(
            name="Ops",
            channel="webhook",
            host="localhost",
            address=SECRETS[0],
            secret=SECRETS[0],
            topics=["approval.overdue"],
        ),
        {"address": SECRETS[1], "secret": SECRETS[1]},
        secrets=("address", "secret"),
    ),
    "reply_case": Recipe(
        lambda cast: ReplyCase(name="Greeting", text="Hello.", expected_verdict="redact", expected_kinds=["required"]),
        {"text": "Good morning."},
    ),
    "user_spend_cap": Recipe(
        lambda cast: UserSpendCap(user=cast.ana.user, cap_microusd=1_000_000), {"cap_microusd": 2_000_000}
    ),
    "connector": Recipe(lambda cast: connector(), {"is_production": True}),
    "credential": Recipe(
        lambda cast: Credential(connector=saved_connector(), secret=SECRETS[0], destination="db.example:5432"),
        {"secret": SECRETS[1]},
        secrets=("secret",),
    ),
    "model_price": Recipe(
        lambda cast: ModelPrice(
            provider="anthropic",
            model="claude-of-the-test",
            input_microusd=1,
            output_microusd=2,
            cache_read_microusd=1,
            cache_write_microusd=1,
        ),
        {"output_microusd": 3},
    ),
    "column_rule": Recipe(
        lambda cast: ColumnRule(connector=saved_connector(), table_name="customers", column_name="email"),
        {"kind": "last4"},
    ),
    "row_filter": Recipe(
        lambda cast: RowFilter(connector=saved_connector(), table_name="customers", condition="region = 'EU'"),
        {"condition": "region = 'US'"},
    ),
    "verified_query": Recipe(
        lambda cast: VerifiedQuery(connector=saved_connector(), question="How many orders?", sql="SELECT 1"),
        {"question": "How many orders are there?"},
    ),
    "metric": Recipe(
        lambda cast: Metric(
            connector=saved_connector(), name="revenue", description="Paid.", expression="sum(total)", table="orders"
        ),
        {"description": "Paid orders."},
    ),
    "evaluation_case": Recipe(
        lambda cast: EvaluationCase(connector=saved_connector(), question="How many?", expected_sql="SELECT 1"),
        {"expected_sql": "SELECT 2"},
    ),
    "evaluation_plan": Recipe(lambda cast: EvaluationPlan(connector=saved_connector()), {"every_days": 7}),
    "memory_entry": Recipe(
        lambda cast: MemoryEntry(kind="glossary", name="order", text="A purchase."), {"text": "A paid purchase."}
    ),
    "reply_macro": Recipe(
        lambda cast: ReplyMacro(name="Sorry", action="refund", text="We refund {order_number}."),
        {"text": "We have refunded {order_number}."},
    ),
    "flagged_customer": Recipe(
        lambda cast: FlaggedCustomer(customer_ref="c-42", reason="serial returns"), {"reason": "serial returns, again"}
    ),
    "intake": Recipe(
        lambda cast: Intake(name="Web shop", secret=SECRETS[0]), {"secret": SECRETS[1]}, secrets=("secret",)
    ),
}


def _saved_account(cast: Cast) -> User:
    account = _account(cast)
    account.save(force_insert=True)
    return account
