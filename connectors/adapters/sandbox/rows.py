"""Turns rows of the sandbox's tables into the values of `connectors.contracts`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contracts import (
    Address,
    Item,
    JsonScalar,
    LinkedAccount,
    Operation,
    Order,
    OrderLine,
    Payment,
    Refund,
    StoreReceipt,
)
from portal.money import Money

TOOLS: Mapping[Operation, str] = {
    "refund": "sandbox.createRefund",
    "cancel": "sandbox.cancelOrder",
    "exchange": "sandbox.createExchange",
}


def order_of(row: Any, lines: Sequence[Any], payments: Sequence[Any] = ()) -> Order:
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
        lines=tuple(_line_of(line, row.currency) for line in lines),
        ship_to=Address(**row.ship_to),
        version=row.version,
        payment_fingerprint=row.payment_fingerprint,
        shipping=money(row.shipping_minor) if row.shipping_minor else None,
        shipping_refunded=money(row.shipping_refunded_minor) if row.shipping_refunded_minor else None,
        payments=tuple(
            Payment(it.id, it.method, money(it.paid_minor), money(it.paid_minor - it.refunded_minor), it.label)
            for it in payments
        ),
    )


def _line_of(row: Any, currency: str) -> OrderLine:
    def maybe(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, currency)

    return OrderLine(
        id=row.id,
        sku=row.sku,
        title=row.title,
        quantity=row.quantity,
        unit_price=Money(row.unit_minor, currency),
        taken=row.exchanged + row.refunded,
        discount=maybe(row.discount_minor),
        tax=maybe(row.tax_minor),
    )


def item_of(row: Any) -> Item:
    return Item(row.sku, row.title, Money(row.price_minor, row.currency), row.stock)


def refund_of(row: Any) -> Refund:
    return Refund(
        id=row.id,
        order_id=row.order_id,
        amount=Money(row.amount_minor, row.currency),
        created_at=row.created_at,
        note=row.output["note"],
        idempotency_key=row.our_key,
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
        idempotency_key=row.our_key,
        executed_at=row.created_at,
        was_replayed=was_replayed,
        output=_output_of(row),
        author=row.author,
    )


def _output_of(row: Any) -> Mapping[str, JsonScalar]:
    """Return the row's output with its amounts as people write them."""
    output: dict[str, JsonScalar] = dict(row.output)
    for name in ("shipping", "difference"):
        minor = output.pop(f"{name}_minor", None)
        if isinstance(minor, int) and (minor or name == "difference"):
            output[name] = Money(minor, row.currency).decimal
    return output
