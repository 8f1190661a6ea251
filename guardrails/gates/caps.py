"""Gate 10 (T10): how often and how much, per organization and customer. Silent to the customer: it blocks."""

from __future__ import annotations

from guardrails.contracts import Disposition, Scalar, Verdict
from guardrails.gates.facts import Facts
from guardrails.gates.gate import LATE, Gate, blocked, passed, unknown
from portal.money import Money


def decide(facts: Facts) -> Verdict:
    """Block where this action would go past a cap; a cap or a count that is not known needs a person."""
    action, used = facts.action, facts.caps
    if action is None:
        return passed("no action is proposed")
    limits = facts.policy.for_action(action.kind)
    caps = limits.caps if limits else None
    if caps is None or used is None or action.amount is None:
        return unknown(f"the caps of `{action.kind}` or what is used of them is not known")
    code = action.amount.currency
    inputs = {
        "org_count": used.org_count,
        "org_count_cap": caps.org_count,
        "customer_count": used.customer_count,
        "customer_count_cap": caps.customer_count,
        **_money_inputs("org_money", used.org_money, caps.org_money.get(code)),
        **_money_inputs("customer_money", used.customer_money, caps.customer_money.get(code)),
    }
    missing = [name for name, value in inputs.items() if value is None]
    if missing:
        return unknown(f"the cap or count `{missing[0]}` is not known in {code}", inputs)
    reason = _beyond(
        (used.org_count, caps.org_count, "the organization's", caps.org_window_s),
        (used.customer_count, caps.customer_count, "the customer's", caps.customer_period_s),
    ) or _beyond_money(
        action.amount,
        (used.org_money, caps.org_money[code], "the organization's", caps.org_window_s),
        (used.customer_money, caps.customer_money[code], "the customer's", caps.customer_period_s),
    )
    if reason:
        return blocked(reason, inputs, disposition=Disposition.HAND_OVER)
    return passed("within every cap", inputs)


def _beyond(*rows: tuple[int | None, int | None, str, int]) -> str:
    """Return the first count that one more would take past its cap; nothing unknown gets here."""
    for used, cap, whose, window_s in rows:
        if used is None or cap is None or used + 1 > cap:
            return f"{used} of {whose} {cap} actions in {_span(window_s)} are used"
    return ""


def _beyond_money(amount: Money, *rows: tuple[Money | None, Money, str, int]) -> str:
    """Return the first sum that this amount would take past its cap; two currencies raise."""
    for used, cap, whose, window_s in rows:
        if used is None or cap < used + amount:
            return f"{used} and {amount} are more than {whose} cap of {cap} in {_span(window_s)}"
    return ""


def _money_inputs(name: str, used: Money | None, cap: Money | None) -> dict[str, Scalar]:
    """Return a sum and its cap as text, None where unknown."""
    return {name: str(used) if used else None, f"{name}_cap": str(cap) if cap else None}


def _span(seconds: int) -> str:
    """Say a window in the largest whole unit."""
    for size, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            count = seconds // size
            return f"{count} {word}{'s' if count > 1 else ''}"
    return f"{seconds} s"


GATE = Gate("caps", "T10", "Caps", LATE, decide)
