"""Says what of an order can go back: the same for every store, asked before a store is asked to do it."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.contracts import Destination, LineQuantity, Order, StoreRefused, spread
from portal.money import Money


def require_refundable(
    order: Order, amount: Money, lines: Sequence[LineQuantity], shipping: Money | None, destination: Destination
) -> None:
    """Refuse another currency, more than is left of what was paid, and more than lines and shipping are worth."""
    for field, money in (("amount", amount), ("shipping", shipping)):
        if money is not None and money.currency != order.paid.currency:
            raise StoreRefused(
                "wrong_currency", f"{field}: `{money.currency}` is not the order's {order.paid.currency}"
            )
    require_lines(order, lines)
    if order.refundable < amount:
        raise StoreRefused(
            "exceeds_paid", f"amount: `{amount.decimal}` is more than the {order.refundable} left to refund"
        )
    if shipping is not None and not Money(0, amount.currency) < shipping:
        raise StoreRefused("bad_shipping", f"shipping: `{shipping.decimal}` is not above zero; leave it out")
    if shipping is not None and order.shipping_refundable < shipping:
        raise StoreRefused(
            "exceeds_shipping", f"shipping: `{shipping.decimal}` is more than the {order.shipping_refundable} left"
        )
    if lines or shipping is not None:
        _require_worth(order, amount, lines, shipping)
    if order.payments and destination == "original":
        try:
            spread(amount, order.payments)
        except ValueError as error:
            raise StoreRefused("exceeds_payments", str(error)) from None


def _require_worth(order: Order, amount: Money, lines: Sequence[LineQuantity], shipping: Money | None) -> None:
    worth = shipping or Money(0, amount.currency)
    for line in lines:
        bought = order.line(line.line_id)
        if bought is not None and line.quantity > bought.refundable_quantity:
            raise StoreRefused(
                "exceeds_bought", f"quantity: only {bought.refundable_quantity} of `{bought.sku}` are left"
            )
        worth += bought.worth(line.quantity) if bought is not None else Money(0, amount.currency)
    if worth < amount:
        raise StoreRefused("exceeds_worth", f"amount: `{amount.decimal}` is more than the {worth} these are worth")


def require_lines(order: Order, lines: Sequence[LineQuantity]) -> None:
    """Refuse lines the order does not have or that are named twice, and quantities it never had."""
    named = [line.line_id for line in lines]
    if len(named) != len(set(named)):
        raise StoreRefused("line_twice", "lines: one is named twice; name each line once with all its pieces")
    for line in lines:
        bought = order.line(line.line_id)
        if bought is None:
            raise StoreRefused("unknown_line", f"lines: order `{order.number}` has no line `{line.line_id[:80]}`")
        if not 0 < line.quantity <= bought.quantity:
            raise StoreRefused("bad_quantity", f"quantity: `{line.quantity}` is not from 1 to {bought.quantity}")
