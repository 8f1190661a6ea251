"""Gate 5 (T05): serial returns, damage claims, refunds, linked accounts and value spikes in the customer's history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from guardrails.contracts import Scalar, Verdict
from guardrails.gates.facts import AbuseThresholds, CustomerFacts, Facts
from guardrails.gates.gate import LATE, Gate, human, passed
from guardrails.gates.rates import DOWN, convert
from portal.money import Money


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of abuse as a phrase with its number, and which kinds of evidence it was counted from."""

    says: str
    kinds: tuple[str, ...]


def decide(facts: Facts) -> Verdict:
    """Ask a person where a threshold is reached, the customer is flagged, or the history is incomplete."""
    customer, limits = facts.customer, facts.policy.abuse
    if customer is None:
        return human("the customer is not known, so their history could not be scanned")
    if limits is None:
        return human("no abuse thresholds are set; set them under Policies")
    inputs: dict[str, Scalar] = {"flagged": customer.is_flagged, **_counts(customer, limits)}
    inputs |= {"window_days": limits.window_days}
    missing = [name for name, value in inputs.items() if value is None]
    if missing:
        return human(_lack(missing[0], limits), inputs)
    inputs |= _usual(customer, limits)
    spike = _spike(facts, customer, limits)
    if isinstance(spike, str):
        return human(spike, inputs)
    flagged = [Sign("the customer is flagged for abuse", ())] if customer.is_flagged is not False else []
    signs = [*flagged, *_signs(customer, limits), *spike]
    if signs:
        kinds = {kind for sign in signs for kind in sign.kinds}
        rows = tuple(row for row in customer.evidence if row.kind in kinds)
        return human("; ".join(sign.says for sign in signs), inputs, evidence=rows)
    return passed(f"no sign of abuse in {limits.window_days} days", inputs)


def _counts(customer: CustomerFacts, limits: AbuseThresholds) -> dict[str, Scalar]:
    """Return the counted numbers; a signal that is not looked at (0) is left out, so that it cannot be missing."""
    counts: dict[str, Scalar] = {
        "returns": customer.returns_in_window,
        "damage_claims": customer.damage_claims_in_window,
        "refunds": customer.refunds_in_window,
        "orders": customer.orders_in_window,
    }
    for name in ("accounts_at_address", "accounts_with_payment"):
        if getattr(limits, name):
            counts[name] = getattr(customer, name)
    if limits.spike_factor:
        counts |= {"orders_before": customer.orders_before, "refunds_before": customer.refunds_before}
    return counts


def _lack(name: str, limits: AbuseThresholds) -> str:
    """Say which number is not known, and how an officer stops asking for one that a store never tells."""
    if name in ("accounts_at_address", "accounts_with_payment"):
        return f"the store does not tell `{name}`; a person looks, or set abuse_{name} to 0 to not ask"
    return f"the customer's history is incomplete: `{name}` is not known"


def _usual(customer: CustomerFacts, limits: AbuseThresholds) -> dict[str, Scalar]:
    usual = {"usual_order": customer.usual_order, "usual_refund": customer.usual_refund}
    return {name: str(money) if money else None for name, money in usual.items()} if limits.spike_factor else {}


def _signs(customer: CustomerFacts, limits: AbuseThresholds) -> Iterator[Sign]:
    """Yield each count that reaches its threshold."""
    days = f"in {limits.window_days} days"
    returns, claims, refunds = (
        customer.returns_in_window or 0,
        customer.damage_claims_in_window or 0,
        customer.refunds_in_window or 0,
    )
    if returns >= limits.returns:
        yield Sign(f"{returns} returns reach the limit of {limits.returns} {days}", ("return",))
    if claims >= limits.damage_claims:
        yield Sign(f"{claims} damage claims reach the limit of {limits.damage_claims} {days}", ("damage",))
    if refunds >= limits.refunds:
        yield Sign(f"{refunds} refunds reach the limit of {limits.refunds} {days}", ("refund",))
    orders = customer.orders_in_window or 0
    if orders >= limits.min_orders_for_percent and refunds * 100 >= limits.refund_percent * max(orders, 1):
        share = refunds * 100 // max(orders, 1)
        says = f"{share} % of orders refunded reaches the limit of {limits.refund_percent} % {days}"
        yield Sign(says, ("refund", "order"))
    for kind, used, limit, what in (
        ("address", customer.accounts_at_address, limits.accounts_at_address, "at the same address"),
        ("payment", customer.accounts_with_payment, limits.accounts_with_payment, "with the same means of payment"),
    ):
        if limit and (used or 0) >= limit:
            yield Sign(f"{used} other accounts {what} reach the limit of {limit} {days}", (kind,))


def _spike(facts: Facts, customer: CustomerFacts, limits: AbuseThresholds) -> list[Sign] | str:
    """Return whether order or refund is far above the customer's own past, or a sentence where it cannot be told.

    An order or amount that is not known is left to gates 8 and 9, which do not let it pass.
    """
    if not limits.spike_factor or facts.action is None:
        return []
    paid = facts.order.paid if facts.order else None
    refund = facts.action.amount if facts.action.kind == "refund" else None
    cases = (
        ("order", paid, customer.usual_order, customer.orders_before),
        ("refund", refund, customer.usual_refund, customer.refunds_before),
    )
    signs = []
    for what, value, usual, before in cases:
        if value is None or (before or 0) < limits.spike_min_orders:
            continue
        here = convert(usual, value.currency, facts.policy.rates, facts.now, rounding=DOWN) if usual else None
        if here is None:
            return f"what the customer's usual {what} is worth in {value.currency} is not known; nobody set a rate"
        if here.times(limits.spike_factor) < value:
            signs.append(Sign(_spike_says(what, value, here, limits), (what,)))
    return signs


def _spike_says(what: str, value: Money, usual: Money, limits: AbuseThresholds) -> str:
    return (
        f"{'an' if what == 'order' else 'a'} {what} of {value} is above {limits.spike_factor} times the usual {usual}"
    )


GATE = Gate("abuse", "T05", "Abuse", LATE, decide)
