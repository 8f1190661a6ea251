"""Gate 6 (T06): chargebacks and fraud flags from outside. High, critical, unknown or stale needs a person."""

from __future__ import annotations

from datetime import timedelta

from guardrails.contracts import Verdict
from guardrails.gates.facts import Facts
from guardrails.gates.gate import LATE, Gate, human, passed

LEVELS = ("none", "low", "medium", "high", "critical")
"""What a feed may say, from harmless to worst."""
_LOW, _HIGH = LEVELS[:3], LEVELS[3:]
_SKEW = timedelta(minutes=5)
"""How far in the future a fetch may lie before the clocks are not believed."""


def decide(facts: Facts) -> Verdict:
    """Pass on a fresh none, low or medium only."""
    risk, max_age_s = facts.risk, facts.policy.risk_max_age_s
    if risk is None:
        return human("no risk signals were fetched for this customer")
    inputs = {
        "level": risk.level,
        "flags": ", ".join(risk.flags),
        "fetched_at": risk.fetched_at.isoformat() if risk.fetched_at else None,
        "max_age_s": max_age_s,
    }
    if risk.is_failed or risk.fetched_at is None:
        return human("the risk feed did not answer; unknown risk needs a person", inputs)
    if risk.level in _HIGH:
        flags = f" ({inputs['flags']})" if risk.flags else ""
        return human(f"the customer's risk is {risk.level}{flags}", inputs, evidence=risk.evidence)
    if risk.level not in _LOW:
        return human(f"the risk level `{risk.level}` is not one the gates know", inputs)
    if max_age_s is None:
        return human("no maximum age of risk signals is set; set it under Policies", inputs)
    age = facts.now - risk.fetched_at
    if age < -_SKEW:
        return human("the risk signals are dated in the future; the clocks disagree", inputs)
    if age > timedelta(seconds=max_age_s):
        return human(f"the risk signals are {int(age.total_seconds())} s old, above {max_age_s} s", inputs)
    return passed(f"the customer's risk is {risk.level}", inputs)


GATE = Gate("risk", "T06", "Risk signals", LATE, decide)
