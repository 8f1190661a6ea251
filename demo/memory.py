"""AI memory of both organizations: verified queries, glossary, metrics, instructions; saved through the product's verbs.

Ada writes Northlight's, Olga countersigns it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.models import Connector
from demo.organization import REPORTING, SOUTHWIND_SHOP, WEB
from demo.verified_queries import VERIFIED, Verified
from portal import change
from questions.countersign import countersign
from questions.evaluate import save_plan
from questions.memory import save_verified
from questions.models import EvaluationCase, EvaluationPlan, MemoryEntry, MemoryKind, Metric, VerifiedQuery

GLOSSARY: tuple[tuple[str, str], ...] = (
    ("revenue", "Sum of `orders.total` of orders that are not cancelled, by the day they were placed, in US dollars."),
    ("open order", "An order whose status is `open`: paid, not yet shipped."),
    ("parcel", "A row of `shipments`; it is under way while `delivered_at` is empty."),
    ("bestseller", "A product by its revenue, not by its pieces, unless pieces are asked for."),
    ("vip", "A customer of the segment `vip`: the support desk doubles their ceilings."),
    ("return rate", "Order items that came back, of all order items sold in the same period."),
    ("reorder level", "At or below `inventory.reorder_level` new pieces are ordered from the supplier."),
    ("conversion", "A session with `is_converted` = 1: it ended in an order."),
    ("session", "One visit to the shop by one device; a row of `sessions`."),
    ("channel", "How an order came in: web, app or store. Marketing channels stand in `campaigns.channel`."),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric of one connector: its name, what it means, and the expression that computes it over a table."""

    connector: str
    name: str
    description: str
    expression: str
    table: str
    synonyms: tuple[str, ...] = ()


METRICS = (
    Figure(
        REPORTING, "lifetime revenue", "Total of all orders that are not cancelled, in US dollars.",
        "sum(CASE WHEN status <> 'cancelled' THEN total END)", "orders", ("all-time revenue",),
    ),
    Figure(
        REPORTING, "cancellation rate", "Cancelled orders of all orders, in percent.",
        "round(100.0 * sum(CASE WHEN status = 'cancelled' THEN 1 ELSE 0 END) / count(*), 1)", "orders",
    ),
    Figure(
        WEB, "overall conversion rate", "Sessions that ended in an order, of all sessions, in percent.",
        "round(100.0 * avg(is_converted), 2)", "sessions",
    ),
)  # fmt: skip
INSTRUCTIONS: tuple[tuple[str, str], ...] = (
    ("Cancelled orders", "Leave cancelled orders out of every figure of money unless the question names them."),
    ("Periods", "A month, quarter or year without a year is the latest one that has begun."),
    ("People", "Do not list e-mail addresses of customers; a name and an id are enough."),
)
SOUTHWIND_QUERY = Verified(
    SOUTHWIND_SHOP,
    "List all products with their prices",
    "SELECT name, price FROM products ORDER BY id",
    ("Show every product and its price",),
)


def remember_northlight() -> None:
    """Save Northlight's memory as its admin; a connector that is not there has none."""
    connectors = {each.name: each for each in Connector.objects.sources()}
    for entry in VERIFIED:
        if entry.connector in connectors:
            _verified(connectors[entry.connector], entry)
    for kind, entries in ((MemoryKind.GLOSSARY, GLOSSARY), (MemoryKind.INSTRUCTION, INSTRUCTIONS)):
        for name, text in entries:
            _entry(kind, name, text)
    for figure in METRICS:
        if figure.connector in connectors:
            _metric(connectors[figure.connector], figure)
    for connector in connectors.values():
        _evaluation_set(connector)


def countersign_northlight() -> None:
    """Countersign what nobody stands behind yet, as Northlight's second officer."""
    for row in VerifiedQuery.objects.usable().filter(verified_at=None).select_related("connector"):
        countersign(row, revision=row.revision, source="demo")


def remember_southwind() -> None:
    """Save the other organization's one query as its only admin: nobody can countersign it, and its answers say so."""
    _verified(Connector.objects.get(name=SOUTHWIND_SHOP), SOUTHWIND_QUERY)


def _verified(connector: Connector, wanted: Verified) -> None:
    """Save a query where it is missing or reads otherwise: saving it again would take its countersignature away."""
    fields: dict[str, Any] = {
        "phrasings": list(wanted.phrasings),
        "sql": wanted.sql,
        "parameters": [dict(each) for each in wanted.parameters],
    }
    row = VerifiedQuery.objects.filter(connector=connector, question=wanted.question).first()
    if row is None:
        row = VerifiedQuery(connector=connector, question=wanted.question)
    elif all(getattr(row, name) == value for name, value in fields.items()):
        return
    for name, value in fields.items():
        setattr(row, name, value)
    save_verified(row, reason="demo", source="demo")


def _entry(kind: str, name: str, text: str) -> None:
    row = MemoryEntry.objects.filter(kind=kind, name=name).first() or MemoryEntry(kind=kind, name=name)
    row.text = text
    change.apply(row, reason="demo", source="demo")


def _metric(connector: Connector, figure: Figure) -> None:
    row = Metric.objects.filter(connector=connector, name=figure.name).first()
    row = row or Metric(connector=connector, name=figure.name)
    row.description, row.expression, row.table = figure.description, figure.expression, figure.table
    row.synonyms = list(figure.synonyms)
    change.apply(row, reason="demo", source="demo")


def _evaluation_set(connector: Connector) -> None:
    """Give a connector a set: its verified queries without parameters, asked in one of their other ways."""
    for query in VERIFIED:
        if query.connector != connector.name or query.parameters:
            continue
        asked = query.phrasings[0] if query.phrasings else query.question
        if not EvaluationCase.objects.filter(connector=connector, question__iexact=asked).exists():
            made = EvaluationCase(connector=connector, question=asked, expected_sql=query.sql)
            change.apply(made, reason="demo", source="demo")
    if EvaluationCase.objects.of(connector).exists() and not hasattr(connector, "evaluation_plan"):
        save_plan(EvaluationPlan(connector=connector, every_days=7), reason="demo", source="demo")
