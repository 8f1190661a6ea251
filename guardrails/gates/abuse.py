"""Gate 5 (T05): serial returns, repeated damage claims and refund abuse in the customer's own history."""

from __future__ import annotations

from collections.abc import Mapping

from guardrails.contracts import Scalar, Verdict
from guardrails.gates.facts import AbuseThresholds, Facts
from guardrails.gates.gate import LATE, Gate, human, passed


def decide(facts: Facts) -> Verdict:
    """Ask a person where a threshold is reached, the customer is flagged, or the history is incomplete."""
    customer, limits = facts.customer, facts.policy.abuse
    if customer is None:
        return human("the customer is not known, so their history could not be scanned")
    if limits is None:
        return human("no abuse thresholds are set; set them under Policies")
    counts = {
        "returns": customer.returns_in_window,
        "damage_claims": customer.damage_claims_in_window,
        "refunds": customer.refunds_in_window,
        "orders": customer.orders_in_window,
    }
    inputs: dict[str, Scalar] = {**counts, "flagged": customer.is_flagged, "window_days": limits.window_days}
    missing = [name for name, value in inputs.items() if value is None]
    if missing:
        return human(f"the customer's history is incomplete: `{missing[0]}` is not known", inputs)
    signs = ["the customer is flagged for abuse"] if customer.is_flagged is not False else []
    signs += _signs({name: value or 0 for name, value in counts.items()}, limits)
    if signs:
        return human(f"{'; '.join(signs)} in {limits.window_days} days", inputs)
    return passed(f"no sign of abuse in {limits.window_days} days", inputs)


def _signs(counts: Mapping[str, int], limits: AbuseThresholds) -> list[str]:
    """Return each threshold that is reached, as a phrase with its number."""
    rows = (
        ("returns", counts["returns"], limits.returns),
        ("damage claims", counts["damage_claims"], limits.damage_claims),
        ("refunds", counts["refunds"], limits.refunds),
    )
    signs = [f"{used} {name} reach the limit of {limit}" for name, used, limit in rows if used >= limit]
    orders = max(counts["orders"], 1)
    is_reached = counts["refunds"] * 100 >= limits.refund_percent * orders
    if counts["orders"] >= limits.min_orders_for_percent and is_reached:
        share = counts["refunds"] * 100 // orders
        signs.append(f"{share} % of orders refunded reaches the limit of {limits.refund_percent} %")
    return signs


GATE = Gate("abuse", "T05", "Abuse", LATE, decide)
