"""Gate 9 (T09): the ceilings on an order's money, and the age of the order. Never compares two currencies."""

from __future__ import annotations

from datetime import timedelta

from guardrails.contracts import Verdict
from guardrails.gates.facts import ActionFacts, ActionPolicy, Ceilings, Facts, OrderFacts
from guardrails.gates.gate import LATE, Gate, blocked, human, passed, unknown
from portal.money import Money


def decide(facts: Facts) -> Verdict:
    """Pass below the auto ceiling, ask up to and including the second, block above; blocks come first."""
    action = facts.action
    if action is None:
        return passed("no action is proposed")
    limits = facts.policy.for_action(action.kind)
    if limits is None:
        return unknown(f"there is no policy for `{action.kind}`", {"kind": action.kind})
    if facts.order is None or action.amount is None or action.already_on_order is None:
        return unknown("the order, the amount or the order's earlier actions are not known", _inputs(facts))
    return _impossible(action, facts.order, _inputs(facts)) or _ceilings(facts, limits)


def _impossible(action: ActionFacts, order: OrderFacts, inputs: dict) -> Verdict | None:
    """Refuse amounts that no policy could allow: not above zero, or more than is left of what was paid."""
    amount, earlier = action.amount, action.already_on_order
    if amount.amount_minor <= 0:
        return blocked(f"{amount} is not above zero; give the value at stake", inputs)
    if order.paid is None or order.refunded is None:
        return unknown(f"what was paid for order `{order.number}` is not known", inputs)
    codes = {amount.currency, earlier.currency, order.paid.currency, order.refunded.currency}
    if len(codes) > 1 or (order.currency and order.currency not in codes):
        return unknown(f"the amounts are in different currencies ({', '.join(sorted(codes))})", inputs)
    if earlier.amount_minor < 0 or order.refunded.amount_minor < 0:
        return unknown("the order's earlier actions sum to less than zero; the records are wrong", inputs)
    left, surely_left = _left(order, action), _surely_left(order, action)
    if left < amount:
        ask = human if action.kind == "exchange" else blocked
        reason = f"{amount} is more than the {left} left of the {order.paid} paid"
        return ask(reason, inputs, nearest=f"at most {left}")
    if surely_left < amount:
        return unknown(f"how much of the earlier {earlier} is still in flight is not known", inputs)
    return None


def _left(order: OrderFacts, action: ActionFacts) -> Money:
    """Return what can at most be left of what was paid, given the store's refunds and our own actions."""
    in_flight = action.in_flight_on_order.amount_minor if action.in_flight_on_order else 0
    used = max(order.refunded.amount_minor + in_flight, action.already_on_order.amount_minor)
    return Money(order.paid.amount_minor - used, order.paid.currency)


def _surely_left(order: OrderFacts, action: ActionFacts) -> Money:
    """Return what is left in the worst case: everything earlier may be in flight unless it is known."""
    in_flight = action.in_flight_on_order or action.already_on_order
    return Money(order.paid.amount_minor - order.refunded.amount_minor - in_flight.amount_minor, order.paid.currency)


def _ceilings(facts: Facts, limits: ActionPolicy) -> Verdict:
    """Compare the order's sum with both ceilings and its age with the maximum; a block outweighs."""
    action, inputs = facts.action, _inputs(facts)
    total = action.amount + action.already_on_order
    age = _age(facts, limits)
    ceilings = _scaled(facts, limits.ceilings.get(total.currency))
    if ceilings is None:
        reason = f"there is no ceiling for {total.currency}, or the VIP status or factor is not known"
        return unknown("; ".join(filter(None, (reason, age))), inputs)
    inputs |= {"auto_ceiling": str(ceilings.auto), "block_ceiling": str(ceilings.block)}
    if ceilings.block < total:
        nearest = f"{total - ceilings.block} less would need only a person"
        reason = f"{_sum(action, total)} is above the second ceiling of {ceilings.block}"
        return blocked(reason, inputs, nearest=nearest)
    if ceilings.block < ceilings.auto:
        return human(f"the auto ceiling of {ceilings.auto} is above the second of {ceilings.block}", inputs)
    above = "" if total < ceilings.auto else _above(action, total, ceilings)
    if above or age:
        nearest = _nearest(facts, total, ceilings, limits) if above and not age else ""
        return human("; ".join(filter(None, (above, age))), inputs, nearest=nearest)
    return passed(f"{_sum(action, total)} is below the auto ceiling of {ceilings.auto}", inputs)


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


def _above(action: ActionFacts, total: Money, ceilings: Ceilings) -> str:
    """Say how the sum stands to both ceilings."""
    word = "at" if total == ceilings.auto else "above"
    return f"{_sum(action, total)} is {word} the auto ceiling of {ceilings.auto} and at most {ceilings.block}"


def _nearest(facts: Facts, total: Money, ceilings: Ceilings, limits: ActionPolicy) -> str:
    """Return the smallest change that would have let it pass: less money, or VIP where that is enough."""
    less = Money(total.amount_minor - ceilings.auto.amount_minor + 1, total.currency)
    text = f"{less} less" if less.amount_minor < facts.action.amount.amount_minor else ""
    factor, base = facts.policy.vip_factor, limits.ceilings[total.currency]
    if not facts.customer.is_vip and factor and total < base.auto.times(factor):
        text = f"{text}, or VIP" if text else "VIP"
    return text


def _age(facts: Facts, limits: ActionPolicy) -> str:
    """Return why the order's age needs a person, or nothing."""
    placed, days = facts.order.placed_at, limits.max_order_age_days
    if placed is None or days is None:
        return "the order's date or the maximum age of an order is not known"
    age = facts.now - placed
    if age < timedelta(0):
        return "the order is dated in the future"
    if age > timedelta(days=days):
        return f"the order is {age.days} days old, above the maximum of {days}"
    return ""


def _sum(action: ActionFacts, total: Money) -> str:
    """Name the sum, and that it is one where the order had actions before."""
    if action.already_on_order.amount_minor == 0:
        return str(total)
    return f"{total} ({action.amount} after {action.already_on_order} on the same order)"


def _inputs(facts: Facts) -> dict:
    """Return the numbers the decision was made of, as text with their currency."""
    action, order, customer = facts.action, facts.order, facts.customer
    return {
        "kind": action.kind,
        "amount": str(action.amount) if action.amount else None,
        "already_on_order": str(action.already_on_order) if action.already_on_order else None,
        "paid": str(order.paid) if order and order.paid else None,
        "refunded": str(order.refunded) if order and order.refunded else None,
        "placed_at": order.placed_at.isoformat() if order and order.placed_at else None,
        "vip": customer.is_vip if customer else None,
    }


GATE = Gate("money", "T09", "Money", LATE, decide)
