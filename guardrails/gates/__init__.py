"""The twelve gates of the ticket flow, in the order of the requirement. Pure: facts in, verdicts out.

This package decides; it never queries, waits, sends or executes, and it does not read the clock.
"""

from __future__ import annotations

from guardrails.gates import (
    abuse,
    caps,
    classification,
    entity,
    escalation,
    first_time,
    kill_switch,
    money,
    reply,
    risk,
    shadow,
    short_circuit,
)
from guardrails.gates.escalation import validate_rule
from guardrails.gates.gate import EARLY, LATE, Gate
from guardrails.gates.run import Run, run_gates

GATES: tuple[Gate, ...] = (
    kill_switch.GATE,
    shadow.GATE,
    classification.GATE,
    short_circuit.GATE,
    abuse.GATE,
    risk.GATE,
    escalation.GATE,
    entity.GATE,
    money.GATE,
    caps.GATE,
    first_time.GATE,
    reply.GATE,
)
"""T01 to T12, strictly in this order."""

EARLY_GATES = tuple(gate for gate in GATES if gate.phase == EARLY)
LATE_GATES = tuple(gate for gate in GATES if gate.phase == LATE)

__all__ = ["EARLY_GATES", "GATES", "LATE_GATES", "Gate", "Run", "run_gates", "validate_rule"]
