"""Writes what a shop of the sandbox executes: each effect with the money and the pieces it takes, in one transaction.

Whoever calls has locked the order, so that two actions on it see each other's money.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
import uuid_utils
from psycopg.types.json import Jsonb

from connectors.adapters.sandbox import reads
from connectors.contracts import Allotment, Destination, Item, LineQuantity, Order, StoreRefused, spread
from portal.money import Money

Connection = psycopg.Connection[Any]


def locked_order(connection: Connection, shop: str, order_id: str) -> Order:
    """Lock the order until the commit and return it. Raises `StoreRefused` where there is none."""
    connection.execute("SELECT id FROM sale_order WHERE shop = %s AND id = %s FOR UPDATE", (shop, order_id))
    order = reads.one_order(connection, shop, "o.id = %(value)s", order_id)
    if order is None:
        raise StoreRefused("unknown_order", f"order_id: the store has no order `{order_id[:80]}`")
    return order


def refund(
    connection: Connection,
    shop: str,
    order: Order,
    amount: Money,
    *,
    key: str,
    note: str,
    lines: Sequence[LineQuantity] = (),
    shipping: Money | None = None,
    restock: bool = False,
    destination: Destination = "original",
    author: str = "",
) -> None:
    """Refund an order that `require_refundable` let through."""
    parts = spread(amount, order.payments) if order.payments and destination == "original" else ()
    shipping_minor = shipping.amount_minor if shipping else 0
    connection.execute(
        "INSERT INTO refund (shop, id, order_id, amount_minor, note, lines, idempotency_key, shipping_minor, restock, "
        "destination, allotted, author) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            shop,
            new_id("refund"),
            order.id,
            amount.amount_minor,
            note,
            Jsonb([{"line_id": line.line_id, "quantity": line.quantity} for line in lines]),
            key,
            shipping_minor,
            restock,
            destination,
            Jsonb({part.payment_id: part.amount.amount_minor for part in parts}),
            author,
        ),
    )
    for line in lines:
        take(connection, shop, order, line, "refunded", restock=restock)
    pay_back(connection, shop, order, parts)
    touch(connection, shop, order.id, refunded=amount.amount_minor, shipping=shipping_minor)


def cancel(
    connection: Connection,
    shop: str,
    order: Order,
    *,
    key: str,
    note: str,
    restock: bool = True,
    destination: Destination = "original",
    author: str = "",
) -> None:
    """Cancel an open order and return all that is left of its payment."""
    left = order.refundable
    connection.execute(
        "INSERT INTO cancellation (shop, id, order_id, amount_minor, note, idempotency_key, restock, destination, "
        "author) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (shop, new_id("cancellation"), order.id, left.amount_minor, note, key, restock, destination, author),
    )
    if restock:
        for line in order.lines:
            add_stock(connection, shop, line.sku, line.refundable_quantity)
    if order.payments and destination == "original":
        pay_back(connection, shop, order, spread(left, order.payments))
    shipping = order.shipping_refundable.amount_minor
    touch(connection, shop, order.id, refunded=left.amount_minor, shipping=shipping, status="cancelled")


def exchange(
    connection: Connection,
    shop: str,
    order: Order,
    line: LineQuantity,
    replacement_sku: str,
    *,
    key: str,
    note: str,
    restock: bool = False,
) -> None:
    """Open the return of a line's pieces and send as many of the replacement."""
    replacement = reads.item(connection, shop, replacement_sku)
    bought = order.line(line.line_id)
    if replacement is None and reads.sells_by_catalog(connection, shop):
        raise StoreRefused("unknown_sku", f"replacement_sku: the store sells no `{replacement_sku[:80]}`")
    difference = None
    if replacement is not None and bought is not None:
        _require_stock(connection, shop, replacement, line.quantity)
        if replacement.price.currency == order.total.currency:
            difference = replacement.price.amount_minor * line.quantity - bought.worth(line.quantity).amount_minor
    take(connection, shop, order, line, "exchanged", restock=restock)
    connection.execute(
        "INSERT INTO exchange (shop, id, order_id, line_id, quantity, replacement_sku, note, idempotency_key, "
        "return_id, restock, difference_minor) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            shop,
            new_id("exchange"),
            order.id,
            line.line_id,
            line.quantity,
            replacement_sku,
            note,
            key,
            new_id("return"),
            restock,
            difference,
        ),
    )
    touch(connection, shop, order.id)


def take(
    connection: Connection, shop: str, order: Order, line: LineQuantity, how: str, *, restock: bool = False
) -> None:
    """Take pieces of a line, never more than are left; `how` is the column that counts them."""
    taken = connection.execute(
        f"UPDATE order_line SET {how} = {how} + %(quantity)s WHERE shop = %(shop)s AND order_id = %(order)s "  # noqa: S608
        "AND id = %(line)s AND exchanged + refunded + %(quantity)s <= quantity RETURNING sku",
        {"shop": shop, "order": order.id, "line": line.line_id, "quantity": line.quantity},
    ).fetchone()
    if taken is None:
        raise StoreRefused("exceeds_bought", f"quantity: fewer than {line.quantity} are left of line `{line.line_id}`")
    if restock:
        add_stock(connection, shop, taken.sku, line.quantity)


def add_stock(connection: Connection, shop: str, sku: str, quantity: int) -> None:
    connection.execute("UPDATE item SET stock = stock + %s WHERE shop = %s AND sku = %s", (quantity, shop, sku))


def pay_back(connection: Connection, shop: str, order: Order, parts: Sequence[Allotment]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE payment SET refunded_minor = refunded_minor + %s WHERE shop = %s AND order_id = %s AND id = %s",
            [(part.amount.amount_minor, shop, order.id, part.payment_id) for part in parts],
        )


def touch(
    connection: Connection, shop: str, order_id: str, *, refunded: int = 0, shipping: int = 0, status: str | None = None
) -> None:
    """Book money on the order and change its version."""
    connection.execute(
        "UPDATE sale_order SET refunded_minor = refunded_minor + %(refunded)s, version = version + 1, "
        "shipping_refunded_minor = shipping_refunded_minor + %(shipping)s, "
        "status = COALESCE(%(status)s, status) WHERE shop = %(shop)s AND id = %(order)s",
        {"refunded": refunded, "shipping": shipping, "status": status, "shop": shop, "order": order_id},
    )


def _require_stock(connection: Connection, shop: str, item: Item, quantity: int) -> None:
    if item.stock is None:
        return
    sent = connection.execute(
        "UPDATE item SET stock = stock - %(n)s WHERE shop = %(shop)s AND sku = %(sku)s AND stock >= %(n)s "
        "RETURNING sku",
        {"n": quantity, "shop": shop, "sku": item.sku},
    ).fetchone()
    if sent is None:
        raise StoreRefused("out_of_stock", f"replacement_sku: fewer than {quantity} of `{item.sku}` are in stock")


def new_id(kind: str) -> str:
    return f"{kind}_{uuid_utils.uuid7()}"
