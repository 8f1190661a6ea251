"""Gate 2 (T02): shadow mode. The one gate that marks the run as record only and lets it go on."""

from __future__ import annotations

from guardrails.contracts import Outcome, Verdict
from guardrails.gates.facts import ACTION_KINDS, Facts
from guardrails.gates.gate import EARLY, Gate, passed


def is_record_only(facts: Facts) -> bool:
    """Whether nothing of this run may be sent or executed.

    The kind is the proposed action's; before a proposal, the classified intent's; otherwise a reply, as where a reply
    is proposed and no action, whatever the intent. Anything but a known False counts as shadow.
    """
    return _shadow(facts)[1] is not False


def _shadow(facts: Facts) -> tuple[str, bool | None]:
    """Return what the run is about, and the shadow flag of that."""
    kind = "reply"
    if facts.action is not None:
        kind = facts.action.kind
    elif facts.reply is None and facts.classification is not None and facts.classification.intent in ACTION_KINDS:
        kind = facts.classification.intent
    if kind == "reply":
        return kind, facts.policy.reply_shadow
    limits = facts.policy.for_action(kind)
    return kind, limits.shadow if limits else None


def decide(facts: Facts) -> Verdict:
    """Record where shadow mode is on, or not known to be off."""
    kind, flag = _shadow(facts)
    inputs = {"kind": kind, "shadow": flag}
    if flag is False:
        return passed(f"shadow mode is off for `{kind}`", inputs)
    state = "on" if flag else "not known to be off"
    reason = f"shadow mode is {state} for `{kind}`; the run is recorded, nothing is sent or executed"
    return Verdict("", "", Outcome.RECORD, reason, inputs)


GATE = Gate("shadow", "T02", "Shadow mode", EARLY, decide)
