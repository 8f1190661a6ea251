"""The guard as a service: what it would say about a statement, without running it."""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.core.exceptions import ValidationError

from connectors import data_policy, sessions, set_up
from connectors.contracts import Schema, SourceError, SourceFailed
from connectors.models import Connector
from guardrails import plan as plans
from guardrails import policy, rates
from guardrails.sql import DIALECTS, Decision, decide
from guardrails.sql.decision import Reason
from portal import trail
from portal.roles import Capability, require
from questions.ask import MAX_SQL, cleaned_text, named_source
from questions.steps.weigh import may_show_estimates

PLAN_S = 5.0
"""How long a person who only checks a statement waits for its plan at most."""


def check(
    *, sql: str, connector_id: str | uuid.UUID | None = None, dialect: str = ""
) -> tuple[Decision, Connector | None]:
    """Return the guard's decision about a statement for a connector, or for a dialect alone; nothing runs.

    With a connector names are looked up in its schema, which may be ten minutes old. Refusals are recorded, so
    that probing shows. Raises `ValidationError` naming the field, `rate.Limited` after too many. Call it outside a
    transaction.
    """
    require(Capability.EDIT_SQL)
    rates.take(rates.Kind.CHECK)
    sql = cleaned_text("sql", sql, MAX_SQL)
    connector = named_source(connector_id) if connector_id else None
    if connector is None and dialect not in DIALECTS:
        known = ", ".join(DIALECTS)
        raise ValidationError({"dialect": f"dialect: `{str(dialect)[:40]}` is not one of {known}; or name a connector"})
    schema = _schema(connector) if connector is not None else None
    spoken = connector.kind.dialect if connector is not None else dialect
    rules = data_policy.guard_policy_for(connector) if connector is not None else policy.guard_policy()
    decision = decide(sql, spoken, schema, rules)
    if decision.passes and connector is not None:
        assert schema is not None
        decision = weighed(decision, connector, schema)
    if not decision.passes:
        _record(decision, connector, spoken)
    return decision, connector


def names(*, connector_id: str | uuid.UUID) -> dict[str, list[tuple[str, str]]]:
    """Return the tables of a connector with names and types of their columns, for completion: what the guard may pass.

    Raises `ValidationError` naming `connector`. Call it outside a transaction.
    """
    require(Capability.EDIT_SQL)
    connector = named_source(connector_id)
    schema = data_policy.visible_schema(_schema(connector), data_policy.data_rules_for(connector))
    usual = {"", schema.default_schema}
    return {
        table.name if table.schema in usual else table.qualified_name: [(c.name, c.type) for c in table.columns]
        for table in schema.tables
    }


def weighed(decision: Decision, connector: Connector, schema: Schema) -> Decision:
    """Return the decision after the database has planned the statement, never run it: as it is judged before a run.

    A database that cannot be asked leaves the guard's decision as it is: nothing runs here.
    """
    limits = policy.question_limits()
    try:
        with sessions.borrow(connector) as session:
            plan = session.explain(decision.sql, min(PLAN_S, limits.statement_timeout_ms / 1000))
    except SourceFailed as error:
        return _blocked(decision, Reason("plan.failed", error.message, error.subject))
    except SourceError:
        return decision
    if strange := plans.unseen(plan.relations, decision.tables, schema):
        return _blocked(decision, plans.mismatch(strange))
    reason = plans.too_expensive(plan, limits.plan, shows_estimates=may_show_estimates(decision))
    return decision if reason is None else _blocked(decision, reason)


def _blocked(decision: Decision, reason: Reason) -> Decision:
    return replace(decision, verdict="block", reasons=(reason,), sql="", limit=None, changes=())


def _schema(connector: Connector) -> Schema:
    try:
        return set_up.describe(connector)
    except SourceError as error:
        raise ValidationError({"connector": f"connector: its schema cannot be read now: {error.message}"}) from None


def _record(decision: Decision, connector: Connector | None, dialect: str) -> None:
    subject = trail.Subject("connector", str(connector.pk)) if connector else trail.Subject("dialect", dialect)
    trail.record(
        trail.Event(
            "statement.checked",
            subject,
            verdict="block",
            connector_id=connector.pk if connector else None,
            data={"dialect": dialect, "codes": [reason.code for reason in decision.reasons]},
        )
    )
