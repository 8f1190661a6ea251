"""The sandbox store: the `Store` protocol over its own database, exactly once for one idempotency key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
import uuid_utils
from psycopg.types.json import Jsonb

from connectors.adapters.discretion import discreet
from connectors.adapters.sandbox.door import Door, Failures
from connectors.adapters.sandbox.rows import TOOLS, linked_of, order_of, receipt_of, refund_of
from connectors.contracts import (
    Claim,
    Customer,
    CustomerHistory,
    LineQuantity,
    Operation,
    Order,
    StoreOutcomeUnknown,
    StoreReceipt,
    StoreRefused,
    StoreUnreachable,
)
from portal.money import Money

MAX_KEY = 200
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


class SandboxStore:
    """One shop of the sandbox, behind the `Store` protocol. Safe to share between threads."""

    def __init__(self, dsn: str, shop: str, *, timeout_s: float = 10.0) -> None:
        failures = Failures(StoreUnreachable, StoreOutcomeUnknown, StoreRefused)
        self._door = Door(dsn, shop, "store", failures, timeout_s)
        self._shop = shop

    def __repr__(self) -> str:
        return f"SandboxStore(shop={self._shop!r})"

    def tool(self, operation: Operation) -> str:
        return TOOLS[operation]

    # --- reads ---

    @discreet
    def find_order(self, number: str) -> Order | None:
        """Return the order with this number; a leading `#` and blanks do not matter."""
        with self._door.call("read") as connection:
            return self._one_order(connection, "o.number = %(value)s", number.strip().lstrip("#"))

    @discreet
    def order(self, order_id: str) -> Order | None:
        with self._door.call("read") as connection:
            return self._one_order(connection, "o.id = %(value)s", order_id)

    @discreet
    def orders_of(self, customer_ref: str) -> tuple[Order, ...]:
        """Return the customer's orders, newest first, at most `MAX_HISTORY`."""
        with self._door.call("read") as connection:
            return self._orders(connection, "o.customer_ref = %(value)s", customer_ref)

    @discreet
    def customer(self, customer_ref: str) -> Customer | None:
        with self._door.call("read") as connection:
            return self._customer(connection, "ref = %(value)s", customer_ref)

    @discreet
    def customer_by_email(self, email: str) -> Customer | None:
        """Return the one customer with this address, in whatever case; None when two have it."""
        with self._door.call("read") as connection:
            return self._customer(connection, "lower(email) = lower(%(value)s)", email.strip())

    @discreet
    def history(self, customer_ref: str) -> CustomerHistory | None:
        """Return the customer's orders, refunds, claims and linked accounts, newest first. Six queries."""
        with self._door.call("read") as connection:
            customer = self._customer(connection, "ref = %(value)s", customer_ref)
            if customer is None:
                return None
            orders = self._orders(connection, "o.customer_ref = %(value)s", customer_ref)
            scope = {"shop": self._shop, "orders": [order.id for order in orders], "most": MAX_HISTORY}
            refunds = connection.execute(
                "SELECT e.*, o.currency FROM effect e "
                "JOIN sale_order o ON o.shop = e.shop AND o.id = e.order_id WHERE e.shop = %(shop)s "
                "AND e.order_id = ANY (%(orders)s) AND e.amount_minor > 0 "
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
            customer,
            orders,
            tuple(map(refund_of, refunds)),
            tuple(Claim(*it) for it in claims),
            accounts_at_address=linked_of(linked, "address"),
            accounts_with_payment=linked_of(linked, "payment"),
        )

    @discreet
    def lookup(self, idempotency_key: str) -> StoreReceipt | None:
        with self._door.call("read") as connection:
            return self._receipt(connection, idempotency_key, was_replayed=True)

    @discreet
    def effects(self, order_id: str) -> tuple[StoreReceipt, ...]:
        with self._door.call("read") as connection:
            rows = connection.execute(
                _EFFECTS + "e.order_id = %(order)s ORDER BY e.created_at, e.id",
                {"shop": self._shop, "order": order_id},
            ).fetchall()
        return tuple(map(receipt_of, rows))

    @discreet
    def effects_between(self, start: datetime, end: datetime) -> tuple[StoreReceipt, ...]:
        with self._door.call("read") as connection:
            rows = connection.execute(
                _EFFECTS + "e.created_at >= %(start)s AND e.created_at < %(end)s ORDER BY e.created_at, e.id",
                {"shop": self._shop, "start": start, "end": end},
            ).fetchall()
        return tuple(map(receipt_of, rows))

    # --- actions ---

    @discreet
    def refund(
        self,
        order_id: str,
        amount: Money,
        *,
        idempotency_key: str,
        note: str = "",
        lines: Sequence[LineQuantity] = (),
    ) -> StoreReceipt:
        """Return money for an order: above zero, in its currency, never more than is left of what was paid."""
        if amount.amount_minor <= 0:
            raise StoreRefused("bad_amount", f"amount: `{amount.decimal}` is not above zero")
        named = [{"line_id": line.line_id, "quantity": line.quantity} for line in lines]
        inputs = {
            "operation": "refund",
            "order_id": order_id,
            "amount_minor": amount.amount_minor,
            "currency": amount.currency,
            "lines": named,
        }
        with self._once("refund", idempotency_key, inputs) as (connection, before):
            if before is not None:
                return before
            order = self._locked_order(connection, order_id)
            _require_lines(order, lines)
            _require_left(order, amount)
            connection.execute(
                "INSERT INTO refund (shop, id, order_id, amount_minor, note, lines, idempotency_key) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s)",
                (
                    self._shop,
                    _new_id("refund"),
                    order_id,
                    amount.amount_minor,
                    note,
                    Jsonb(named),
                    idempotency_key,
                ),
            )
            self._touch(connection, order_id, refunded=amount.amount_minor)
            return self._executed(connection, idempotency_key)

    @discreet
    def cancel(self, order_id: str, *, idempotency_key: str, note: str = "") -> StoreReceipt:
        """Cancel an open order and return what is left of its payment."""
        inputs = {"operation": "cancel", "order_id": order_id}
        with self._once("cancel", idempotency_key, inputs) as (connection, before):
            if before is not None:
                return before
            order = self._locked_order(connection, order_id)
            if order.status != "open":
                raise StoreRefused("not_open", f"order `{order.number}` is {order.status}; it cannot be cancelled")
            left = order.refundable.amount_minor
            connection.execute(
                "INSERT INTO cancellation (shop, id, order_id, amount_minor, note, idempotency_key) "
                "VALUES (%s, %s, %s, %s, %s, %s)",
                (self._shop, _new_id("cancellation"), order_id, left, note, idempotency_key),
            )
            self._touch(connection, order_id, refunded=left, status="cancelled")
            return self._executed(connection, idempotency_key)

    @discreet
    def exchange(
        self, order_id: str, line: LineQuantity, replacement_sku: str, *, idempotency_key: str, note: str = ""
    ) -> StoreReceipt:
        """Send a replacement for a line of an order, at most once for each piece bought."""
        if not replacement_sku.strip():
            raise StoreRefused("bad_sku", "replacement_sku: is empty; name the item to send instead")
        inputs = {
            "operation": "exchange",
            "order_id": order_id,
            "line_id": line.line_id,
            "quantity": line.quantity,
            "replacement_sku": replacement_sku,
        }
        with self._once("exchange", idempotency_key, inputs) as (connection, before):
            if before is not None:
                return before
            order = self._locked_order(connection, order_id)
            if order.status == "cancelled":
                raise StoreRefused("cancelled", f"order `{order.number}` is cancelled; nothing can be exchanged")
            _require_lines(order, (line,))
            self._take_from_line(connection, order_id, line)
            connection.execute(
                "INSERT INTO exchange "
                "(shop, id, order_id, line_id, quantity, replacement_sku, note, idempotency_key) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    self._shop,
                    _new_id("exchange"),
                    order_id,
                    line.line_id,
                    line.quantity,
                    replacement_sku,
                    note,
                    idempotency_key,
                ),
            )
            self._touch(connection, order_id)
            return self._executed(connection, idempotency_key)

    # --- inside ---

    @contextmanager
    def _once(
        self, operation: Operation, key: str, inputs: Mapping[str, Any]
    ) -> Iterator[tuple[Connection, StoreReceipt | None]]:
        """Lend a transaction that owns the key, with the receipt of an earlier call when there was one.

        # INVARIANT: the key is inserted first and commits with the effect. A second call with the key waits for the
        # first, then finds it (replay) or, after a rollback, takes its place. The note is no part of
        # the inputs: it moves nothing.
        """
        if not key or len(key) > MAX_KEY:
            raise StoreRefused("bad_key", f"idempotency_key: give 1 to {MAX_KEY} characters")
        with self._door.call(operation) as connection:
            fresh = connection.execute(
                "INSERT INTO idempotency (shop, key, inputs) SELECT key, %(key)s, %(inputs)s FROM shop "
                "WHERE key = %(shop)s ON CONFLICT DO NOTHING RETURNING key",
                {"shop": self._shop, "key": key, "inputs": Jsonb(inputs)},
            ).fetchone()
            if fresh is not None:
                yield connection, None
                return
            known = connection.execute(
                "SELECT inputs = %(inputs)s AS same FROM idempotency WHERE shop = %(shop)s AND key = %(key)s",
                {"shop": self._shop, "key": key, "inputs": Jsonb(inputs)},
            ).fetchone()
            if known is None:
                raise StoreRefused("unknown_shop", f"shop: the sandbox has no shop `{self._shop}`")
            if not known.same:
                raise StoreRefused(
                    "key_reused", "idempotency_key: was used for another call; this one executed nothing"
                )
            yield connection, self._receipt(connection, key, was_replayed=True)

    def _locked_order(self, connection: Connection, order_id: str) -> Order:
        """Lock the order until the commit, so that two actions on it see each other's money."""
        connection.execute("SELECT id FROM sale_order WHERE shop = %s AND id = %s FOR UPDATE", (self._shop, order_id))
        order = self._one_order(connection, "o.id = %(value)s", order_id)
        if order is None:
            raise StoreRefused("unknown_order", f"order_id: the store has no order `{order_id[:80]}`")
        return order

    def _touch(self, connection: Connection, order_id: str, *, refunded: int = 0, status: str | None = None) -> None:
        connection.execute(
            "UPDATE sale_order SET refunded_minor = refunded_minor + %(refunded)s, version = version + 1, "
            "status = COALESCE(%(status)s, status) WHERE shop = %(shop)s AND id = %(order)s",
            {"refunded": refunded, "status": status, "shop": self._shop, "order": order_id},
        )

    def _take_from_line(self, connection: Connection, order_id: str, line: LineQuantity) -> None:
        taken = connection.execute(
            "UPDATE order_line SET exchanged = exchanged + %(quantity)s WHERE shop = %(shop)s "
            "AND order_id = %(order)s AND id = %(line)s AND exchanged + %(quantity)s <= quantity RETURNING id",
            {"shop": self._shop, "order": order_id, "line": line.line_id, "quantity": line.quantity},
        ).fetchone()
        if taken is None:
            raise StoreRefused("exceeds_bought", f"quantity: fewer than {line.quantity} are left to exchange")

    def _executed(self, connection: Connection, key: str) -> StoreReceipt:
        receipt = self._receipt(connection, key, was_replayed=False)
        assert receipt is not None
        return receipt

    def _receipt(self, connection: Connection, key: str, *, was_replayed: bool) -> StoreReceipt | None:
        row = connection.execute(_EFFECTS + "e.idempotency_key = %(key)s", {"shop": self._shop, "key": key}).fetchone()
        return receipt_of(row, was_replayed=was_replayed) if row else None

    def _customer(self, connection: Connection, condition: str, value: str) -> Customer | None:
        query = f"SELECT ref, email, name, is_vip, since FROM customer WHERE shop = %(shop)s AND {condition} LIMIT 2"  # noqa: S608
        rows = connection.execute(query, {"shop": self._shop, "value": value}).fetchall()
        return Customer(*rows[0]) if len(rows) == 1 else None

    def _one_order(self, connection: Connection, condition: str, value: str) -> Order | None:
        found = self._orders(connection, condition, value)
        return found[0] if found else None

    def _orders(self, connection: Connection, condition: str, value: str) -> tuple[Order, ...]:
        """Return the orders that meet a condition of ours, newest first. Two queries."""
        scope = {"shop": self._shop, "value": value, "most": MAX_HISTORY}
        rows = connection.execute(
            f"SELECT o.* FROM sale_order o WHERE o.shop = %(shop)s AND {condition} "  # noqa: S608
            "ORDER BY o.placed_at DESC, o.id LIMIT %(most)s",
            scope,
        ).fetchall()
        lines: dict[str, list[Any]] = defaultdict(list)
        for line in connection.execute(
            "SELECT order_id, id, sku, title, quantity, unit_minor FROM order_line "
            "WHERE shop = %s AND order_id = ANY (%s) ORDER BY position",
            (self._shop, [row.id for row in rows]),
        ).fetchall():
            lines[line.order_id].append(line)
        return tuple(order_of(row, lines[row.id]) for row in rows)


def _require_lines(order: Order, lines: Sequence[LineQuantity]) -> None:
    """Refuse lines the order does not have and quantities it never had."""
    bought = {line.id: line.quantity for line in order.lines}
    for line in lines:
        if line.line_id not in bought:
            raise StoreRefused("unknown_line", f"lines: order `{order.number}` has no line `{line.line_id[:80]}`")
        if not 0 < line.quantity <= bought[line.line_id]:
            raise StoreRefused("bad_quantity", f"quantity: `{line.quantity}` is not from 1 to {bought[line.line_id]}")


def _require_left(order: Order, amount: Money) -> None:
    """Refuse another currency and more than what was paid and not yet returned."""
    if amount.currency != order.paid.currency:
        raise StoreRefused("wrong_currency", f"currency: `{amount.currency}` is not the order's {order.paid.currency}")
    if order.refundable < amount:
        raise StoreRefused(
            "exceeds_paid", f"amount: `{amount.decimal}` is more than the {order.refundable} left to refund"
        )


def _new_id(kind: str) -> str:
    return f"{kind}_{uuid_utils.uuid7()}"
