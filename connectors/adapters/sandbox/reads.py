"""Reads one shop of the sandbox on a connection that somebody opened. Changes nothing."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

import psycopg

from connectors.adapters.sandbox.rows import item_of, linked_of, order_of, receipt_of, refund_of
from connectors.contracts import Claim, Customer, CustomerHistory, Item, Order, StoreReceipt

MAX_HISTORY = 500
_EFFECTS = (
    "SELECT e.*, o.currency FROM effect e JOIN sale_order o ON o.shop = e.shop AND o.id = e.order_id "
    "WHERE e.shop = %(shop)s AND "
)
_LINKED = """
    SELECT * FROM (
        SELECT DISTINCT ON (link.by, other.customer_ref) link.by, other.customer_ref, other.number, other.placed_at
        FROM sale_order mine
        CROSS JOIN LATERAL (VALUES ('address', mine.address_key), ('payment', NULLIF(mine.payment_fingerprint, '')))
            AS link (by, key)
        JOIN sale_order other ON other.shop = mine.shop AND other.customer_ref <> mine.customer_ref AND (
            (link.by = 'address' AND other.address_key = link.key)
            OR (link.by = 'payment' AND other.payment_fingerprint = link.key))
        WHERE mine.shop = %(shop)s AND mine.customer_ref = %(customer)s AND link.key IS NOT NULL
        ORDER BY link.by, other.customer_ref, other.placed_at DESC
    ) newest ORDER BY placed_at DESC, customer_ref LIMIT %(most)s
"""
"""The other accounts with an order to an address, or with a means of payment, of the customer's: the newest of each."""

Connection = psycopg.Connection[Any]


def customer(connection: Connection, shop: str, condition: str, value: str) -> Customer | None:
    """Return the one customer that meets a condition of ours; None when two do."""
    query = f"SELECT ref, email, name, is_vip, since FROM customer WHERE shop = %(shop)s AND {condition} LIMIT 2"  # noqa: S608
    rows = connection.execute(query, {"shop": shop, "value": value}).fetchall()
    return Customer(*rows[0]) if len(rows) == 1 else None


def one_order(connection: Connection, shop: str, condition: str, value: str) -> Order | None:
    found = orders(connection, shop, condition, value)
    return found[0] if found else None


def orders(connection: Connection, shop: str, condition: str, value: str) -> tuple[Order, ...]:
    """Return the orders that meet a condition of ours, newest first. Three queries."""
    rows = connection.execute(
        f"SELECT o.* FROM sale_order o WHERE o.shop = %(shop)s AND {condition} "  # noqa: S608
        "ORDER BY o.placed_at DESC, o.id LIMIT %(most)s",
        {"shop": shop, "value": value, "most": MAX_HISTORY},
    ).fetchall()
    parts: dict[str, dict[str, list[Any]]] = {"order_line": defaultdict(list), "payment": defaultdict(list)}
    for table, of in parts.items():
        query = f"SELECT * FROM {table} WHERE shop = %s AND order_id = ANY (%s) ORDER BY position"  # noqa: S608
        for part in connection.execute(query, (shop, [row.id for row in rows])).fetchall():
            of[part.order_id].append(part)
    return tuple(order_of(row, parts["order_line"][row.id], parts["payment"][row.id]) for row in rows)


def history(connection: Connection, shop: str, customer_ref: str) -> CustomerHistory | None:
    """Return the customer's orders, refunds, claims and linked accounts, newest first. Seven queries."""
    who = customer(connection, shop, "ref = %(value)s", customer_ref)
    if who is None:
        return None
    found = orders(connection, shop, "o.customer_ref = %(value)s", customer_ref)
    scope = {"shop": shop, "orders": [order.id for order in found], "most": MAX_HISTORY}
    refunds = connection.execute(
        _EFFECTS + "e.order_id = ANY (%(orders)s) AND e.amount_minor > 0 "
        "ORDER BY e.created_at DESC, e.id LIMIT %(most)s",
        scope,
    ).fetchall()
    claims = connection.execute(
        "SELECT id, order_id, kind, created_at, reason FROM claim WHERE shop = %(shop)s "
        "AND order_id = ANY (%(orders)s) ORDER BY created_at DESC, id LIMIT %(most)s",
        scope,
    ).fetchall()
    linked = connection.execute(_LINKED, {**scope, "customer": customer_ref}).fetchall()
    return CustomerHistory(
        who,
        found,
        tuple(map(refund_of, refunds)),
        tuple(Claim(*it) for it in claims),
        accounts_at_address=linked_of(linked, "address"),
        accounts_with_payment=linked_of(linked, "payment"),
    )


def item(connection: Connection, shop: str, sku: str) -> Item | None:
    row = connection.execute(
        "SELECT i.*, s.currency FROM item i JOIN shop s ON s.key = i.shop WHERE i.shop = %s AND i.sku = %s", (shop, sku)
    ).fetchone()
    return item_of(row) if row else None


def sells_by_catalog(connection: Connection, shop: str) -> bool:
    """Whether the shop lists what it sells; one that lists nothing sends whatever SKU it is told."""
    return connection.execute("SELECT 1 FROM item WHERE shop = %s LIMIT 1", (shop,)).fetchone() is not None


def receipt(connection: Connection, shop: str, key: str, *, was_replayed: bool) -> StoreReceipt | None:
    """Return the first effect under one of our keys, also where only its note carries the key."""
    row = connection.execute(
        _EFFECTS + "e.our_key = %(key)s ORDER BY e.created_at, e.id LIMIT 1", {"shop": shop, "key": key}
    ).fetchone()
    return receipt_of(row, was_replayed=was_replayed) if row and key else None


def newest(connection: Connection, shop: str, raw_key: str) -> StoreReceipt | None:
    """Return the effect that the shop keeps under its own key."""
    row = connection.execute(_EFFECTS + "e.idempotency_key = %(key)s", {"shop": shop, "key": raw_key}).fetchone()
    return receipt_of(row) if row else None


def effects(connection: Connection, shop: str, order_id: str) -> tuple[StoreReceipt, ...]:
    rows = connection.execute(
        _EFFECTS + "e.order_id = %(order)s ORDER BY e.created_at, e.id", {"shop": shop, "order": order_id}
    ).fetchall()
    return tuple(map(receipt_of, rows))


def effects_between(connection: Connection, shop: str, start: datetime, end: datetime) -> tuple[StoreReceipt, ...]:
    rows = connection.execute(
        _EFFECTS + "e.created_at >= %(start)s AND e.created_at < %(end)s ORDER BY e.created_at, e.id",
        {"shop": shop, "start": start, "end": end},
    ).fetchall()
    return tuple(map(receipt_of, rows))
