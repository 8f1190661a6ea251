"""An event in words: what happened, to what, and how it changed. Reads; decides and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audit.models import Event, EventText
from audit.write import commitment
from portal import subjects, trail
from portal.money import Money, MoneyError

SHAPES: Mapping[str, str] = {
    "pass": "pass",
    "success": "pass",
    "approved": "pass",
    "answered": "pass",
    "replied": "pass",
    "human": "human",
    "handed_over": "human",
    "unknown": "human",
    "paused": "human",
    "clarifying": "human",
    "block": "block",
    "blocked": "block",
    "refused": "block",
    "rejected": "block",
    "failed": "block",
    "stop": "stop",
    "stopped": "stop",
    "cancelled": "stop",
    "record": "record",
    "recorded": "record",
    "closed": "skip",
    "expired": "skip",
    "unanswerable": "skip",
}
"""The verdicts that events carry, each with the shape it is drawn as."""

ACTOR_KINDS: Mapping[str, str] = {
    "person": "a person",
    "ai": "the AI",
    "system": "Countersign itself",
    "service": "a service",
    "customer": "a customer",
}
ABSENT = "nothing"


def sentence(event_type: str) -> str:
    """Return what happened, capitalised, as the type's declaration says it; the bare type where nobody declares it."""
    known = trail.declared().get(event_type)
    said = known.sentence if known else event_type
    return said[:1].upper() + said[1:]


def money(event: Event) -> str:
    """Return the event's amount for people, empty where it moved none."""
    if event.amount_minor is None:
        return ""
    try:
        return str(Money(event.amount_minor, event.currency))
    except MoneyError:
        return f"{event.amount_minor} (minor units) {event.currency}"


@dataclass(frozen=True, slots=True)
class Change:
    """One field's change in words."""

    field: str
    before: str
    after: str

    @property
    def said(self) -> str:
        """The whole change as a sentence."""
        if self.before == ABSENT:
            return f"{self.field} was set to {self.after}"
        if self.after == ABSENT:
            return f"{self.field} was {self.before} and was emptied"
        return f"{self.field} was changed from {self.before} to {self.after}"


def changes(event: Event) -> list[Change]:
    """Return what changed, field by field, in the words of the model's own field names."""
    before, after = event.before or {}, event.after or {}
    model = subjects.model_of(event.subject_kind)
    names = {f.name: str(f.verbose_name) for f in model._meta.concrete_fields} if model else {}
    return [
        Change(_capital(names.get(key, key.replace("_", " "))), shown(before.get(key)), shown(after.get(key)))
        for key in [*before, *(key for key in after if key not in before)]
    ]


def shown(value: Any) -> str:
    """Return a recorded value for people: yes and no, `nothing` for what is empty, lists and maps as JSON."""
    if value is None or value == "":
        return ABSENT
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ABSENT
    return str(value)


@dataclass(frozen=True, slots=True)
class Text:
    """A personal text of an event, held against the commitment the event carries: `kept`, `erased` or `altered`."""

    field: str
    text: str
    state: str
    commitment: str


def texts(event: Event) -> list[Text]:
    """Return the event's texts, each verified against its commitment. One query."""
    rows = {row.field: row for row in EventText.objects.filter(event_id=event.pk)}
    found = []
    for field in sorted({*event.commitments, *rows}):
        row, promised = rows.get(field), event.commitments.get(field, "")
        if row is None:
            found.append(Text(field, "", "erased", promised))
            continue
        is_kept = commitment(bytes(row.salt), row.text) == promised
        found.append(Text(field, row.text, "kept" if is_kept else "altered", promised))
    return found


def facts(event: Event) -> list[tuple[str, str]]:
    """Return the declared fields of an event with their values, for people."""
    return [(_capital(key.replace("_", " ")), shown(value)) for key, value in event.data.items() if value != ""]


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
