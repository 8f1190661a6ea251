"""What a reply may say because it is true: the facts that the output guard grounds it in. One query, nothing decided.

Only the sender's own orders give anything away; what is about to be executed counts as done, because nothing is sent
before it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from connectors.contracts import Order
from guardrails.output import ReplyContext
from portal.money import Money
from tickets.models import Action, ReplyMacro, Ticket

if TYPE_CHECKING:
    from tickets.gather import Outside

MAX_MACROS = 50
_SHOWN = {"fulfilled": "ship", "cancelled": "cancel"}
"""What the status of an order says was done with it."""


def context_of(ticket: Ticket, action: Action | None, found: Outside, now: datetime) -> ReplyContext:
    """Return what is true of the reply to this ticket, with this action executed before it is sent."""
    order = _own_order(found)
    money = action.money if action is not None else None
    given_back = _given_back(order, found)
    own = tuple(found.candidates)
    return ReplyContext(
        action=action.kind if action else ticket.intent,
        own_address=ticket.sender_email if ticket.sender_is_verified else "",
        amounts=frozenset(_texts((*_amounts(order, own), *given_back, *([money] if money else [])))),
        order_numbers=frozenset(each.number for each in own),
        tracking_numbers=frozenset(),
        dates=frozenset(_dates(order, own, found, now)),
        deed=action.kind if action else "",
        deed_amount=_text(money) if money is not None and action is not None and action.kind != "exchange" else "",
        is_full=_is_full(action, order),
        done=_done(order),
        refunded=frozenset(_texts(given_back)),
        today=now.date(),
        texts=macros(),
    )


def macros() -> tuple[str, ...]:
    """Return the merchant's reply macros. One query."""
    active = ReplyMacro.objects.filter(is_active=True).order_by("id")
    return tuple(active.values_list("text", flat=True)[:MAX_MACROS])


def _own_order(found: Outside) -> Order | None:
    """Return the order the reply is about if it is the sender's: the one looked up, else their only one."""
    if found.history is None:
        return None
    if found.order is not None:
        return found.order if found.order.customer_ref == found.history.customer.ref else None
    return found.candidates[0] if len(found.candidates) == 1 else None


def _amounts(order: Order | None, own: Iterable[Order]) -> list[Money]:
    """Return what the sender's orders cost, and what the lines of the one in question did."""
    amounts = [amount for each in own for amount in (each.total, each.paid)]
    if order is not None:
        amounts += [order.total, order.paid, order.refundable, *(line.unit_price for line in order.lines)]
        amounts += [line.unit_price.times(line.quantity) for line in order.lines]
    return amounts


def _given_back(order: Order | None, found: Outside) -> list[Money]:
    """Return what was given back of the order before: in all and each time."""
    if order is None or found.history is None or not order.refunded.amount_minor:
        return []
    return [order.refunded, *(each.amount for each in found.history.refunds if each.order_id == order.id)]


def _done(order: Order | None) -> frozenset[str]:
    """Return what the store shows as done with the order."""
    if order is None:
        return frozenset()
    done = {_SHOWN[order.status]} if order.status in _SHOWN else set()
    return frozenset(done | ({"refund"} if order.refunded.amount_minor else set()))


def _is_full(action: Action | None, order: Order | None) -> bool | None:
    """Return whether a refund gives back all that is left of the order; None where that is not known."""
    if action is None or action.kind != "refund" or action.money is None or order is None:
        return None
    return action.money == order.refundable


def _dates(order: Order | None, own: Iterable[Order], found: Outside, now: datetime) -> set[date]:
    """Return the days of orders and refunds as people may call them: of a moment, the days it is anywhere on earth."""
    moments = [now, *(each.placed_at for each in own)]
    if order is not None:
        refunds = found.history.refunds if found.history else ()
        moments += [order.placed_at, *(each.created_at for each in refunds if each.order_id == order.id)]
    half = timedelta(hours=12)
    return {(moment + shift).date() for moment in moments for shift in (-half, timedelta(0), half)}


def _text(money: Money) -> str:
    return f"{money.decimal} {money.currency}"


def _texts(amounts: Iterable[Money]) -> set[str]:
    return {_text(each) for each in amounts}
