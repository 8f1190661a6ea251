"""Metrics as the flow uses them: what may be one, how a model is told it, and how a question for one is answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlglot import exp

from connectors import set_up
from connectors.adapters.providers.contracts import VerifiedQuery as Verified
from connectors.models import Connector
from guardrails import sql as guard
from portal import compiled
from questions import statement
from questions.models import MemoryEntry, MemoryKind, Metric
from questions.models.metric import MAX_SYNONYMS

PREFIX = "metric:"
_ALONE = ("joins", "where", "group", "having", "order", "limit", "distinct", "with_", "with")


def problems_of(metric: Metric) -> dict[str, str]:
    """Return what is wrong with a metric by field; empty where it is one figure that the guard lets run."""
    metric.name, metric.description = metric.name.strip(), metric.description.strip()
    metric.expression, metric.table = metric.expression.strip(), metric.table.strip()
    for field in ("name", "description", "expression", "table"):
        if "\x00" in getattr(metric, field):
            return {field: f"{field}: it holds a NUL character; type it again"}
    if problem := _synonym_problem(metric.synonyms):
        return {"synonyms": problem}
    dialect = metric.connector.kind.dialect
    tree = statement.tree_of(metric.statement, dialect)
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1 or any(tree.args.get(part) for part in _ALONE):
        return {"expression": f"expression: `{metric.expression[:60]}` is no single expression; write one, as `sum(x)`"}
    source = tree.args.get("from_") or tree.args.get("from")
    if source is None or not isinstance(source.this, exp.Table) or tree.find(exp.Subquery) is not None:
        return {"table": f"table: `{metric.table[:60]}` is no name of a table or view"}
    if tree.find(exp.AggFunc) is None:
        said = f"expression: `{metric.expression[:60]}` makes no single figure; use sum, count, avg, min or max"
        return {"expression": said}
    schema = set_up.kept_schema(metric.connector) if metric.is_active else None
    decision = guard.decide(metric.statement, dialect, schema)
    if decision.passes:
        return {}
    field = "table" if decision.reasons[0].code == "table.unknown" else "expression"
    return {field: f"{field}: refused by the guard: {decision.reasons[0].message}"}


def _synonym_problem(given: object) -> str:
    if not isinstance(given, list) or len(given) > MAX_SYNONYMS:
        return f"synonyms: give a list of at most {MAX_SYNONYMS} texts"
    bad = next((s for s in given if not isinstance(s, str) or not 0 < len(s.strip()) <= 120 or "\x00" in s), None)
    return f"synonyms: `{str(bad)[:60]}` is not a text of 1 to 120 characters" if bad is not None else ""


_OF_CONNECTOR = compiled.Compiled(
    lambda connector_id: Metric.objects.active().filter(connector_id=connector_id).order_by("name", "id")
)


def reads(connector_id: UUID) -> tuple[compiled.Read, ...]:
    """Return what `of` reads, to be read ahead."""
    return (compiled.Read(_OF_CONNECTOR, (connector_id,)),)


def of(connector: Connector) -> list[Metric]:
    """Return the connector's active metrics. One query."""
    return _OF_CONNECTOR.rows(connector.pk)


def as_entry(metric: Metric) -> MemoryEntry:
    """Return a metric as a model is told it: quoted data, like every entry of AI memory. Not saved."""
    called = f" Also called: {', '.join(metric.synonyms)}." if metric.synonyms else ""
    text = f"{metric.description} SQL: {metric.expression} over {metric.table}.{called}"
    return MemoryEntry(kind=MemoryKind.METRIC, name=metric.name, text=text, connector=metric.connector)


def as_query(metric: Metric) -> Verified:
    """Return a metric as the matcher reads it, so that a question for its name is answered on this machine."""
    names = (metric.name, *metric.synonyms)
    phrasings = tuple(way.format(name) for name in names for way in ("What is the {}?", "{}", "Show the {}"))
    return Verified(f"{PREFIX}{metric.pk}", phrasings[0], metric.statement, (), phrasings[1:])


def named(found: Verified) -> dict[str, Any]:
    """Return what a question's reading keeps of the metric that answered it; nothing for a verified query."""
    if not found.id.startswith(PREFIX):
        return {}
    return {"metric": {"id": found.id.removeprefix(PREFIX), "name": found.question}}
