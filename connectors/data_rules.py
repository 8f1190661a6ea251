"""Making, changing and removing the rules of a source's columns and rows; judged against its schema before anything.

A rule for a name that the source does not have would protect nothing, so it is refused at the field.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from django.core.exceptions import ValidationError

from connectors import data_policy, set_up
from connectors.contracts import Schema, SourceError, Table
from connectors.models import ColumnRule, Connector, ConnectorRole, RowFilter
from guardrails.sql.decision import fold
from guardrails.sql.policy import Mask
from guardrails.sql.rewrite_filters import judge_condition
from guardrails.sql.rewrite_masks import problem
from guardrails.sql.rules import rules_for
from portal import change

Rule = ColumnRule | RowFilter
STRENGTH = {"hide": 3, "null": 2, "constant": 2}
"""How much a kind takes away: nothing is left, nothing but that there is one, and 1 for a part of the value."""
CONFIRM = "confirm: people will see more than before; say that this is meant"


def schema_of(connector: Connector) -> Schema:
    """Return the schema rules are judged against, all of it. Call it outside a transaction.

    Raises `ValidationError` naming `connector` where it is no source or cannot be read now.
    """
    if connector.role != ConnectorRole.SOURCE:
        raise ValidationError({"connector": f"connector: `{connector.name}` is no data source; choose one that is"})
    try:
        return set_up.describe(connector)
    except SourceError as error:
        said = f"connector: its tables cannot be read now, so no rule can be judged: {error.message}"
        raise ValidationError({"connector": said}) from None


def save(rule: Rule, *, schema: Schema, reason: str = "", source: str = "admin", is_confirmed: bool = False) -> Rule:
    """Judge and save a rule, new or changed. Raises `ValidationError` naming the field.

    An edit after which somebody sees more than before needs `is_confirmed`.
    """
    judge(rule, schema)
    if not is_confirmed and (said := loosening(rule)):
        raise ValidationError({"confirm": [CONFIRM, *said]})
    change.apply(rule, reason=reason, source=source)
    return rule


def remove(rule: Rule, *, reason: str = "", source: str = "admin") -> tuple[str, str]:
    """Remove a rule; return what was seen before and what is seen now."""
    told = before_and_after_removal(rule)
    change.remove(rule, reason=reason, source=source)
    return told


def judge(rule: Rule, schema: Schema) -> None:
    """Bring the rule's names into the source's own spelling, or raise `ValidationError` at the field that is wrong."""
    rule.table_name = rule.table_name.strip()
    table = _table(rule, schema)
    rule.schema_name, rule.table_name = table.schema, table.name
    if isinstance(rule, ColumnRule):
        _judge_column(rule, table)
    else:
        _judge_condition(rule, table)


def _table(rule: Rule, schema: Schema) -> Table:
    asked = fold(rule.table_name)
    fitting = [each for each in schema.tables if asked in (fold(each.name), fold(each.qualified_name))]
    if len(fitting) > 1:
        fitting = [each for each in fitting if fold(each.schema) == fold(rule.schema_name)] or fitting
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        known = ", ".join(f"`{each.qualified_name}`" for each in fitting[:6])
        raise ValidationError({"table_name": f"table_name: `{rule.table_name}` is ambiguous; write one of {known}"})
    hint = _nearest(rule.table_name, (each.qualified_name for each in schema.tables))
    raise ValidationError({"table_name": f"table_name: `{rule.table_name[:80]}` is no table of this source; {hint}"})


def _judge_column(rule: ColumnRule, table: Table) -> None:
    asked = rule.column_name.strip()
    found = next((each for each in table.columns if fold(each.name) == fold(asked)), None)
    if found is None:
        hint = _nearest(asked, (each.name for each in table.columns))
        said = f"column_name: `{asked[:80]}` is no column of `{table.qualified_name}`; {hint}"
        raise ValidationError({"column_name": said})
    rule.column_name = found.name
    spoken = rules_for(rule.connector.kind.dialect)
    if rule.kind == ColumnRule.Kind.HIDE or spoken is None:
        return
    reason = problem(Mask(rule.table, found.name, rule.kind, rule.text), spoken, found.type)
    if reason is not None:
        field = "text" if reason.code == "mask.text" else "kind"
        raise ValidationError({field: f"{field}: {reason.message}"})


def _judge_condition(rule: RowFilter, table: Table) -> None:
    columns = [each.name for each in table.columns]
    reason = judge_condition(rule.condition.strip(), rule.connector.kind.dialect, columns)
    if reason is not None:
        raise ValidationError({"condition": f"condition: {reason.message}"})


def _nearest(asked: str, names: Iterable[str]) -> str:
    known = {fold(name): name for name in names}
    near = difflib.get_close_matches(fold(asked), list(known)[:5000], 3, 0.5)
    if near:
        return f"did you mean {', '.join(f'`{known[name]}`' for name in near)}?"
    return f"it has {', '.join(f'`{name}`' for name in sorted(known.values())[:8]) or 'none'}"


# --- what a change means for people ---------------------------------------------------------------


def seen_as(rule: Rule) -> str:
    """Say what people see under a rule, in one sentence."""
    if isinstance(rule, RowFilter):
        return f"{rule.for_whom} sees rows of `{rule.table}` where {rule.condition}"
    shown = f"`{rule.text}`" if rule.kind == ColumnRule.Kind.CONSTANT else rule.get_kind_display().lower()
    if rule.kind == ColumnRule.Kind.HIDE:
        return f"`{rule.column_name}` of `{rule.table}` is hidden from {rule.for_whom}"
    return f"{rule.for_whom} sees `{rule.column_name}` of `{rule.table}` as: {shown}"


def seen_by(connector: Connector, role: str) -> list[str]:
    """Say what a role sees of a connector, rule by rule. Two queries."""
    rules = data_policy.rules_of(connector, role)
    return [*map(seen_as, rules.columns), *map(seen_as, rules.filters)]


def before_and_after_removal(rule: Rule) -> tuple[str, str]:
    """Say what is seen with a rule and what would be seen without it, other rules aside."""
    if isinstance(rule, RowFilter):
        return seen_as(rule), f"{rule.for_whom} sees every row of `{rule.table}`"
    return seen_as(rule), f"{rule.for_whom} sees `{rule.column_name}` of `{rule.table}` as it stands"


def loosening(rule: Rule) -> list[str]:
    """Return what is seen before and after an edit that may show more; nothing for a new or a stricter rule."""
    stored = type(rule)._default_manager.filter(pk=rule.pk).first()
    if stored is None:
        return []
    where = ("connector_id", "role", "schema_name", "table_name")
    moved = any(getattr(stored, name) != getattr(rule, name) for name in where)
    if isinstance(rule, RowFilter):
        is_looser = moved or stored.condition != rule.condition
    else:
        moved = moved or stored.column_name != rule.column_name
        is_stronger = STRENGTH.get(rule.kind, 1) > STRENGTH.get(stored.kind, 1)
        is_looser = moved or (stored.kind != rule.kind and not is_stronger)
    return [f"Before: {seen_as(stored)}.", f"After: {seen_as(rule)}."] if is_looser else []
