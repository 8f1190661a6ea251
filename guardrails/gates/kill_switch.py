"""Gate 1 (T01): the kill switches. Any of them on, or unreadable, stops the run."""

from __future__ import annotations

from guardrails.contracts import Outcome, Verdict
from guardrails.gates.facts import Facts
from guardrails.gates.gate import EARLY, Gate, passed, stopped

_NAMES = {
    "environment": "the environment's kill switch",
    "platform": "the platform's kill switch",
    "organization": "the organization's kill switch",
}


def decide(facts: Facts) -> Verdict:
    """Pass only where every switch is known to be off."""
    states = {name: getattr(facts.switch, name) for name in _NAMES}
    for name, state in states.items():
        if state is None:
            return stopped(f"{_NAMES[name]} could not be read; an unknown switch counts as on", states)
        if state is not False:
            return stopped(f"{_NAMES[name]} is on; all AI work is halted", states)
    return passed("every kill switch is off", states)


GATE = Gate("kill_switch", "T01", "Kill switch", EARLY, decide, on_error=Outcome.STOP)
