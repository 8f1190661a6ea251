"""What a gate is: a name, a promise and a pure function of the facts. An error becomes a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from guardrails.contracts import Disposition, Outcome, Verdict
from guardrails.gates.facts import Facts

EARLY, LATE = "early", "late"
"""Gates 1-4 decide before a proposal exists, gates 5-12 on the proposal."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One of the twelve; call it with the facts. `on_error` is the outcome when `decide` raises."""

    name: str
    promise: str
    title: str
    phase: str
    decide: Callable[[Facts], Verdict]
    on_error: Outcome = Outcome.HUMAN

    def __call__(self, facts: Facts) -> Verdict:
        """Return this gate's verdict; never raises. An error cannot be granted: nobody saw the facts."""
        try:
            verdict = self.decide(facts)
        except Exception as error:  # unknown never passes, whatever broke
            verdict = Verdict(
                self.name,
                self.promise,
                self.on_error,
                f"{self.title.lower()} could not be decided ({type(error).__name__}); unknown never passes",
                {"error": type(error).__name__},
                disposition=Disposition.HAND_OVER,
                grantable=False,
            )
        revision = getattr(facts.policy, "revision", None) or ""
        return replace(verdict, gate=self.name, promise=self.promise, policy_revision=str(revision))


def passed(reason: str, inputs: Mapping[str, Any] | None = None, **more: Any) -> Verdict:
    """Return a verdict that lets the run go on; the gate adds its own name and promise."""
    return Verdict("", "", Outcome.PASS, reason, inputs or {}, **more)


def human(reason: str, inputs: Mapping[str, Any] | None = None, **more: Any) -> Verdict:
    """Return a verdict that asks a person."""
    return Verdict("", "", Outcome.HUMAN, reason, inputs or {}, **more)


def unknown(reason: str, inputs: Mapping[str, Any] | None = None, **more: Any) -> Verdict:
    """Return a verdict for a missing fact that could be a block: a person, and no yes makes up for it."""
    return Verdict("", "", Outcome.HUMAN, reason, inputs or {}, grantable=False, **more)


def blocked(reason: str, inputs: Mapping[str, Any] | None = None, **more: Any) -> Verdict:
    """Return a verdict that blocks the action or the reply."""
    return Verdict("", "", Outcome.BLOCK, reason, inputs or {}, **more)


def stopped(reason: str, inputs: Mapping[str, Any] | None = None, **more: Any) -> Verdict:
    """Return a verdict that ends the run."""
    return Verdict("", "", Outcome.STOP, reason, inputs or {}, **more)
