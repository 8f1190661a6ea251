"""Turns rows of the sandbox's tables into the values of `connectors.contracts`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contracts import Address, LinkedAccount, Operation, Order, OrderLine, Refund, StoreReceipt
from portal.money import Money

TOOLS: Mapping[Operation, str] = {
    "refund": "sandbox.createRefund",
    "cancel": "sandbox.cancelOrder",
    "exchange": "sandbox.createExchange",
}


def order_of(row: Any, lines: Sequence[Any]) -> Order:
    def money(minor: int) -> Money:
        return Money(minor, row.currency)

    return Order(
        id=row.id,
        number=row.number,
        customer_ref=row.customer_ref,
        placed_at=row.placed_at,
        status=row.status,
        total=money(row.total_minor),
        paid=money(row.paid_minor),
        refunded=money(row.refunded_minor),
        lines=tuple(OrderLine(line.id, line.sku, line.title, line.quantity, money(line.unit_minor)) for line in lines),
        ship_to=Address(**row.ship_to),
        version=row.version,
        payment_fingerprint=row.payment_fingerprint,
    )


def refund_of(row: Any) -> Refund:
    return Refund(
        id=row.id,
        order_id=row.order_id,
        amount=Money(row.amount_minor, row.currency),
        created_at=row.created_at,
        note=row.output["note"],
        idempotency_key=row.idempotency_key,
    )


def linked_of(rows: Sequence[Any], by: str) -> tuple[LinkedAccount, ...]:
    """Return the accounts that are linked by `address` or `payment`."""
    return tuple(LinkedAccount(row.customer_ref, row.number, row.placed_at) for row in rows if row.by == by)


def receipt_of(row: Any, *, was_replayed: bool = False) -> StoreReceipt:
    return StoreReceipt(
        id=row.id,
        operation=row.operation,
        tool=TOOLS[row.operation],
        order_id=row.order_id,
        amount=Money(row.amount_minor, row.currency),
        idempotency_key=row.idempotency_key,
        executed_at=row.created_at,
        was_replayed=was_replayed,
        output=row.output,
    )
