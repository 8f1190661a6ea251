"""What a person is shown beside the question: the order, the customer and the money as they were gathered then.

Kept with the approval, so that the page shows exactly what was judged and asks the store nothing.
"""

from __future__ import annotations

from typing import Any

from connectors.contracts import CustomerHistory, Order
from guardrails.gates.facts import Facts
from portal.money import Money
from tickets.gather import Outside

MOST_LINES = 20
MOST_PAST = 5


def picture(found: Outside, facts: Facts, *, run: int) -> dict[str, Any]:
    """Return what was gathered as JSON: `order`, `customer`, `risk`, `store`, the reply and the run it belongs to."""
    return {
        "run": run,
        "reply": facts.reply.text if facts.reply else "",
        "store": found.store_connector.name if found.store_connector else "",
        "order": _order(found.order, facts) if found.order else None,
        "customer": _customer(found.history, facts) if found.history else None,
        "risk": _risk(facts),
        "candidates": [order.number for order in found.candidates[:MOST_LINES]],
    }


def _order(order: Order, facts: Facts) -> dict[str, Any]:
    return {
        "number": order.number,
        "id": order.id,
        "status": order.status,
        "placed_at": order.placed_at.isoformat(),
        "total": str(order.total),
        "paid": str(order.paid),
        "refunded": str(order.refunded),
        "nothing_refunded": order.refunded.amount_minor == 0,
        "left": str(_left(order, facts)),
        "lines": [
            {"title": line.title, "sku": line.sku, "quantity": line.quantity, "price": str(line.unit_price)}
            for line in order.lines[:MOST_LINES]
        ],
        "more_lines": max(0, len(order.lines) - MOST_LINES),
        "is_senders": bool(facts.ticket.sender_id) and order.customer_ref == facts.ticket.sender_id,
    }


def _left(order: Order, facts: Facts) -> Money:
    """Return the money left in the order, what is in flight of our own actions taken off."""
    in_flight = facts.action.in_flight_on_order if facts.action else None
    left = order.refundable
    return left - in_flight if in_flight is not None and in_flight.currency == left.currency else left


def _customer(history: CustomerHistory, facts: Facts) -> dict[str, Any]:
    who, known = history.customer, facts.customer
    return {
        "ref": who.ref,
        "name": who.name,
        "email": who.email,
        "since": who.since.isoformat() if who.since else None,
        "is_vip": who.is_vip,
        "is_flagged": bool(known and known.is_flagged),
        "orders": len(history.orders),
        "spent": _sums([order.paid for order in history.orders]),
        "refunds": len(history.refunds),
        "refunded": _sums([refund.amount for refund in history.refunds]),
        "returns": len(history.returns),
        "damage_claims": len(history.damage_claims),
        "past": [
            {"what": f"refund of {refund.amount}", "at": refund.created_at.isoformat()}
            for refund in history.refunds[:MOST_PAST]
        ],
    }


def _sums(amounts: list[Money]) -> str:
    """Return the sum in each currency; two currencies are never mixed."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums[amount.currency] + amount if amount.currency in sums else amount
    return ", ".join(str(total) for total in sums.values())


def _risk(facts: Facts) -> dict[str, Any]:
    risk = facts.risk
    if risk is None or risk.is_failed:
        return {"level": "not known", "flags": [], "fetched_at": None}
    return {
        "level": risk.level or "not known",
        "flags": list(risk.flags),
        "fetched_at": risk.fetched_at.isoformat() if risk.fetched_at else None,
    }
