"""The sandbox store: the `Store` protocol over its own database, exactly once for one idempotency key.

A shop of it can also be told to keep no keys and to cancel by jobs (`schema.set_manners`), as real stores do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, get_args

import uuid_utils
from psycopg.types.json import Jsonb

from connectors.adapters.discretion import discreet
from connectors.adapters.refundable import require_lines, require_refundable
from connectors.adapters.sandbox import books, jobs, reads
from connectors.adapters.sandbox.door import Door, Failures
from connectors.adapters.sandbox.reads import MAX_HISTORY, Connection
from connectors.adapters.sandbox.rows import TOOLS
from connectors.contracts import (
    Customer,
    CustomerHistory,
    Destination,
    Item,
    LineQuantity,
    Operation,
    Order,
    StoreJob,
    StoreOutcomeUnknown,
    StoreReceipt,
    StoreRefused,
    StoreUnreachable,
    marked,
)
from portal.money import Money

__all__ = ["MAX_HISTORY", "SandboxStore"]

MAX_KEY = 200


@dataclass(frozen=True, slots=True)
class _Call:
    """A call in its transaction: the key its effect is kept under, and the receipt of an earlier call, if any."""

    connection: Connection
    key: str
    before: StoreReceipt | None = None
    is_known: bool = False


class SandboxStore:
    """One shop of the sandbox, behind the `Store` protocol. Safe to share between threads."""

    def __init__(self, dsn: str, shop: str, *, timeout_s: float = 10.0) -> None:
        failures = Failures(StoreUnreachable, StoreOutcomeUnknown, StoreRefused)
        self._door = Door(dsn, shop, "store", failures, timeout_s)
        self._shop = shop

    def __repr__(self) -> str:
        return f"SandboxStore(shop={self._shop!r})"

    @property
    def honours_keys(self) -> frozenset[Operation]:
        """Every operation, or none where the shop was told to keep no keys. Asks the shop."""
        return self._honoured()

    @discreet
    def _honoured(self) -> frozenset[Operation]:
        with self._door.call("read") as connection:
            row = connection.execute("SELECT honours_keys FROM shop WHERE key = %s", (self._shop,)).fetchone()
        return frozenset(get_args(Operation)) if row is None or row.honours_keys else frozenset()

    def tool(self, operation: Operation) -> str:
        return TOOLS[operation]

    # --- reads ---

    @discreet
    def find_order(self, number: str) -> Order | None:
        """Return the order with this number; a leading `#` and blanks do not matter."""
        with self._reading() as connection:
            return reads.one_order(connection, self._shop, "o.number = %(value)s", number.strip().lstrip("#"))

    @discreet
    def order(self, order_id: str) -> Order | None:
        with self._reading() as connection:
            return reads.one_order(connection, self._shop, "o.id = %(value)s", order_id)

    @discreet
    def orders_of(self, customer_ref: str) -> tuple[Order, ...]:
        """Return the customer's orders, newest first, at most `MAX_HISTORY`."""
        with self._reading() as connection:
            return reads.orders(connection, self._shop, "o.customer_ref = %(value)s", customer_ref)

    @discreet
    def customer(self, customer_ref: str) -> Customer | None:
        with self._reading() as connection:
            return reads.customer(connection, self._shop, "ref = %(value)s", customer_ref)

    @discreet
    def customer_by_email(self, email: str) -> Customer | None:
        """Return the one customer with this address, in whatever case; None when two have it."""
        with self._reading() as connection:
            return reads.customer(connection, self._shop, "lower(email) = lower(%(value)s)", email.strip())

    @discreet
    def history(self, customer_ref: str) -> CustomerHistory | None:
        """Return the customer's orders, refunds and claims, newest first."""
        with self._reading() as connection:
            return reads.history(connection, self._shop, customer_ref)

    @discreet
    def item(self, sku: str) -> Item | None:
        with self._reading() as connection:
            return reads.item(connection, self._shop, sku)

    @discreet
    def lookup(self, idempotency_key: str, *, order_id: str = "") -> StoreReceipt | None:
        with self._reading() as connection:
            return reads.receipt(connection, self._shop, idempotency_key, was_replayed=True)

    @discreet
    def job(self, job_id: str, *, order_id: str, idempotency_key: str) -> StoreJob:
        with self._reading() as connection:
            found = jobs.job(connection, self._shop, job_id=job_id)
        if found is None or found.order_id != order_id:
            raise StoreRefused("unknown_job", f"job_id: the store has no job `{job_id[:80]}` of this order")
        return found

    @discreet
    def effects(self, order_id: str) -> tuple[StoreReceipt, ...]:
        with self._reading() as connection:
            return reads.effects(connection, self._shop, order_id)

    @discreet
    def effects_between(self, start: datetime, end: datetime) -> tuple[StoreReceipt, ...]:
        with self._reading() as connection:
            return reads.effects_between(connection, self._shop, start, end)

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
        shipping: Money | None = None,
        restock: bool = False,
        destination: Destination = "original",
    ) -> StoreReceipt:
        """Return money for an order: above zero, in its currency, never more than is left of what was paid."""
        if amount.amount_minor <= 0:
            raise StoreRefused("bad_amount", f"amount: `{amount.decimal}` is not above zero")
        inputs = {
            "order_id": order_id,
            "amount": [amount.amount_minor, amount.currency],
            "lines": [asdict(line) for line in lines],
            "shipping": [shipping.amount_minor, shipping.currency] if shipping else None,
            "restock": restock,
            "destination": destination,
        }
        with self._once("refund", idempotency_key, note, inputs) as call:
            if call.before is not None:
                return call.before
            order = books.locked_order(call.connection, self._shop, order_id)
            require_refundable(order, amount, lines, shipping, destination)
            books.refund(
                call.connection,
                self._shop,
                order,
                amount,
                key=call.key,
                note=marked(note, idempotency_key),
                lines=lines,
                shipping=shipping,
                restock=restock,
                destination=destination,
            )
            return self._executed(call, idempotency_key)

    @discreet
    def cancel(
        self,
        order_id: str,
        *,
        idempotency_key: str,
        note: str = "",
        restock: bool = True,
        destination: Destination = "original",
    ) -> StoreReceipt | StoreJob:
        """Cancel an open order and return what is left of its payment; a shop told so takes its time over it."""
        inputs = {"order_id": order_id, "restock": restock, "destination": destination}
        with self._once("cancel", idempotency_key, note, inputs) as call:
            if call.before is not None:
                return call.before
            under_way = jobs.job(call.connection, self._shop, key=call.key) if call.is_known else None
            if under_way is not None:
                return under_way
            order = books.locked_order(call.connection, self._shop, order_id)
            if order.status != "open":
                raise StoreRefused("not_open", f"order `{order.number}` is {order.status}; it cannot be cancelled")
            how = {"note": marked(note, idempotency_key), "restock": restock, "destination": destination}
            begun = jobs.begin(call.connection, self._shop, order, call.key, how)
            if begun is not None:
                return begun
            books.cancel(call.connection, self._shop, order, key=call.key, **how)  # type: ignore[arg-type]
            return self._executed(call, idempotency_key)

    @discreet
    def exchange(
        self,
        order_id: str,
        line: LineQuantity,
        replacement_sku: str,
        *,
        idempotency_key: str,
        note: str = "",
        restock: bool = False,
    ) -> StoreReceipt:
        """Open the return of a line's pieces and send the replacement, at most once for each piece bought."""
        if not replacement_sku.strip():
            raise StoreRefused("bad_sku", "replacement_sku: is empty; name the item to send instead")
        inputs = {
            "order_id": order_id,
            "line": asdict(line),
            "replacement_sku": replacement_sku,
            "restock": restock,
        }
        with self._once("exchange", idempotency_key, note, inputs) as call:
            if call.before is not None:
                return call.before
            order = books.locked_order(call.connection, self._shop, order_id)
            if order.status == "cancelled":
                raise StoreRefused("cancelled", f"order `{order.number}` is cancelled; nothing can be exchanged")
            require_lines(order, (line,))
            books.exchange(
                call.connection,
                self._shop,
                order,
                line,
                replacement_sku,
                key=call.key,
                note=marked(note, idempotency_key),
                restock=restock,
            )
            return self._executed(call, idempotency_key)

    # --- inside ---

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Lend a transaction in which everything that was due by now has happened."""
        with self._door.call("read") as connection:
            jobs.do_what_is_due(connection, self._shop)
            yield connection

    @contextmanager
    def _once(self, operation: Operation, key: str, note: str, inputs: Mapping[str, Any]) -> Iterator[_Call]:
        """Lend a transaction that owns the key, with the receipt of an earlier call when there was one.

        # INVARIANT: the key is inserted first and commits with the effect. A second call with the key waits for the
        # first, then finds it (replay) or, after a rollback, takes its place. The note is no part of
        # the inputs: it moves nothing. A shop that keeps no keys executes every call it gets.
        """
        if not key or len(key) > MAX_KEY:
            raise StoreRefused("bad_key", f"idempotency_key: give 1 to {MAX_KEY} characters")
        given = {"shop": self._shop, "key": key, "inputs": Jsonb({"operation": operation, **inputs})}
        with self._door.call(operation, {**inputs, "key": key, "note": note}) as connection:
            shop = connection.execute("SELECT honours_keys FROM shop WHERE key = %s", (self._shop,)).fetchone()
            if shop is None:
                raise StoreRefused("unknown_shop", f"shop: the sandbox has no shop `{self._shop}`")
            if not shop.honours_keys:
                yield _Call(connection, f"unkeyed:{uuid_utils.uuid7()}")
                return
            fresh = connection.execute(
                "INSERT INTO idempotency (shop, key, inputs) VALUES (%(shop)s, %(key)s, %(inputs)s) "
                "ON CONFLICT DO NOTHING RETURNING key",
                given,
            ).fetchone()
            if fresh is not None:
                yield _Call(connection, key)
                return
            known = connection.execute(
                "SELECT 1 FROM idempotency WHERE shop = %(shop)s AND key = %(key)s AND inputs = %(inputs)s", given
            ).fetchone()
            if known is None:
                raise StoreRefused(
                    "key_reused", "idempotency_key: was used for another call; this one executed nothing"
                )
            before = reads.receipt(connection, self._shop, key, was_replayed=True)
            yield _Call(connection, key, before, is_known=True)

    def _executed(self, call: _Call, key: str) -> StoreReceipt:
        """Return the receipt of the effect this call has just written."""
        made = reads.newest(call.connection, self._shop, call.key)
        assert made is not None
        assert made.idempotency_key == key
        return made
