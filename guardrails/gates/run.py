"""Asks the gates in strict order: the first that does not pass ends the run. Executes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from guardrails.contracts import Disposition, Outcome, Verdict
from guardrails.gates import shadow
from guardrails.gates.facts import Facts
from guardrails.gates.gate import Gate


@dataclass(frozen=True, slots=True)
class Run:
    """What the gates said, in order: those that were asked, then previews of those after a question.

    `is_record_only` is decided on the facts themselves, also when gate 2 was not among the gates asked: an
    action may turn out to be of another kind than the classification promised.
    """

    verdicts: tuple[Verdict, ...]
    is_record_only: bool

    @property
    def stopped_by(self) -> Verdict | None:
        """The verdict that ended the run, None where every gate let it pass."""
        return next((v for v in self.verdicts if not v.preview and not v.is_passed), None)

    @property
    def is_passed(self) -> bool:
        """Whether every gate asked let it pass; a run that is record only still executes nothing."""
        return self.stopped_by is None

    @property
    def may_act(self) -> bool:
        """Whether something may be executed or sent: all passed, gate 12 among them, no shadow mode."""
        reached_the_end = any(v.promise == "T12" and v.is_passed and not v.preview for v in self.verdicts)
        return reached_the_end and self.is_passed and not self.is_record_only

    @property
    def outcome(self) -> Outcome:
        """The outcome of the run as a whole."""
        if self.stopped_by is not None:
            return self.stopped_by.outcome
        return Outcome.RECORD if self.is_record_only else Outcome.PASS

    @property
    def disposition(self) -> Disposition:
        """What becomes of the ticket, or of the reply where the run passed."""
        decisive = self.stopped_by or (self.verdicts[-1] if self.verdicts else None)
        return decisive.disposition if decisive else Disposition.NONE

    @property
    def asks(self) -> tuple[Verdict, ...]:
        """Every verdict that asks a person, previews included: what one yes would cover."""
        return tuple(v for v in self.verdicts if v.outcome is Outcome.HUMAN and not v.satisfied)

    @property
    def is_ended(self) -> bool:
        """Whether a gate blocks or stops, a preview included: no yes lets such a run pass."""
        return any(v.outcome in (Outcome.BLOCK, Outcome.STOP) for v in self.verdicts)

    @property
    def is_grantable(self) -> bool:
        """Whether a yes could let this run pass: every question may be granted and no preview ends it."""
        return bool(self.asks) and not self.is_ended and all(v.grantable for v in self.asks)

    @property
    def grants(self) -> frozenset[str]:
        """The gate names to pass as `granted` when a person says yes to this run as it was shown."""
        return frozenset(v.gate for v in self.asks) if self.is_grantable else frozenset()

    @property
    def reply_text(self) -> str | None:
        """The reply as gate 12 changed it, None where it did not."""
        return next((v.text for v in reversed(self.verdicts) if v.text is not None), None)


def run_gates(facts: Facts, gates: Iterable[Gate], *, granted: frozenset[str] = frozenset()) -> Run:
    """Ask the gates in the order given.

    The first that does not pass ends the run. After a block or a stop nothing more is asked; after a human
    the gates behind it are previewed. `granted` names gates whose question a person has answered with yes: it
    satisfies human verdicts that may be granted, never a block or a stop.
    """
    verdicts: list[Verdict] = []
    is_over = False
    for gate in gates:
        verdict = gate(facts)
        if verdict.outcome is Outcome.HUMAN and verdict.grantable and gate.name in granted:
            verdict = replace(verdict, satisfied=True)
        verdicts.append(replace(verdict, preview=True) if is_over else verdict)
        if verdict.is_passed or is_over:
            continue
        if verdict.outcome is not Outcome.HUMAN:
            break
        is_over = True
    return Run(tuple(verdicts), _record_only(facts) or any(v.outcome is Outcome.RECORD for v in verdicts))


def _record_only(facts: Facts) -> bool:
    """Whether shadow mode holds for these facts; an error counts as on."""
    try:
        return shadow.is_record_only(facts)
    except Exception:  # unknown never acts
        return True
