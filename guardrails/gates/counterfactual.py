"""What smallest change would have let a run pass: proposed by `changes`, believed only where the gates say so.

    nearest(facts, GATES).says == "$12.41 less, or VIP"

Pure. Nothing is suggested that was not verified by asking the gates again about the changed facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guardrails.contracts import Outcome
from guardrails.gates import shadow
from guardrails.gates.changes import Change, proposals
from guardrails.gates.facts import Facts
from guardrails.gates.gate import Gate
from guardrails.gates.run import Run, run_gates

_MOST = 24
"""How many changes may follow each other before nothing is suggested."""


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Ways to the end of the run, each enough by itself; none where no change of these facts would have done."""

    ways: tuple[Change, ...] = ()

    @property
    def says(self) -> str:
        """The ways as a sentence's end, such as `$12.41 less, or VIP`; empty where there is none."""
        return ", or ".join(way.says for way in self.ways)


def ways(facts: Facts, gate: Gate) -> tuple[Change, ...]:
    """Return the changes of which each makes this one gate pass (shadow mode: makes it not only record)."""
    return tuple(change for change in proposals(facts, gate) if gate(change.facts).outcome is Outcome.PASS)


def nearest(facts: Facts, gates: Sequence[Gate], *, granted: frozenset[str] = frozenset()) -> Counterfactual:
    """Return what would have let this run pass and act; nothing for a run that did.

    Where one gate stood in the way each of its ways is tried to the end; where several did, the first way of each is
    joined. `granted` as in `run_gates`.
    """
    if _is_through(run_gates(facts, gates, granted=granted)):
        return Counterfactual()
    first = _in_the_way(facts, gates, granted)
    starts = ways(facts, first) if first is not None else ()
    found = [(start, way) for start in starts if (way := _to_the_end(start, gates, granted)) is not None]
    alone = tuple(way for start, way in found if way is start)
    return Counterfactual(alone or tuple(way for _, way in found[:1]))


def _to_the_end(start: Change, gates: Sequence[Gate], granted: frozenset[str]) -> Change | None:
    """Change what stands in the way next until nothing does; None where that is not possible."""
    change = start
    for _ in range(_MOST):
        if _is_through(run_gates(change.facts, gates, granted=granted)):
            return change
        gate = _in_the_way(change.facts, gates, granted)
        more = ways(change.facts, gate) if gate is not None else ()
        if not more:
            return None
        change = change.then(more[0])
    return None


def _is_through(run: Run) -> bool:
    return run.is_passed and not run.is_record_only


def _in_the_way(facts: Facts, gates: Sequence[Gate], granted: frozenset[str]) -> Gate | None:
    """Return the first gate that ends this run, or that of shadow mode where only that holds it back."""
    run = run_gates(facts, gates, granted=granted)
    if run.stopped_by is None:
        return shadow.GATE if run.is_record_only else None
    return next(gate for gate in gates if gate.name == run.stopped_by.gate)
