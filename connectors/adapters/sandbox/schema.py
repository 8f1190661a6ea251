"""Makes the sandbox's tables and fills a shop with what a demo or a test needs. Serves no flow."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psycopg
from psycopg.types.json import Jsonb

from connectors.adapters.sandbox.door import FaultKind, connect
from connectors.contracts import Claim, Customer, Item, Order, Refund, RiskFlag

_SCHEMA = Path(__file__).with_name("schema.sql")
_LOCK = 0x5A4DB0


@dataclass(frozen=True)
class ShopData:
    """All of one shop. `refunds` are past ones; an order's `refunded` must be their sum."""

    currency: str
    customers: Sequence[Customer] = ()
    orders: Sequence[Order] = ()
    claims: Sequence[Claim] = ()
    refunds: Sequence[Refund] = ()
    items: Sequence[Item] = ()
    risk_flags: Mapping[str, Sequence[RiskFlag]] = field(default_factory=dict)


def ensure_schema(dsn: str) -> None:
    """Create what is missing, once for each version of the file; safe to call from two processes at once."""
    text = _SCHEMA.read_text()
    digest = hashlib.sha256(text.encode()).hexdigest()
    with connect(dsn) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        connection.execute("CREATE TABLE IF NOT EXISTS schema_version (digest text PRIMARY KEY)")
        if connection.execute("SELECT 1 FROM schema_version WHERE digest = %s", (digest,)).fetchone() is None:
            connection.execute(text)
            connection.execute("DELETE FROM schema_version")
            connection.execute("INSERT INTO schema_version VALUES (%s)", (digest,))


def load(dsn: str, shop: str, data: ShopData) -> None:
    """Replace everything the sandbox holds of `shop` by `data`, in one transaction.

    Raises `ValueError` when an order's `refunded` is not the sum of its past refunds.
    """
    _require_balance(data)
    with connect(dsn) as connection:
        connection.execute("DELETE FROM shop WHERE key = %s", (shop,))
        connection.execute("INSERT INTO shop (key, currency) VALUES (%s, %s)", (shop, data.currency))
        with connection.cursor() as cursor:
            _load_customers(cursor, shop, data)
            _load_orders(cursor, shop, data.orders)
            _load_payments(cursor, shop, data.orders)
            cursor.executemany(
                "INSERT INTO item (shop, sku, title, price_minor, stock) VALUES (%s, %s, %s, %s, %s)",
                [(shop, it.sku, it.title, it.price.amount_minor, it.stock) for it in data.items],
            )
            _load_past(cursor, shop, data)


def wipe(dsn: str, shop: str) -> None:
    """Forget the shop: orders, effects, messages, flags and faults."""
    with connect(dsn) as connection:
        connection.execute("DELETE FROM shop WHERE key = %s", (shop,))


def set_fault(
    dsn: str, shop: str, operation: str, kind: FaultKind, *, delay_ms: int = 0, remaining: int | None = 1
) -> None:
    """Make the next `remaining` calls (None: all) of an operation go wrong; `*` means every operation.

    Operations: refund, cancel, exchange, read, send, fetch.
    """
    with connect(dsn) as connection:
        connection.execute(
            "INSERT INTO fault (shop, operation, kind, delay_ms, remaining) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (shop, operation) DO UPDATE SET kind = excluded.kind, "
            "delay_ms = excluded.delay_ms, remaining = excluded.remaining",
            (shop, operation, kind, delay_ms, remaining),
        )


def clear_faults(dsn: str, shop: str) -> None:
    """Let everything of the shop work again."""
    with connect(dsn) as connection:
        connection.execute("DELETE FROM fault WHERE shop = %s", (shop,))


def set_manners(
    dsn: str, shop: str, *, honours_keys: bool = True, cancels_after_ms: int | None = None, cancels_fail: bool = False
) -> None:
    """Say how the shop behaves: whether it keeps keys, and whether it cancels by jobs and how these end."""
    with connect(dsn) as connection:
        connection.execute(
            "UPDATE shop SET honours_keys = %s, cancels_after_ms = %s, cancels_fail = %s WHERE key = %s",
            (honours_keys, cancels_after_ms, cancels_fail, shop),
        )


