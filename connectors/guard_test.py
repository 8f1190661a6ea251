"""Puts the guard's own attack list, or one statement, to the guard under a connector's settings. Nothing runs.

The schema is the one that was last read of the source; without one, names are not looked up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from connectors import data_policy, set_up
from connectors.contracts import Schema
from connectors.models import Connector, ConnectorRole
from guardrails import rates
from guardrails.sql import Decision, decide, self_test
from guardrails.sql.decision import shorten
from guardrails.sql.policy import GuardPolicy
from portal import trail
from portal.roles import Capability, Role, require

LONGEST = 100_000
SHOWN_CHARS = 200


@dataclass(frozen=True, slots=True)
class Settings:
    """What the guard decides by on a connector for a role, as an officer reads it."""

    connector: Connector
    role: Role
    policy: GuardPolicy
    schema: Schema | None

    @property
    def dialect(self) -> str:
        return self.connector.kind.dialect


@dataclass(frozen=True, slots=True)
class Shown:
    """One attack as the page shows it: what it tries, its text without invisible characters, why it was refused."""

    tries: str
    sql: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the list: attacks that got through, and the refused by the rule that spoke first."""

    total: int
    through: tuple[Shown, ...]
    refused: tuple[tuple[str, tuple[Shown, ...]], ...]


def settings_of(connector: Connector, role: str = "") -> Settings:
    """Return what the guard decides by; raises `ValidationError` for a role or a connector that has no guard."""
    if connector.role != ConnectorRole.SOURCE:
        raise ValidationError({"connector": f"connector: `{connector.name}` is no data source; nothing is asked of it"})
    if role not in {"", *Role}:
        raise ValidationError({"role": f"role: `{shorten(role, 30)}` is no role; choose one of the list"})
    found = Role(role or Role.ANALYST)
    policy = data_policy.guard_policy_for(connector, found)
    return Settings(connector, found, policy, set_up.kept_schema(connector))


def run(settings: Settings) -> Outcome:
    """Put every attack on the connector's engine to the guard, and record how many got through."""
    require(Capability.MANAGE_CONNECTORS)
    rates.take(rates.Kind.CHECK)
    trials = self_test.run(settings.dialect, settings.schema, settings.policy)
    outcome = _sorted(trials)
    data = {
        "dialect": settings.dialect,
        "role": settings.role.value,
        "attacks": outcome.total,
        "through": [shown.tries for shown in outcome.through][:50],
        "schema": settings.schema is not None,
        "rules": settings.policy.revision,
    }
    _record("guard.self_tested", settings, "warning" if outcome.through else "pass", data)
    return outcome


def try_one(settings: Settings, sql: str) -> Decision:
    """Return what the guard says of one statement, and record the verdict; raises `ValidationError` naming `sql`."""
    require(Capability.MANAGE_CONNECTORS)
    if not sql.strip():
        raise ValidationError({"sql": "sql: it is empty; paste a statement"})
    if len(sql) > LONGEST:
        raise ValidationError({"sql": f"sql: it has {len(sql):,} characters; shorten it to {LONGEST:,}"})
    rates.take(rates.Kind.CHECK)
    decision = decide(sql, settings.dialect, settings.schema, settings.policy)
    data = {
        "dialect": settings.dialect,
        "role": settings.role.value,
        "codes": [reason.code for reason in decision.reasons],
    }
    _record("guard.statement_tried", settings, decision.verdict, data)
    return decision


def _sorted(trials: Iterable[self_test.Trial]) -> Outcome:
    through: list[Shown] = []
    refused: dict[str, list[Shown]] = {}
    for trial in trials:
        reasons = trial.decision.reasons
        reason = reasons[0].message if reasons else trial.decision.sql
        shown = Shown(trial.attack.tries, shorten(trial.attack.sql, SHOWN_CHARS), reason)
        if trial.decision.passes:
            through.append(shown)
        else:
            refused.setdefault(reasons[0].code, []).append(shown)
    by_rule = sorted(refused.items(), key=lambda item: (-len(item[1]), item[0]))
    total = len(through) + sum(len(group) for _, group in by_rule)
    return Outcome(total, tuple(through), tuple((_words(code), tuple(group)) for code, group in by_rule))


def _words(code: str) -> str:
    """Return a rule's code as a heading: `function.not_allowed` is read as `Function: not allowed`."""
    return code.replace(".", ": ").replace("_", " ").capitalize()


def _record(name: str, settings: Settings, verdict: str, data: dict[str, Any]) -> None:
    subject = trail.Subject("connector", str(settings.connector.pk))
    trail.record(
        trail.Event(
            name,
            subject,
            verdict=verdict,
            connector_id=settings.connector.pk,
            data=data,
        )
    )
