"""The safe defaults of a new organization (T24): shadow mode on, thresholds and caps set, nothing to configure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, models, transaction

from guardrails.gates.facts import ACTION_KINDS, default_action_policy
from guardrails.models import (
    ActionCap,
    ActionCeiling,
    ActionMoneyCap,
    OrganizationSwitch,
    OutputPolicyModel,
    QuestionPolicy,
    QueuePolicy,
    RatePolicy,
    SpendPolicy,
    TicketPolicy,
)
from portal import change, tenancy, trail
from portal.models import Organization


def make_defaults() -> None:
    """Give the current organization every policy it does not have yet, in its own currency; record one event."""
    code = Organization._base_manager.values_list("currency", flat=True).get(pk=tenancy.organization_id())
    made: list[models.Model] = []
    with transaction.atomic():
        defaults = _rows(code)
        for (model, rows), is_there in zip(defaults.items(), _are_there(defaults), strict=True):
            if not is_there:
                model._default_manager.bulk_create(rows)
                made += rows
        if made:
            trail.record(
                trail.Event(
                    "policy.defaults_made",
                    trail.Subject("organization", str(tenancy.organization_id())),
                    data={"policies": len(made)},
                    after={_name(row): change.snapshot(row) for row in made},
                )
            )


def _are_there(policies: Iterable[type[models.Model]]) -> tuple[bool, ...]:
    """Return of each table whether the current organization has a row in it. One query."""
    tables = (f'EXISTS (SELECT 1 FROM "{model._meta.db_table}" WHERE organization_id = %(of)s)' for model in policies)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(tables)}", {"of": tenancy.organization_id()})
        return tuple(cursor.fetchone())


def _rows(code: str) -> dict[type[models.Model], list[Any]]:
    limits = default_action_policy(code)
    ceilings, caps = limits.ceilings[code], limits.caps
    assert caps is not None
    return {
        TicketPolicy: [TicketPolicy(second_approver_currency=code)],
        ActionCeiling: [
            ActionCeiling(
                action=kind,
                currency=code,
                auto_minor=ceilings.auto.amount_minor,
                block_minor=ceilings.block.amount_minor,
            )
            for kind in ACTION_KINDS
        ],
        ActionCap: [ActionCap(action=kind) for kind in ACTION_KINDS],
        ActionMoneyCap: [
            ActionMoneyCap(
                action=kind,
                currency=code,
                org_money_minor=caps.org_money[code].amount_minor,
                customer_money_minor=caps.customer_money[code].amount_minor,
            )
            for kind in ACTION_KINDS
        ],
        OutputPolicyModel: [OutputPolicyModel()],
        QuestionPolicy: [QuestionPolicy()],
        QueuePolicy: [QueuePolicy()],
        RatePolicy: [RatePolicy()],
        SpendPolicy: [SpendPolicy()],
        OrganizationSwitch: [OrganizationSwitch()],
    }


def _name(row: Any) -> str:
    parts = [change.kind_of(type(row)), getattr(row, "action", ""), getattr(row, "currency", "")]
    return " ".join(part for part in parts if part)
