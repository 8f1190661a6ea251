"""Gate 12 (T12): the output guard's result on the reply. Blocks, redacts, adds what is required, or asks."""

from __future__ import annotations

from collections import Counter
from typing import Any

from guardrails.contracts import Disposition, Verdict
from guardrails.gates.facts import Facts
from guardrails.gates.gate import LATE, Gate, blocked, human, passed, unknown
from guardrails.output.result import Result


def decide(facts: Facts) -> Verdict:
    """Turn the findings into a verdict; the text that may be sent stands in `text` where it was changed."""
    if facts.reply is None or facts.reply.result is None:
        return unknown("the reply has not been looked at by the output guard")
    result = facts.reply.result
    counts = Counter(finding.kind for finding in result.findings)
    inputs: dict[str, Any] = {f"found_{kind}": count for kind, count in sorted(counts.items())}
    blocking = [finding for finding in result.findings if finding.action == "block"]
    if blocking:
        first = min(blocking, key=lambda finding: finding.kind == "tone")  # how it sounds is the least of its faults
        return blocked(f"the reply may not be sent: {first.reason}", inputs)
    asking = [finding for finding in result.findings if finding.action == "human"]
    if asking:
        return human(f"the reply is not complete: {asking[0].reason}", inputs)
    if result.verdict == "block":
        return blocked("the output guard blocks the reply", inputs)
    if not result.findings and result.verdict == "pass":
        return passed("nothing in the reply breaks a rule", inputs)
    return _changed(result, inputs)


def _changed(result: Result, inputs: dict[str, Any]) -> Verdict:
    """Pass the reply as the guard rewrote it, saying what was taken out or added."""
    hidden = [finding for finding in result.findings if finding.action == "redact"]
    added = [finding.rule_id for finding in result.findings if finding.action == "add"]
    inputs |= {"redacted": ", ".join(sorted({f.kind for f in hidden})), "added": ", ".join(added)}
    if hidden:
        kinds = ", ".join(sorted({finding.kind for finding in hidden}))
        reason = f"{len(hidden)} redacted in the reply ({kinds})"
        return passed(reason, inputs, disposition=Disposition.REDACT, text=result.redacted)
    reason = f"required content was added to the reply ({', '.join(added)})"
    return passed(reason, inputs, disposition=Disposition.ADD_REQUIRED, text=result.redacted)


GATE = Gate("reply", "T12", "Output guard", LATE, decide)
