"""What could have been otherwise, gate by gate: each change as a phrase and as facts. Verifies nothing itself.

A change is one of the smallest of its kind. `counterfactual.ways` asks the gate about each before anybody sees it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from guardrails.gates.entity import normal_number
from guardrails.gates.facts import Facts, RiskFacts, SwitchFacts
from guardrails.gates.gate import Gate
from guardrails.gates.shadow import is_record_only
from portal.money import Money


@dataclass(frozen=True, slots=True)
class Change:
    """A phrase such as `$12.41 less`, and the facts as they would be then."""

    says: str
    facts: Facts

    def then(self, more: Change) -> Change:
        """Return both changes as one."""
        return Change(f"{self.says} and {more.says}" if self.says else more.says, more.facts)


Proposer = Callable[[Facts, Gate], Iterator[Change]]


def proposals(facts: Facts, gate: Gate) -> Iterator[Change]:
    """Yield what might let this gate pass, the smallest of each kind; nothing for a gate nobody knows. Never raises."""
    propose = _PROPOSERS.get(gate.name)
    try:
        if propose is not None:
            yield from propose(facts, gate)
    except Exception:  # facts out of any range have no nearest change; the decision stands as it is
        return


def _with(facts: Facts, part: str, **changes: Any) -> Facts:
    return replace(facts, **{part: replace(getattr(facts, part), **changes)})


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _switches(facts: Facts, gate: Gate) -> Iterator[Change]:
    names = [n for n in ("environment", "platform", "organization") if getattr(facts.switch, n) is not False]
    says = f"the kill switch of the {' and the '.join(names)} off"
    yield Change(says, replace(facts, switch=SwitchFacts(False, False, False)))


def _shadow(facts: Facts, gate: Gate) -> Iterator[Change]:
    if not is_record_only(facts):
        return
    kind = facts.action.kind if facts.action else facts.classification.intent if facts.classification else "reply"
    limits = facts.policy.for_action(kind)
    if limits is None:
        yield Change("shadow mode off for replies", _with(facts, "policy", reply_shadow=False))
    else:
        actions = MappingProxyType({**facts.policy.actions, kind: replace(limits, shadow=False)})
        yield Change(f"shadow mode off for `{kind}`", _with(facts, "policy", actions=actions))


def _surer(facts: Facts, gate: Gate) -> Iterator[Change]:
    answer, threshold = facts.classification, facts.policy.classification_threshold
    if answer is None or threshold is None or not 0 <= answer.confidence < threshold <= 1:
        return
    missing = max(1, math.ceil(round((threshold - answer.confidence) * 1000, 6)))
    surer = _with(facts, "classification", confidence=min(1.0, round(answer.confidence + missing / 1000, 12)))
    yield Change(f"a classification {missing / 1000:.3f} surer", surer)


def _past(facts: Facts, gate: Gate) -> Iterator[Change]:
    """Take from the customer's past, one sign after the other, what reached its threshold."""
    limits = facts.policy.abuse
    if facts.customer is None or limits is None:
        return
    change = Change("", facts)
    for step in (_unflagged, _fewer_counts, _usual_order, _usual_refund):
        for more in step(change.facts):
            change = change.then(more)
    if change.says:
        yield change


def _unflagged(facts: Facts) -> Iterator[Change]:
    if facts.customer is not None and facts.customer.is_flagged:
        yield Change("the customer not flagged", _with(facts, "customer", is_flagged=False))


