"""Writes down what the gates said in a run: a receipt for each, and one for the decision as a whole.

Decides nothing. The counterfactual (what smallest change would have let it pass) is worked out here, while the facts
are at hand: they are not kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guardrails.contracts import Outcome, Verdict
from guardrails.gates import Gate, Run
from guardrails.gates.counterfactual import nearest, ways
from guardrails.gates.facts import Facts
from portal import trail
from tickets.models import DecisionReceipt, GateReceipt, Ticket


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run was asked with: the facts, the gates, each gate's microseconds, what a person had granted."""

    facts: Facts
    gates: Sequence[Gate]
    spent: Mapping[str, int] = field(default_factory=dict)
    granted: frozenset[str] = frozenset()


def write(ticket: Ticket, run: Run, asked: Asked | None, *, phase: str, first: int) -> None:
    """Write one receipt for each verdict, the decision, and one event for the run. Three statements and the event.

    Gates 1 to 4 decide nothing where they pass: the decision is that of the gates after them.
    """
    by_name = {gate.name: gate for gate in asked.gates} if asked else {}
    GateReceipt.objects.bulk_create(
        GateReceipt(
            ticket=ticket,
            run=ticket.run,
            position=position,
            gate=verdict.gate,
            promise=verdict.promise,
            outcome=verdict.outcome.value,
            reason=verdict.reason,
            inputs=dict(verdict.inputs),
            disposition=verdict.disposition.value,
            nearest=_nearest_of(verdict, by_name.get(verdict.gate), asked),
            is_preview=verdict.preview,
            is_satisfied=verdict.satisfied,
            is_grantable=verdict.grantable,
            policy_revision=verdict.policy_revision,
            duration_us=asked.spent.get(verdict.gate, 0) if asked else 0,
            rule_id=verdict.rule_id,
            evidence=[row.as_dict() for row in verdict.evidence],
        )
        for position, verdict in enumerate(run.verdicts, start=first + 1)
    )
    if phase != "early" or not run.is_passed:
        _decide(ticket, run, asked, phase)
    _record(ticket, run, phase)


def _nearest_of(verdict: Verdict, gate: Gate | None, asked: Asked | None) -> str:
    """Return what would have let this one gate pass; what the gate itself says where no change does all of it."""
    if gate is None or asked is None or verdict.is_passed:
        return verdict.nearest
    said = ", or ".join(way.says for way in ways(asked.facts, gate))
    if verdict.outcome is Outcome.BLOCK and verdict.nearest:
        return "; ".join(dict.fromkeys(filter(None, (said, verdict.nearest))))
    return said or verdict.nearest


def _decide(ticket: Ticket, run: Run, asked: Asked | None, phase: str) -> None:
    decisive = run.stopped_by
    last = decisive or (run.verdicts[-1] if run.verdicts else None)
    found = nearest(asked.facts, asked.gates, granted=asked.granted) if asked else None
    DecisionReceipt.objects.create(
        ticket=ticket,
        run=ticket.run,
        phase=phase,
        outcome=run.outcome.value,
        disposition=run.disposition.value,
        is_record_only=run.is_record_only,
        gate=decisive.gate if decisive else "",
        promise=decisive.promise if decisive else "",
        rule_id=decisive.rule_id if decisive else "",
        rule_version=decisive.inputs.get("rule_version") if decisive else None,
        reason=decisive.reason if decisive else "",
        policy_revision=last.policy_revision if last else "",
        nearest=[way.says for way in found.ways] if found else [],
    )


def _record(ticket: Ticket, run: Run, phase: str) -> None:
    decisive = run.stopped_by
    trail.record(
        trail.Event(
            "ticket.gated",
            trail.Subject("ticket", str(ticket.pk)),
            verdict=run.outcome.value,
            data={
                "run": ticket.run,
                "phase": phase,
                "outcome": run.outcome.value,
                "decisive": decisive.promise if decisive else "",
                "reason": decisive.reason if decisive else "",
                "verdicts": {v.promise: f"{v.outcome.value}{' (preview)' if v.preview else ''}" for v in run.verdicts},
            },
        )
    )


def as_json(ticket: Ticket) -> dict[str, Any]:
    """Return the decision receipt of a ticket: every decision in order, each with what every gate said. Two queries.

    Carries no text of the ticket. `gates` of a run are those asked in it, with inputs, evidence and microseconds.
    """
    gates: dict[int, list[dict[str, Any]]] = {}
    for receipt in GateReceipt.objects.filter(ticket=ticket).order_by("run", "position"):
        gates.setdefault(receipt.run, []).append(gate_json(receipt))
    decisions = [decision_json(each) for each in DecisionReceipt.objects.filter(ticket=ticket)]
    return {
        "ticket": str(ticket.pk),
        "state": ticket.state,
        "decisions": decisions,
        "runs": [{"run": run, "gates": rows} for run, rows in gates.items()],
    }


def decision_json(decision: DecisionReceipt) -> dict[str, Any]:
    """Return one decision as plain data."""
    return {
        "run": decision.run,
        "phase": decision.phase,
        "decided_at": decision.created_at.isoformat(),
        "outcome": decision.outcome,
        "disposition": decision.disposition,
        "is_record_only": decision.is_record_only,
        "gate": decision.gate,
        "promise": decision.promise,
        "rule_id": decision.rule_id,
        "rule_version": decision.rule_version,
        "reason": decision.reason,
        "policy_revision": decision.policy_revision,
        "nearest": decision.nearest,
    }


def gate_json(receipt: GateReceipt) -> dict[str, Any]:
    """Return one gate's receipt as plain data."""
    names = (
        "position", "gate", "promise", "outcome", "reason", "inputs", "disposition", "nearest", "rule_id", "evidence",
        "is_preview", "is_satisfied", "is_grantable", "policy_revision", "duration_us",
    )  # fmt: skip
    return {name: getattr(receipt, name) for name in names}
