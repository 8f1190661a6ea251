"""Step: the names a model is told, and the ledger of everything that leaves the house (Q10)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connectors.adapters.providers.contracts import estimate_max
from connectors.contracts import Table
from questions import journey, ledger, memory, money, reading, schema_context, thread
from questions.journey import Journey
from questions.steps.reserve import THREAD, subject_of


def context(trip: Journey) -> str | None:
    """Add the relevant tables to the request and write down what will be told to whom."""
    question, door = trip.question, trip.door
    assert door is not None, "the spend is reserved before the context is gathered"
    asked = subject_of(question)
    tables = schema_context.relevant_tables(asked, trip.told_schema())
    text, told = schema_context.schema_text(tables, question=asked)
    trip.request = replace(trip.request, schema_text=text)
    if (needed := estimate_max(door.provider.bound(trip.request), door.prices)) > question.spend_hold_microusd:
        money.hold(question, needed)  # escapes made the text longer than it looks
    trip.told = _told(trip, told)
    periods = reading.as_json(trip.request.periods, trip.calendar())
    kept: dict[str, Any] = {"reading": {**question.reading, "periods": periods}}
    if door.provider.name == "local":
        kept["ledger"] = ledger.local(door.model)
    journey.keep(question, **kept)
    return None


def _told(trip: Journey, told: list[Table]) -> dict[str, object]:
    """Return what leaves the house with the coming call: names alone, and that no row does."""
    assert trip.door is not None
    return ledger.entry(
        "repair" if trip.question.repair_message else "sql",
        trip.door.model,
        tables=[table.qualified_name for table in told],
        names={table.qualified_name: [column.name for column in table.columns] for table in told},
        memory=[row.name for row in memory.entries_of(trip.connector)],
        verified_queries=[query.question for query in trip.request.verified],
        earlier_questions=[str(row.pk) for row in thread.earlier(trip.question, THREAD)],
    )
