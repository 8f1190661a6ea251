"""Risks that other parts of the product point out themselves: each such event raises one signal for its cause.

They are no second road: what a flow finds is an event of the trail, and here it becomes a signal like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Told:
    """One type of event that is a risk by itself. `cause` names what makes two of them the same, by its fields."""

    type: str
    title: str
    severity: str
    says: str
    per: tuple[str, ...] = ()
    is_daily: bool = False
    """Whether the same thing on another day is another cause."""
    only: tuple[str, str] = ("", "")
    """A field and the value it must have."""

    @property
    def name(self) -> str:
        return self.type.replace(".", "_")

    def cause(self, event: Mapping[str, Any]) -> str:
        """Return what this event has in common with others of its cause."""
        data = event["data"]
        parts = [str(data.get(each, "")) if each in data else str(event.get(each) or "") for each in self.per]
        moment: datetime = event["moment"]
        return ":".join([self.name, *parts, *([f"{moment:%Y-%m-%d}"] if self.is_daily else [])])[:160]


_ALL = (
    Told("question.walked", "A table is read window by window", "high",
         "{actor_name} read the table {table} in {windows} windows, past what one answer may hold.",
         ("actor_id", "connector_id", "table"), is_daily=True),
    Told("statement.contradicted", "A plan read what the guard had not seen", "high",
         "The database's plan of a statement reads {relations}; the guard had seen {seen}.", ("subject_id",)),
    Told("store.difference_found", "The store and the action log differ", "high",
         "{detail}", ("subject_id", "order", "kind", "receipt")),
    Told("approval.flagged", "A yes looks like a rubber stamp", "medium",
         "A yes of {actor_name} is flagged: {flag}.", ("actor_id", "flag"), is_daily=True),
    Told("connector.tripped", "A connector fails again and again", "medium",
         "It failed {failures} times and is left alone for {wait_s} s ({code}).", ("connector_id",), is_daily=True),
    Told("cap.reached", "A cap is reached", "low", "The cap of {scope} is reached: {used} of {cap}.",
         ("scope", "which", "action"), is_daily=True),
    Told("rate.reached", "A rate limit is reached", "low", "More than {limit} {kind} in {window_s} s.",
         ("scope", "kind", "subject_id"), is_daily=True),
    Told("shadow.returned", "A live action went back to shadow mode", "high", "{action}: {reason}.", ("id",)),
    Told("person.locked_out", "Sign-ins are locked out", "medium",
         "Sign-ins to an account were locked out after too many failures.", ("subject_id",), is_daily=True),
    Told("gate.drifted", "A gate decides otherwise than before", "medium", "{gate}: {change}.", ("gate", "week")),
)  # fmt: skip

TOLD: dict[str, Told] = {each.type: each for each in _ALL}
BY_NAME: dict[str, Told] = {each.name: each for each in _ALL}
