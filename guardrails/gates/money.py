"""Gate 9 (T09): the ceilings on an order's money, and the age of the order.

Two currencies are compared by a fresh rate that an officer set (`PolicyFacts.rates`) or not at all; a fraction of a
minor unit goes against the customer's favour: up where money is used, down where it is what was paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from guardrails.contracts import Scalar, Verdict
from guardrails.gates.facts import ActionPolicy, Ceilings, Facts
from guardrails.gates.gate import LATE, Gate, blocked, human, passed, unknown
from guardrails.gates.rates import DOWN, convert
from portal.money import Money


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known about the money, all in one currency; `in_flight` None where it was not told apart."""

    kind: str
    amount: Money
    earlier: Money
    in_flight: Money | None
    paid: Money
    refunded: Money

    @property
    def total(self) -> Money:
        """The sum over the order's actions, this one included."""
        return self.amount + self.earlier

    @property
    def left(self) -> Money:
        """What can at most be left of what was paid, given the store's refunds and our own actions."""
        in_flight = self.in_flight.amount_minor if self.in_flight else 0
        used = max(self.refunded.amount_minor + in_flight, self.earlier.amount_minor)
        return Money(self.paid.amount_minor - used, self.paid.currency)

    @property
    def surely_left(self) -> Money:
        """What is left in the worst case: everything earlier may be in flight unless it is told apart."""
        return self.paid - self.refunded - (self.in_flight or self.earlier)

    @property
    def shown(self) -> str:
        """The sum, and that it is one where the order had actions before."""
        if self.earlier.amount_minor == 0:
            return str(self.total)
        return f"{self.total} ({self.amount} after {self.earlier} on the same order)"


def decide(facts: Facts) -> Verdict:
    """Pass below the auto ceiling, ask up to and including the second, block above; blocks come first."""
    action, inputs = facts.action, _inputs(facts)
    if action is None:
        return passed("no action is proposed")
    limits = facts.policy.for_action(action.kind)
    if limits is None:
        return unknown(f"there is no policy for `{action.kind}`", inputs)
    if action.amount is not None and action.amount.amount_minor <= 0:
        return blocked(f"{action.amount} is not above zero; give the value at stake", inputs)
    case = _case(facts)
    if isinstance(case, str):
        return unknown(case, inputs)
    return _beyond_paid(case, inputs) or _ceilings(case, facts, limits, inputs)


def _case(facts: Facts) -> _Case | str:
    """Return what is known of the money, or a sentence on what is missing or contrary."""
    action, order = facts.action, facts.order
    if action is None or order is None or action.amount is None or action.already_on_order is None:
        return "the order, the amount or the order's earlier actions are not known"
    if order.paid is None or order.refunded is None:
        return f"what was paid for order `{order.number}` is not known"
    amounts = [action.amount, action.already_on_order, order.paid, order.refunded]
    amounts += [action.in_flight_on_order] if action.in_flight_on_order else []
    if any(money.amount_minor < 0 for money in amounts):
        return "an amount of the order or its earlier actions is below zero; the records are wrong"
    if order.currency and order.currency != order.paid.currency:
        return f"the order is in {order.currency} and was paid in {order.paid.currency}; the records are wrong"
    here = partial(convert, target=action.amount.currency, rates=facts.policy.rates, now=facts.now)
    in_flight = here(action.in_flight_on_order) if action.in_flight_on_order else None
    earlier, refunded = here(action.already_on_order), here(order.refunded)
    paid = here(order.paid, rounding=DOWN)
    is_lost = in_flight is None and action.in_flight_on_order is not None
    if earlier is None or refunded is None or paid is None or is_lost:
        codes = ", ".join(sorted({money.currency for money in amounts}))
        return f"the amounts are in different currencies ({codes}) and no rate that an officer set is fresh"
    return _Case(action.kind, action.amount, earlier, in_flight, paid, refunded)


def _beyond_paid(case: _Case, inputs: dict[str, Scalar]) -> Verdict | None:
    """Refuse more than is left of what was paid; an exchange for a dearer item is a person's to judge."""
    if case.left < case.amount:
        reason = f"{case.amount} is more than the {case.left} left of the {case.paid} paid"
        ask = human if case.kind == "exchange" else blocked
        return ask(reason, inputs, nearest=f"at most {case.left}")
    if case.surely_left < case.amount:
        return unknown(f"how much of the earlier {case.earlier} is still in flight is not known", inputs)
    return None


