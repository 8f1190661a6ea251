"""Gate 7 (T07): the merchant's own escalation rules, asked in priority order. Unknown escalates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from guardrails.contracts import Disposition, Verdict
from guardrails.gates.conditions import evaluate as holds
from guardrails.gates.conditions import problems_of
from guardrails.gates.facts import Facts, Rule
from guardrails.gates.gate import LATE, Gate, blocked, human, passed, stopped, unknown

OUTCOMES = ("human", "block", "close", "assign")


def decide(facts: Facts) -> Verdict:
    """Let the first rule that matches, errs or cannot be told decide; pass where none does."""
    if facts.policy.rules is None:
        return unknown("the escalation rules could not be read")
    rules = sorted(facts.policy.rules, key=lambda rule: (rule.priority, rule.id))
    for index, rule in enumerate(rules):
        matches, error = _ask(rule, facts)
        if matches is None:
            return _escalate(rule, error, rules[index:], facts)
        if matches:
            return _apply(rule)
    return passed(f"none of {len(rules)} escalation rules matches", {"rules": len(rules)})


def _ask(rule: Rule, facts: Facts) -> tuple[bool | None, str]:
    """Return whether a rule matches; None with the class of the error, if any, where it cannot be told."""
    try:
        return holds(rule.condition, facts), ""
    except Exception as error:  # an erring rule escalates, it is never skipped
        return None, type(error).__name__


def _escalate(rule: Rule, error: str, rest: Sequence[Rule], facts: Facts) -> Verdict:
    """Ask a person about a rule that could not be told.

    Their yes counts only where no rule from here on could have ended the run instead.
    """
    why = f"fails ({error})" if error else "names a fact that is not known"
    could_end = any(r.outcome not in ("human", "assign") and _ask(r, facts)[0] is not False for r in rest)
    ask = unknown if could_end else human
    inputs = _inputs(rule) | {"error": error or "unknown fact"}
    return ask(f"escalation rule `{rule.name}` {why}; a person decides", inputs, rule_id=rule.id)


def _inputs(rule: Rule) -> dict[str, Any]:
    return {"rule": rule.name, "priority": rule.priority, "rule_version": rule.revision}


def _apply(rule: Rule) -> Verdict:
    """Turn a matching rule into its verdict; an outcome nobody knows goes to a person."""
    inputs = _inputs(rule)
    reason = f"escalation rule `{rule.name}` (priority {rule.priority}) matches"
    if rule.outcome == "human":
        return human(reason, inputs, rule_id=rule.id)
    if rule.outcome == "assign":
        more = {"disposition": Disposition.ASSIGN, "assign_to": rule.assign_to, "rule_id": rule.id}
        return human(f"{reason}; assigned to `{rule.assign_to}`", inputs, **more)
    if rule.outcome == "block":
        return blocked(reason, inputs, disposition=Disposition.HAND_OVER, rule_id=rule.id)
    if rule.outcome == "close":
        return stopped(reason, inputs, disposition=Disposition.CLOSE, rule_id=rule.id)
    return unknown(f"{reason}; its outcome `{rule.outcome}` is not known", inputs, rule_id=rule.id)


def validate_rule(rule: Any) -> list[str]:
    """Return what is wrong with a rule, each with its fix: name, priority, condition, outcome, assign_to."""
    if not isinstance(rule, Mapping):
        return [f"rule: `{str(rule)[:60]}` is not a rule; give name, priority, condition and outcome"]
    problems = []
    name, priority, outcome = rule.get("name"), rule.get("priority"), rule.get("outcome", "human")
    if not isinstance(name, str) or not name.strip() or len(name) > 200:
        problems.append("name: is empty or too long; give 1 to 200 characters")
    if not isinstance(priority, int) or isinstance(priority, bool) or not 0 <= priority <= 10_000:
        problems.append(f"priority: `{str(priority)[:60]}` is not a whole number from 0 to 10000; 0 is asked first")
    if outcome not in OUTCOMES:
        problems.append(f"outcome: `{str(outcome)[:60]}` is not known; use one of {', '.join(OUTCOMES)}")
    assign_to = rule.get("assign_to") or ""
    if outcome == "assign" and not (isinstance(assign_to, str) and assign_to.strip()):
        problems.append("assign_to: is empty; name the person or team the ticket goes to")
    if "condition" not in rule:
        problems.append("condition: is missing; give a comparison, `and`, `or` or `not`")
    else:
        problems += problems_of(rule["condition"])
    return problems


GATE = Gate("escalation", "T07", "Escalation rules", LATE, decide)
