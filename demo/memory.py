"""AI memory of both organizations: verified queries, glossary, metrics, instructions; saved through the product's verbs.

Ada writes Northlight's, Olga countersigns it.
"""

from __future__ import annotations

from typing import Any

from connectors.models import Connector
from demo.organization import REPORTING, SOUTHWIND_SHOP
from demo.verified_queries import VERIFIED, Verified
from portal import change
from questions.countersign import countersign
from questions.memory import save_verified
from questions.models import MemoryEntry, MemoryKind, VerifiedQuery

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
METRICS: tuple[tuple[str, str], ...] = (
    ("average order value", "Revenue divided by the number of orders that are not cancelled."),
    ("profit", "Quantity times (unit price − cost), of orders that are not cancelled; before shipping and wages."),
    ("conversion rate", "Converted sessions of all sessions, in percent."),
)
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
    reporting = connectors.get(REPORTING)
    for kind, entries in (
        (MemoryKind.GLOSSARY, GLOSSARY),
        (MemoryKind.METRIC, METRICS),
        (MemoryKind.INSTRUCTION, INSTRUCTIONS),
    ):
        for name, text in entries:
            _entry(kind, name, text, reporting if kind == MemoryKind.METRIC else None)


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


def _entry(kind: str, name: str, text: str, connector: Connector | None) -> None:
    row = MemoryEntry.objects.filter(kind=kind, name=name).first() or MemoryEntry(kind=kind, name=name)
    row.text, row.connector = text, connector
    change.apply(row, reason="demo", source="demo")
