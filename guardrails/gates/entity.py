"""Gate 8 (T08): is it the order the ticket names, and the sender's own? Money never moves for another's."""

from __future__ import annotations

import unicodedata

from guardrails.contracts import Disposition, Scalar, Verdict
from guardrails.gates.facts import ActionFacts, Facts, OrderFacts, TicketFacts
from guardrails.gates.gate import LATE, Gate, blocked, human, passed, unknown


def normal_number(number: str) -> str:
    """Return an order number as it is compared: `#nl-1042 ` and `NL-1042` are the same order."""
    return unicodedata.normalize("NFKC", number).strip().lstrip("#").strip().upper()


def decide(facts: Facts) -> Verdict:
    """Pass where ticket, action and order agree and the order's customer is the authenticated sender.

    A mismatch blocks and hands the ticket over; none or several orders, or nobody authenticated, holds it.
    A reply about an order is compared with the sender as well: it must not tell about somebody else's.
    """
    action, order, ticket = facts.action, facts.order, facts.ticket
    if action is None and order is None:
        return passed("no action is proposed and no order is concerned")
    if order is None:
        number = action.order_number if action else ""
        why = f"order `{number}` was not found in the store" if number else "which order is meant could not be told"
        return unknown(why, _inputs(facts))
    if action is not None and normal_number(action.order_number) != normal_number(order.number):
        return _mismatch(f"the action names `{action.order_number}`, the order is `{order.number}`", facts)
    is_sender = _is_sender(order, ticket)
    if is_sender is False:
        return _mismatch(f"order `{order.number}` does not belong to the sender", facts)
    named = _named(action, order, facts) if action is not None else None
    if named is not None and not named.is_passed and named.outcome == "block":
        return named
    if is_sender is None:
        return human(f"the sender is not known to be the customer of order `{order.number}`", _inputs(facts))
    return named or passed(f"order `{order.number}` belongs to the sender", _inputs(facts))


def _named(action: ActionFacts, order: OrderFacts, facts: Facts) -> Verdict:
    """Compare the action's order with the orders found in the ticket."""
    if facts.ticket.order_numbers is None:
        return unknown("the ticket was not searched for order numbers", _inputs(facts))
    wanted = normal_number(action.order_number)
    found = {normal_number(number) for number in facts.ticket.order_numbers}
    if not found:
        return human(f"the ticket names no order; did they mean `{order.number}`?", _inputs(facts))
    if wanted not in found:
        return _mismatch(f"the action names `{action.order_number}`, the ticket another order", facts)
    if len(found) > 1:
        return human(f"the ticket names {len(found)} orders; a person says which", _inputs(facts))
    return passed(f"the ticket names order `{order.number}` and it belongs to the sender", _inputs(facts))


def _is_sender(order: OrderFacts, ticket: TicketFacts) -> bool | None:
    """Whether the order's customer is the authenticated sender; None where that cannot be told."""
    if order.customer_id and ticket.sender_id:
        return order.customer_id == ticket.sender_id
    if order.customer_email and ticket.sender_email:
        return order.customer_email.strip().casefold() == ticket.sender_email.strip().casefold()
    return None


def _mismatch(reason: str, facts: Facts) -> Verdict:
    """Block, and give the ticket to a person, who may only propose anew."""
    nearest = "propose anew with the right order"
    return blocked(reason, _inputs(facts), disposition=Disposition.HAND_OVER, nearest=nearest)


def _inputs(facts: Facts) -> dict[str, Scalar]:
    """Return what was compared; identifiers only, no addresses."""
    return {
        "action_order": facts.action.order_number if facts.action else None,
        "order": facts.order.number if facts.order else None,
        "ticket_orders": ", ".join((facts.ticket.order_numbers or ())[:20]),
        "order_customer": facts.order.customer_id if facts.order else None,
        "sender": facts.ticket.sender_id,
    }


GATE = Gate("entity", "T08", "Entity", LATE, decide)