def _fewer_counts(facts: Facts) -> Iterator[Change]:
    customer, limits = facts.customer, facts.policy.abuse
    if customer is None or limits is None:
        return
    days = f"in {limits.window_days} days"
    refunds = limits.refunds - 1
    if (customer.orders_in_window or 0) >= limits.min_orders_for_percent:
        refunds = min(refunds, (limits.refund_percent * (customer.orders_in_window or 0) - 1) // 100)
    rows = (
        ("returns_in_window", limits.returns - 1, "return", f"fewer {days}"),
        ("damage_claims_in_window", limits.damage_claims - 1, "damage claim", f"fewer {days}"),
        ("refunds_in_window", refunds, "refund", f"fewer {days}"),
        ("accounts_at_address", limits.accounts_at_address - 1, "account", "fewer at the same address"),
        ("accounts_with_payment", limits.accounts_with_payment - 1, "account", "fewer with the same means of payment"),
    )
    for name, most, word, where in rows:
        used = getattr(facts.customer, name)
        if used is not None and 0 <= most < used:
            facts = _with(facts, "customer", **{name: most})
            yield Change(f"{_plural(used - most, word)} {where}", facts)


def _usual_order(facts: Facts) -> Iterator[Change]:
    customer, limits, order = facts.customer, facts.policy.abuse, facts.order
    if order is None or order.paid is None or limits is None or customer is None or customer.usual_order is None:
        return
    most = customer.usual_order.times(limits.spike_factor)
    is_known = limits.spike_factor and (customer.orders_before or 0) >= limits.spike_min_orders
    if is_known and most.currency == order.paid.currency and most < order.paid:
        yield Change(f"an order of {order.paid - most} less", _with(facts, "order", paid=most))


def _usual_refund(facts: Facts) -> Iterator[Change]:
    customer, limits, action = facts.customer, facts.policy.abuse, facts.action
    if action is None or action.kind != "refund" or action.amount is None or limits is None or customer is None:
        return
    most = customer.usual_refund.times(limits.spike_factor) if customer.usual_refund else None
    is_known = limits.spike_factor and (customer.refunds_before or 0) >= limits.spike_min_orders
    if is_known and most and most.currency == action.amount.currency and most < action.amount:
        yield Change(f"{action.amount - most} less", _with(facts, "action", amount=most))


def _calm(facts: Facts, gate: Gate) -> Iterator[Change]:
    risk, max_age_s = facts.risk, facts.policy.risk_max_age_s
    if max_age_s is None:
        return
    oldest = facts.now - timedelta(seconds=max_age_s)
    if risk is not None and not risk.is_failed and risk.fetched_at is not None:
        change, fetched = Change("", facts), min(max(risk.fetched_at, oldest), facts.now)
        if fetched != risk.fetched_at:
            change = Change(f"risk signals at most {max_age_s} s old", _with(facts, "risk", fetched_at=fetched))
        if not gate(change.facts).is_passed:
            calm = _with(change.facts, "risk", level="medium")
            change = change.then(Change("a risk of medium or lower", calm))
        yield change
    else:
        yield Change("fresh risk signals of medium or lower", replace(facts, risk=RiskFacts("medium", (), facts.now)))


def _without_rules(facts: Facts, gate: Gate) -> Iterator[Change]:
    """Switch off one rule after the other until none decides; or lower the amount below what a rule asks for."""
    rules, off = facts.policy.rules, []
    changed = facts
    while rules:
        verdict = gate(changed)
        if verdict.is_passed or not verdict.rule_id:
            break
        off += [rule.name for rule in rules if rule.id == verdict.rule_id]
        rules = tuple(rule for rule in rules if rule.id != verdict.rule_id)
        changed = _with(changed, "policy", rules=rules)
    if off:
        names = ", ".join(f"`{name}`" for name in off)
        yield Change(f"rule{'s' if len(off) > 1 else ''} {names} switched off", changed)
    yield from _less(facts, gate)


def _same_order(facts: Facts, gate: Gate) -> Iterator[Change]:
    action, order, ticket = facts.action, facts.order, facts.ticket
    if order is None:
        return
    change = Change("", facts)
    if action is not None and normal_number(action.order_number) != normal_number(order.number):
        more = Change(f"an action on order `{order.number}`", _with(facts, "action", order_number=order.number))
        change = change.then(more)
    named = {normal_number(number) for number in ticket.order_numbers or ()}
    if action is not None and ticket.order_numbers is not None and named != {normal_number(order.number)}:
        alone = _with(change.facts, "ticket", order_numbers=(order.number,))
        change = change.then(Change(f"a ticket that names order `{order.number}` alone", alone))
    if not gate(change.facts).is_passed and (order.customer_id or order.customer_email):
        own = _with(change.facts, "ticket", sender_id=order.customer_id, sender_email=order.customer_email)
        change = change.then(Change("the order's own customer as the sender", own))
    yield change


def _cheaper(facts: Facts, gate: Gate) -> Iterator[Change]:
    """Make the order younger where it is too old; then less money, or a VIP, or less for a VIP."""
    young = Change("", facts)
    order, limits = facts.order, facts.policy.for_action(facts.action.kind) if facts.action else None
    if order is not None and order.placed_at is not None and limits is not None and limits.max_order_age_days:
        oldest = facts.now - timedelta(days=limits.max_order_age_days)
        if order.placed_at < oldest:
            days = math.ceil((oldest - order.placed_at) / timedelta(days=1))
            younger = _with(facts, "order", placed_at=order.placed_at + timedelta(days=days))
            young = Change(f"an order {_plural(days, 'day')} younger", younger)
            yield young
    if gate(young.facts).is_passed:
        return
    cheaper = [young.then(less) for less in _less(young.facts, gate)]
    yield from cheaper
    if facts.customer is not None and facts.customer.is_vip is False:
        vip = young.then(Change("VIP", _with(young.facts, "customer", is_vip=True)))
        yield vip
        if not cheaper:
            yield from (vip.then(less) for less in _less(vip.facts, gate))


def _less(facts: Facts, gate: Gate) -> Iterator[Change]:
    """Yield the smallest reduction of the amount that passes, found by halving; none where no amount does."""
    action = facts.action
    if action is None or action.amount is None or action.amount.amount_minor <= 1:
        return
    code, now = action.amount.currency, action.amount.amount_minor

    def at(minor: int) -> Facts:
        return _with(facts, "action", amount=Money(minor, code))

    if gate(facts).is_passed or not gate(at(1)).is_passed:
        return
    low, high = 1, now  # low passes, high does not
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if gate(at(middle)).is_passed else (low, middle)
    yield Change(f"{Money(now - low, code)} less", at(low))


def _fewer_actions(facts: Facts, gate: Gate) -> Iterator[Change]:
    used, limits = facts.caps, facts.policy.for_action(facts.action.kind) if facts.action else None
    caps = limits.caps if limits else None
    if used is None or caps is None:
        return
    change = Change("", facts)
    for name, cap, whose in (
        ("org_count", caps.org_count, "of the organization"),
        ("customer_count", caps.customer_count, "of the customer"),
    ):
        count = getattr(used, name)
        if count is not None and cap is not None and 0 < cap <= count:
            fewer = _with(change.facts, "caps", **{name: cap - 1})
            change = change.then(Change(f"{_plural(count - cap + 1, 'earlier action')} {whose} fewer", fewer))
    if change.says:
        yield change
    for less in _less(change.facts, gate):
        yield change.then(less)


def _again(facts: Facts, gate: Gate) -> Iterator[Change]:
    if facts.first_time is not None and facts.action is not None:
        says = f"a `{facts.action.kind}` that a person approved before"
        yield Change(says, _with(facts, "first_time", executed_before=True))


def _clean_reply(facts: Facts, gate: Gate) -> Iterator[Change]:
    result = facts.reply.result if facts.reply else None
    if result is None:
        return
    bad = [finding for finding in result.findings if finding.action in ("block", "human")]
    if bad:
        rest = tuple(finding for finding in result.findings if finding not in bad)
        verdict = "redact" if rest else "pass"
        kinds = ", ".join(sorted({finding.kind for finding in bad}))
        clean = _with(facts, "reply", result=replace(result, findings=rest, verdict=verdict))
        yield Change(f"a reply without what the output guard found ({kinds})", clean)


_PROPOSERS: Mapping[str, Proposer] = MappingProxyType(
    {
        "kill_switch": _switches,
        "shadow": _shadow,
        "classification": _surer,
        "abuse": _past,
        "risk": _calm,
        "escalation": _without_rules,
        "entity": _same_order,
        "money": _cheaper,
        "caps": _fewer_actions,
        "first_time": _again,
        "reply": _clean_reply,
    }
)