def _require_balance(data: ShopData) -> None:
    past: dict[str, int] = defaultdict(int)
    for refund in data.refunds:
        past[refund.order_id] += refund.amount.amount_minor
    for order in data.orders:
        if order.refunded.amount_minor != past[order.id]:
            raise ValueError(
                f"orders: `{order.number}` says {order.refunded} is refunded, but its refunds are not that sum"
            )


def _load_customers(cursor: psycopg.Cursor, shop: str, data: ShopData) -> None:
    cursor.executemany(
        "INSERT INTO customer (shop, ref, email, name, is_vip, since) VALUES (%s, %s, %s, %s, %s, %s)",
        [(shop, who.ref, who.email, who.name, who.is_vip, who.since) for who in data.customers],
    )
    cursor.executemany(
        "INSERT INTO risk_flag (shop, customer_ref, code, level, detail, raised_at) VALUES (%s, %s, %s, %s, %s, %s)",
        [
            (shop, ref, flag.code, flag.level, flag.detail, flag.raised_at)
            for ref, flags in data.risk_flags.items()
            for flag in flags
        ],
    )


def _load_orders(cursor: psycopg.Cursor, shop: str, orders: Iterable[Order]) -> None:
    orders = list(orders)
    cursor.executemany(
        "INSERT INTO sale_order (shop, id, number, customer_ref, placed_at, status, currency, total_minor, "
        "paid_minor, refunded_minor, ship_to, version, payment_fingerprint, shipping_minor, "
        "shipping_refunded_minor) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                shop,
                order.id,
                order.number,
                order.customer_ref,
                order.placed_at,
                order.status,
                order.total.currency,
                order.total.amount_minor,
                order.paid.amount_minor,
                order.refunded.amount_minor,
                Jsonb(asdict(order.ship_to)),
                order.version,
                order.payment_fingerprint,
                order.shipping.amount_minor if order.shipping else 0,
                order.shipping_refunded.amount_minor if order.shipping_refunded else 0,
            )
            for order in orders
        ],
    )
    cursor.executemany(
        "INSERT INTO order_line (shop, order_id, id, position, sku, title, quantity, unit_minor, refunded, "
        "discount_minor, tax_minor) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                shop,
                order.id,
                line.id,
                place,
                line.sku,
                line.title,
                line.quantity,
                line.unit_price.amount_minor,
                line.taken,
                line.discount.amount_minor if line.discount else None,
                line.tax.amount_minor if line.tax else None,
            )
            for order in orders
            for place, line in enumerate(order.lines)
        ],
    )


def _load_payments(cursor: psycopg.Cursor, shop: str, orders: Iterable[Order]) -> None:
    cursor.executemany(
        "INSERT INTO payment (shop, order_id, id, position, method, label, paid_minor, refunded_minor) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                shop,
                order.id,
                it.id,
                place,
                it.method,
                it.label,
                it.paid.amount_minor,
                (it.paid - it.refundable).amount_minor,
            )
            for order in orders
            for place, it in enumerate(order.payments)
        ],
    )


def _load_past(cursor: psycopg.Cursor, shop: str, data: ShopData) -> None:
    cursor.executemany(
        "INSERT INTO claim (shop, id, order_id, kind, reason, created_at) VALUES (%s, %s, %s, %s, %s, %s)",
        [(shop, it.id, it.order_id, it.kind, it.reason, it.created_at) for it in data.claims],
    )
    cursor.executemany(
        "INSERT INTO refund (shop, id, order_id, amount_minor, note, lines, idempotency_key, created_at) "
        "VALUES (%s, %s, %s, %s, %s, '[]', %s, %s)",
        [
            (
                shop,
                it.id,
                it.order_id,
                it.amount.amount_minor,
                it.note,
                it.idempotency_key or f"past:{it.id}",
                it.created_at,
            )
            for it in data.refunds
        ],
    )
