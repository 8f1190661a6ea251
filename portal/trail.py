"""The audit port: every floor records through it; the audit app installs the writer.

An event type is declared once, with the sentence people read. Recording an undeclared type, an undeclared
field, or without a writer fails: an act that cannot be recorded does not happen.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from portal import tenancy
from portal.money import Money


class TrailError(RuntimeError):
    """An event could not be recorded; the message names what is missing."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about: a kind in the product's words and the id of the row."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class EventType:
    """A declared kind of event: `noun.verb_past`, a sentence for people, its fields, the promises it serves."""

    name: str
    sentence: str
    fields: frozenset[str]
    text_fields: frozenset[str]
    promises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `text` holds personal or free text, kept apart and erasable; never a secret."""

    type: str
    subject: Subject
    verdict: str = ""
    amount: Money | None = None
    cost_microusd: int | None = None
    rows: int | None = None
    bytes: int | None = None
    duration_ms: int | None = None
    connector_id: uuid.UUID | None = None
    confidence: str = ""
    policy_revision: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    text: Mapping[str, str] = field(default_factory=dict)


_types: dict[str, EventType] = {}
_writer: Callable[[Event, tenancy.Context], uuid.UUID] | None = None


def declare(name: str, sentence: str, *, fields: str = "", text: str = "", promises: tuple[str, ...] = ()) -> EventType:
    """Declare an event type; `fields` and `text` are space-separated names. Declaring it twice fails."""
    if name in _types:
        raise TrailError(f"event type `{name}` is declared twice; keep one")
    declared = EventType(name, sentence, frozenset(fields.split()), frozenset(text.split()), promises)
    _types[name] = declared
    return declared


def declared() -> Mapping[str, EventType]:
    """Return every declared event type by name."""
    return dict(_types)


def install(writer: Callable[[Event, tenancy.Context], uuid.UUID]) -> None:
    """Install the writer. Called once by the audit app when it is ready."""
    global _writer
    _writer = writer


def record(event: Event) -> uuid.UUID:
    """Write the event in the current transaction and organization; return its id.

    Raises `TrailError` when the type or a field is undeclared or no writer is installed, and
    `tenancy.NoOrganization` when there is no organization to record it for.
    """
    known = _types.get(event.type)
    if known is None:
        raise TrailError(f"event type `{event.type}` is not declared; add it to the app's events.py")
    if extra := set(event.data) - known.fields:
        raise TrailError(f"event type `{event.type}` does not declare the fields {sorted(extra)}")
    if extra := set(event.text) - known.text_fields:
        raise TrailError(f"event type `{event.type}` does not declare the text {sorted(extra)}")
    if _writer is None:
        raise TrailError("no audit writer is installed; add `audit` to INSTALLED_APPS")
    made = _writer(event, tenancy.current())
    if (collected := _collected.get()) is not None:
        collected.append(made)
    return made


@contextmanager
def collecting() -> Iterator[list[uuid.UUID]]:
    """Collect the ids of the events that are recorded inside the block: what it led to can be pointed at."""
    found: list[uuid.UUID] = []
    token = _collected.set(found)
    try:
        yield found
    finally:
        _collected.reset(token)


_collected: ContextVar[list[uuid.UUID] | None] = ContextVar("ids of the events of a block", default=None)


def record_for_platform(event: Event) -> uuid.UUID:
    """Record what belongs to no organization (an unknown e-mail at sign-in) in the platform's own."""
    from portal.ids import PLATFORM_ID

    with tenancy.scope(PLATFORM_ID, actor=tenancy.context().actor):
        return record(event)
