"""Step: the names a model is told, and the ledger of everything that leaves the house (Q10)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connectors.adapters.providers.contracts import estimate_max
from connectors.contracts import Table
from questions import journey, memory, money, schema_context
from questions.journey import Journey


def context(trip: Journey) -> str | None:
    """Add the relevant tables to the request and write down what will be told to whom."""
    question, door = trip.question, trip.door
    assert door is not None, "the spend is reserved before the context is gathered"
    tables = schema_context.relevant_tables(question.text, trip.schema())
    text, told = schema_context.schema_text(tables)
    trip.request = replace(trip.request, schema_text=text)
    if (needed := estimate_max(door.provider.bound(trip.request), door.prices)) > question.spend_hold_microusd:
        money.hold(question, needed)  # escapes made the text longer than it looks
    journey.keep(question, ledger=_ledger(trip, told))
    return None


def _ledger(trip: Journey, told: list[Table]) -> dict[str, Any]:
    """Return what leaves the house with the call: names alone, and that no row does."""
    assert trip.door is not None
    is_local = trip.door.provider.name == "local"
    return {
        "model": trip.door.model,
        "leaves_the_house": not is_local,
        "tables": [table.qualified_name for table in told],
        "columns": sum(len(table.columns) for table in told),
        "memory": [row.name for row in memory.entries_of(trip.connector)],
        "verified_queries": [query.question for query in trip.request.verified],
        "earlier_questions": len(trip.request.history),
        "rows": "none",
    }