def _ceilings(case: _Case, facts: Facts, limits: ActionPolicy, inputs: dict[str, Scalar]) -> Verdict:
    """Compare the order's sum with both ceilings and its age with the maximum; a block outweighs."""
    age = _age(facts, limits)
    found = _in_force(case.total, facts, limits)
    if found is None:
        reason = f"there is no ceiling for {case.total.currency}, or the VIP status or factor is not known"
        return unknown("; ".join(filter(None, (reason, age))), inputs)
    total, ceilings = found
    inputs |= {"auto_ceiling": str(ceilings.auto), "block_ceiling": str(ceilings.block)}
    if total.currency != case.total.currency:
        inputs["compared"] = str(total)
    if ceilings.block < total:
        nearest = f"{total - ceilings.block} less would need only a person"
        return blocked(f"{case.shown} is above the second ceiling of {ceilings.block}", inputs, nearest=nearest)
    if ceilings.block < ceilings.auto:
        return human(f"the auto ceiling of {ceilings.auto} is above the second of {ceilings.block}", inputs)
    above = "" if total < ceilings.auto else _above(case, total, ceilings)
    if above or age:
        is_own = total.currency == case.total.currency
        nearest = _nearest(case, facts, limits) if above and not age and is_own else ""
        return human("; ".join(filter(None, (above, age))), inputs, nearest=nearest)
    return passed(f"{case.shown} is below the auto ceiling of {ceilings.auto}", inputs)


def _in_force(total: Money, facts: Facts, limits: ActionPolicy) -> tuple[Money, Ceilings] | None:
    """Return the sum and the ceilings to compare it with.

    Those of its own currency; without them, by a fresh rate, those of the other currency that are hardest on it.
    """
    own = limits.ceilings.get(total.currency)
    if own is not None:
        scaled = _scaled(facts, own)
        return None if scaled is None else (total, scaled)
    cases = []
    for code, each in limits.ceilings.items():
        there, scaled = convert(total, code, facts.policy.rates, facts.now), _scaled(facts, each)
        if there is not None and scaled is not None:
            cases.append((there, scaled))
    return max(cases, key=_hardness, default=None)


def _hardness(case: tuple[Money, Ceilings]) -> tuple[bool, bool, str]:
    total, ceilings = case
    return ceilings.block < total, not total < ceilings.auto, total.currency


def _scaled(facts: Facts, ceilings: Ceilings | None) -> Ceilings | None:
    """Return the ceilings that hold for this customer, None where that cannot be said."""
    is_vip = facts.customer.is_vip if facts.customer else None
    factor = facts.policy.vip_factor
    if ceilings is None or is_vip is None:
        return None
    if not is_vip:
        return ceilings
    if not isinstance(factor, int) or isinstance(factor, bool) or factor < 1:
        return None
    return Ceilings(ceilings.auto.times(factor), ceilings.block.times(factor))


def _above(case: _Case, total: Money, ceilings: Ceilings) -> str:
    """Say how the sum, compared as `total`, stands to both ceilings."""
    word = "at" if total == ceilings.auto else "above"
    return f"{case.shown} is {word} the auto ceiling of {ceilings.auto} and at most {ceilings.block}"


def _nearest(case: _Case, facts: Facts, limits: ActionPolicy) -> str:
    """Return the smallest change that would have let it pass: less money, or VIP where that is enough."""
    base, factor = limits.ceilings[case.total.currency], facts.policy.vip_factor
    is_vip = bool(facts.customer and facts.customer.is_vip)
    auto = base.auto.times(factor) if is_vip and factor else base.auto
    less = Money(case.total.amount_minor - auto.amount_minor + 1, case.total.currency)
    ways = [f"{less} less"] if less < case.amount else []
    if not is_vip and factor and case.total < base.auto.times(factor):
        ways.append("VIP")
    return ", or ".join(ways)


def _age(facts: Facts, limits: ActionPolicy) -> str:
    """Return why the order's age needs a person, or nothing."""
    placed, days = facts.order.placed_at if facts.order else None, limits.max_order_age_days
    if placed is None or days is None:
        return "the order's date or the maximum age of an order is not known"
    age = facts.now - placed
    if age < timedelta(0):
        return "the order is dated in the future"
    if age > timedelta(days=days):
        return f"the order is {age.days} days old, above the maximum of {days}"
    return ""


def _inputs(facts: Facts) -> dict[str, Scalar]:
    """Return the numbers the decision is made of, as text with their currency."""
    action, order, customer = facts.action, facts.order, facts.customer
    return {
        "kind": action.kind if action else None,
        "amount": _text(action.amount if action else None),
        "already_on_order": _text(action.already_on_order if action else None),
        "paid": _text(order.paid if order else None),
        "refunded": _text(order.refunded if order else None),
        "placed_at": order.placed_at.isoformat() if order and order.placed_at else None,
        "vip": customer.is_vip if customer else None,
    }


def _text(money: Money | None) -> str | None:
    """Return an amount with its currency, None where unknown."""
    return None if money is None else str(money)


GATE = Gate("money", "T09", "Money", LATE, decide)
