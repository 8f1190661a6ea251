"""Counts a customer's past as the store tells it into the facts of gate 5, with the rows it was counted from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from connectors.contracts import CustomerHistory, LinkedAccount, Order
from guardrails.contracts import Evidence
from guardrails.gates import facts as f
from guardrails.gates.rates import DOWN, convert
from portal.money import Money

MOST_ROWS = 20
"""How many rows of one kind are kept as evidence, the newest."""


def customer_facts(
    history: CustomerHistory, order: Order | None, policy: f.PolicyFacts, now: datetime, *, is_flagged: bool | None
) -> f.CustomerFacts:
    """Return the customer as the gates read them; without thresholds nothing is counted, which never passes.

    `order` is the one in question: what is usual is what came before it.
    """
    limits, who = policy.abuse, history.customer
    past = _Past(history, order, limits.window_days if limits else 0, now)
    known = limits is not None
    return f.CustomerFacts(
        id=who.ref,
        email=who.email,
        is_vip=who.is_vip,
        is_flagged=is_flagged,
        orders=len(history.orders),
        refunds=len(history.refunds),
        orders_in_window=len(past.orders) if known else None,
        returns_in_window=len(past.returns) if known else None,
        damage_claims_in_window=len(past.damage_claims) if known else None,
        refunds_in_window=len(past.refunds) if known else None,
        accounts_at_address=_count(past.at_address) if known else None,
        accounts_with_payment=_count(past.with_payment) if known else None,
        orders_before=len(past.earlier_orders),
        usual_order=usual([each.paid for each in past.earlier_orders], order, policy.rates, now),
        refunds_before=len(past.earlier_refunds),
        usual_refund=usual([each.amount for each in past.earlier_refunds], order, policy.rates, now),
        evidence=past.evidence(),
    )


class _Past:
    """What of a history lies in the window, and what came before the order in question."""

    def __init__(self, history: CustomerHistory, order: Order | None, window_days: int, now: datetime) -> None:
        since = now - timedelta(days=window_days)
        self.order = order
        self.numbers = {each.id: each.number for each in history.orders}
        self.orders = [each for each in history.orders if each.placed_at >= since]
        self.returns = [each for each in history.returns if each.created_at >= since]
        self.damage_claims = [each for each in history.damage_claims if each.created_at >= since]
        self.refunds = [each for each in history.refunds if each.created_at >= since]
        self.at_address = _recent(history.accounts_at_address, since)
        self.with_payment = _recent(history.accounts_with_payment, since)
        before = order.placed_at if order else now
        self.earlier_orders = [
            each for each in history.orders if each.placed_at < before and each.paid.amount_minor > 0
        ]
        self.earlier_refunds = [each for each in history.refunds if order is None or each.order_id != order.id]

    def evidence(self) -> tuple[Evidence, ...]:
        """Return the newest rows of each kind, by the names the store has for them."""
        orders = list(dict.fromkeys([*([self.order] if self.order else []), *self.orders, *self.earlier_orders]))
        kinds: tuple[Iterable[Evidence], ...] = (
            (Evidence("return", self._number(c.order_id), c.created_at, note=c.reason[:200]) for c in self.returns),
            (
                Evidence("damage", self._number(c.order_id), c.created_at, note=c.reason[:200])
                for c in self.damage_claims
            ),
            (Evidence("refund", self._number(r.order_id), r.created_at, r.amount) for r in self.refunds),
            (Evidence("order", o.number, o.placed_at, o.paid) for o in orders),
            (Evidence("address", a.customer_ref, a.seen_at, note=a.order_number) for a in self.at_address or ()),
            (Evidence("payment", a.customer_ref, a.seen_at, note=a.order_number) for a in self.with_payment or ()),
        )
        return tuple(row for rows in kinds for row in list(rows)[:MOST_ROWS])

    def _number(self, order_id: str) -> str:
        return self.numbers.get(order_id, order_id)


def _recent(accounts: Sequence[LinkedAccount] | None, since: datetime) -> list[LinkedAccount] | None:
    return None if accounts is None else [each for each in accounts if each.seen_at >= since]


def _count(rows: Sequence[object] | None) -> int | None:
    return None if rows is None else len(rows)


def usual(amounts: Sequence[Money], order: Order | None, rates: Iterable[f.Rate], now: datetime) -> Money | None:
    """Return the median in the order's currency (else the newest amount's); None where there is none or no rate."""
    if not amounts:
        return None
    target = order.paid.currency if order else amounts[0].currency
    rates = tuple(rates)
    here = [convert(each, target, rates, now, rounding=DOWN) for each in amounts]
    known = sorted(each.amount_minor for each in here if each is not None)
    if len(known) < len(here):
        return None
    low, high = known[(len(known) - 1) // 2], known[len(known) // 2]
    return Money((low + high) // 2, target)
