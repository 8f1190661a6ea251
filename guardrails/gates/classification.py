"""Gate 3 (T03): is the classifier sure enough?"""

from __future__ import annotations

from guardrails.contracts import Verdict
from guardrails.gates.facts import Facts
from guardrails.gates.gate import EARLY, Gate, human, passed, unknown


def decide(facts: Facts) -> Verdict:
    """Pass at or above the threshold; a confidence or threshold that is not a share of one needs a person."""
    answer, threshold = facts.classification, facts.policy.classification_threshold
    if answer is None:
        return unknown("the ticket has not been classified; a person reads it")
    inputs = {"intent": answer.intent, "confidence": answer.confidence, "threshold": threshold}
    if threshold is None or not 0 <= threshold <= 1:
        return human(f"the classification threshold `{threshold}` is not between 0 and 1", inputs)
    if not 0 <= answer.confidence <= 1:  # NaN compares false and lands here
        inputs["confidence"] = str(answer.confidence)
        return human(f"the confidence `{answer.confidence}` is not between 0 and 1", inputs)
    shown = f"confidence {answer.confidence:.3f} in `{answer.intent}`"
    if answer.confidence < threshold:
        missing = f"{threshold - answer.confidence:.3f} more confidence"
        return human(f"{shown} is below the threshold of {threshold:.3f}", inputs, nearest=missing)
    return passed(f"{shown} reaches the threshold of {threshold:.3f}", inputs)


GATE = Gate("classification", "T03", "Classification", EARLY, decide)
