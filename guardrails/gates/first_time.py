"""Gate 11 (T11): the first execution of an action in an organization needs a person. No switch.

It is armed again when the policy, the connector or the model changes: the first under new conditions is one too.
"""

from __future__ import annotations

from guardrails.contracts import Scalar, Verdict
from guardrails.gates.facts import Facts
from guardrails.gates.gate import LATE, Gate, human, passed


def decide(facts: Facts) -> Verdict:
    """Pass only where the action is known to have been executed before."""
    if facts.action is None:
        return passed("no action is proposed")
    before = facts.first_time.executed_before if facts.first_time else None
    changed = facts.first_time.rearmed_by if facts.first_time else ()
    inputs: dict[str, Scalar] = {"kind": facts.action.kind, "tool": facts.action.tool, "executed_before": before}
    inputs["changed"] = ", ".join(changed)
    if before is True:
        return passed(f"`{facts.action.kind}` has been executed here before", inputs)
    if before is None:
        return human(f"whether `{facts.action.kind}` was ever executed here is not known", inputs)
    if changed:
        what = " and ".join(f"the {name}" for name in changed)
        return human(f"this would be the first `{facts.action.kind}` since {what} changed", inputs)
    return human(f"this would be the first `{facts.action.kind}` executed in this organization", inputs)


GATE = Gate("first_time", "T11", "First time", LATE, decide)
