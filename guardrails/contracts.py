"""What a gate says: outcomes, dispositions and the verdict that carries them. No Django, no I/O, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from portal.money import Money

Scalar = str | int | float | bool | None
"""What an input of a verdict may be: exactly what JSON keeps."""


class Outcome(StrEnum):
    """Whether the run goes on."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    HUMAN = "human"
    BLOCK = "block"
    STOP = "stop"
    RECORD = "record"


class Disposition(StrEnum):
    """What becomes of the ticket (or of its reply), beside whether the run goes on."""

    NONE = "none"
    CLOSE = "close"
    HAND_OVER = "hand_over"
    ASSIGN = "assign"
    REDACT = "redact"
    ADD_REQUIRED = "add_required"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing in an outside system that a verdict rests on, by the name it has there.

    `kind` is return, damage, refund, order, address or payment (another account that shares one), or flag.
    """

    kind: str
    ref: str
    at: datetime | None = None
    amount: Money | None = None
    note: str = ""

    def as_dict(self) -> dict[str, str | None]:
        """Return the row as JSON-ready data."""
        return {
            "kind": self.kind,
            "ref": self.ref,
            "at": self.at.isoformat() if self.at else None,
            "amount": str(self.amount) if self.amount else None,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """One gate's decision with the rule and the numbers it used.

    `promise` is the ID in the requirement (`T09`). `reason` is a sentence for a person that names the rule
    and the number. `text` is the reply as it may be sent, set by gate 12 when it was changed. `nearest` says
    the smallest change that would have let it pass, where one exists. `grantable` is False where a
    person's yes may not stand in for a fact that is missing: the ticket is theirs, the action is not.
    `preview` marks a gate that was asked after the run had already stopped; `satisfied` a human verdict that
    a person's yes covers. `evidence` are the rows behind it, for whoever has to judge.
    """

    gate: str
    promise: str
    outcome: Outcome
    reason: str
    inputs: Mapping[str, Scalar] = field(default_factory=dict)
    disposition: Disposition = Disposition.NONE
    rule_id: str = ""
    assign_to: str = ""
    text: str | None = None
    nearest: str = ""
    grantable: bool = True
    preview: bool = False
    satisfied: bool = False
    policy_revision: str = ""
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", MappingProxyType(dict(self.inputs)))

    @property
    def is_passed(self) -> bool:
        """Whether the run goes on after this verdict: it passed, only records, or a person said yes."""
        return self.outcome in (Outcome.PASS, Outcome.RECORD) or self.satisfied

    def as_dict(self) -> dict[str, object]:
        """Return the verdict as JSON-ready data for the trail and the pages, without the reply's text."""
        return {
            "gate": self.gate,
            "promise": self.promise,
            "outcome": self.outcome.value,
            "reason": self.reason,
            "inputs": dict(self.inputs),
            "disposition": self.disposition.value,
            "rule_id": self.rule_id,
            "assign_to": self.assign_to,
            "nearest": self.nearest,
            "grantable": self.grantable,
            "preview": self.preview,
            "satisfied": self.satisfied,
            "policy_revision": self.policy_revision,
            "evidence": [row.as_dict() for row in self.evidence],
        }
