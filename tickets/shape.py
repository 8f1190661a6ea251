"""What an action consists of at the store: lines, shipping, payments, what is sent instead. Decides no amount.

The model and people say an amount; here it is put into the order's own terms, so that the store's books and shelves
come out right: all that is left of an order is all its lines and its shipping, the worth of one line is that line. An
amount that is neither stays an amount. Everything lands in `action.inputs`, which the exact call is made from.
"""

from __future__ import annotations

from typing import Any

from connectors.contracts import (
    Allotment,
    Destination,
    Item,
    LineQuantity,
    Order,
    OrderLine,
    Payment,
    spread,
)
from portal.money import Money
from tickets.models import Action

CHOSEN = ("item_sku", "chosen", "restock", "destination", "proposed_amount", "proposed_currency", "judged", "by_amount")
"""What somebody said, or another step wrote: kept when the rest is worked out anew."""


def of(action: Action, order: Order, replacement: Item | None) -> None:
    """Work out the action's inputs, and of what is not a refund the value at stake, from the order as it is now."""
    inputs: dict[str, Any] = {key: value for key, value in action.inputs.items() if key in CHOSEN}
    if action.kind == "cancel":
        _be_worth(action, order.refundable)
        inputs["restock"] = bool(inputs.get("restock", True))
    elif action.kind == "exchange":
        inputs |= _exchange(action, order, replacement, str(inputs.get("item_sku", "")))
    elif action.money is not None and not inputs.get("by_amount"):
        inputs |= _parts(action.money, order)
    inputs["payments"] = [_payment(it) for it in order.payments]
    inputs["names"] = {line.id: f"{line.title} ({line.sku})"[:120] for line in order.lines}
    action.inputs = inputs


def lower(action: Action) -> None:
    """Make a refund whose amount a person lowered one by amount: it is no line's worth any more."""
    kept = {key: value for key, value in action.inputs.items() if key not in ("lines", "shipping_minor")}
    action.inputs = kept | {"by_amount": True}


def lines_of(action: Action) -> tuple[LineQuantity, ...]:
    """Return the lines that the action names."""
    return tuple(LineQuantity(str(it["line_id"]), int(it["quantity"])) for it in action.inputs.get("lines", ()))


def shipping_of(action: Action) -> Money | None:
    """Return the part of a refund that is shipping, None where none is."""
    minor = int(action.inputs.get("shipping_minor", 0))
    return Money(minor, action.currency) if minor else None


def destination_of(action: Action) -> Destination:
    return "store_credit" if action.inputs.get("destination") == "store_credit" else "original"


def allotments_of(action: Action) -> list[tuple[str, Money]]:
    """Return what goes back to which payment, by its name; empty where the store does not tell payments apart."""
    money, payments = action.money, [_read(it, action.currency) for it in action.inputs.get("payments", ())]
    if money is None or not payments or destination_of(action) == "store_credit":
        return []
    names = {it.id: it.label or it.method.replace("_", " ") for it in payments}
    try:
        parts: tuple[Allotment, ...] = spread(money, payments)
    except ValueError:
        return []
    return [(names[part.payment_id], part.amount) for part in parts]


def _parts(amount: Money, order: Order) -> dict[str, Any]:
    """Return the lines and shipping that an amount is exactly worth; nothing where it is worth none."""
    if amount.currency != order.total.currency:
        return {}
    left = [line for line in order.lines if line.refundable_quantity]
    rest = _worth(left) + order.shipping_refundable.amount_minor
    if amount == order.refundable and amount.amount_minor == rest:
        found: dict[str, Any] = {"lines": [_line(line, line.refundable_quantity) for line in left]}
        if order.shipping_refundable.amount_minor:
            found["shipping_minor"] = order.shipping_refundable.amount_minor
        return found
    fitting = [line for line in left if line.worth(line.refundable_quantity) == amount]
    return {"lines": [_line(fitting[0], fitting[0].refundable_quantity)]} if len(fitting) == 1 else {}


def _worth(lines: list[OrderLine]) -> int:
    return sum(line.worth(line.refundable_quantity).amount_minor for line in lines)


def _exchange(action: Action, order: Order, replacement: Item | None, item_sku: str) -> dict[str, Any]:
    """Say which line goes back (the named one, or the only one; of several none is guessed) and what it comes to.

    At stake is the dearer of what goes back and what is sent: the parcel leaves before the return comes in, and a
    dearer replacement is money too. Where either is not known, all of the order is at stake.
    """
    _be_worth(action, order.total)
    fitting = [line for line in order.lines if line.sku == item_sku or (not item_sku and len(order.lines) == 1)]
    if len(fitting) != 1:
        return {}
    line = fitting[0]
    found: dict[str, Any] = {"lines": [_line(line, 1)]}
    if replacement is None or not line.refundable_quantity:
        return found
    returned = line.worth(1)
    if replacement.price.currency != returned.currency:
        action.amount_minor, action.currency = None, ""  # nobody set a rate: not known, which never passes
        return found
    _be_worth(action, max(returned, replacement.price, key=lambda money: money.amount_minor))
    difference = Money(replacement.price.amount_minor - returned.amount_minor, returned.currency)
    return found | {
        "returned": str(returned),
        "sent": str(replacement.price),
        "difference_minor": difference.amount_minor,
    }


def _be_worth(action: Action, money: Money) -> None:
    action.amount_minor, action.currency = money.amount_minor, money.currency


def _line(line: OrderLine, quantity: int) -> dict[str, Any]:
    return {"line_id": line.id, "quantity": quantity}


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "id": payment.id,
        "method": payment.method,
        "label": payment.label,
        "refundable_minor": payment.refundable.amount_minor,
    }


def _read(given: dict[str, Any], currency: str) -> Payment:
    refundable = Money(int(given["refundable_minor"]), currency)
    return Payment(given["id"], given["method"], refundable, refundable, given["label"])
