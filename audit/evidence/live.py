"""The controls as they stand today: behind each its promises, its tests, and the last events that show it at work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from audit.controls import FRAMEWORKS, REVIEWED, Control, Promise, promise, types_of
from audit.filters import address, zone
from audit.words import sentence
from portal import tenancy


@dataclass(frozen=True, slots=True)
class LastEvent:
    """The newest event of a type."""

    type: str
    what: str
    at: datetime
    url: str
    all_url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One control on the page, with the newest events of the types that show it."""

    control: Control
    promises: tuple[Promise, ...]
    last: tuple[LastEvent, ...]
    types: int
    is_ahead: bool

    @property
    def shape(self) -> str:
        if any(not each.is_whole for each in self.promises):
            return "human"
        return "pass" if self.last else "skip"

    @property
    def verdict(self) -> str:
        return {"human": "Kept in part", "pass": "Evidence", "skip": "No event yet"}[self.shape]


def controls() -> dict[str, Any]:
    """Return what the page shows. One query for all controls."""
    lines = [(framework, [(each, types_of(each)) for each in framework.controls]) for framework in FRAMEWORKS]
    newest = _newest(sorted({name for _, rows in lines for _, types in rows for name in types}))
    today = timezone.now().astimezone(zone()).date()
    return {
        "frameworks": [
            (framework, [_line(each, types, newest, today) for each, types in rows]) for framework, rows in lines
        ],
        "reviewed": REVIEWED,
    }


def _line(control: Control, types: list[str], newest: dict[str, LastEvent], today: Any) -> Line:
    found = sorted((newest[name] for name in types if name in newest), key=lambda each: each.at, reverse=True)
    is_ahead = control.applies_from is not None and control.applies_from > today
    return Line(control, tuple(promise(id) for id in control.promises), tuple(found[:3]), len(types), is_ahead)


def _newest(types: list[str]) -> dict[str, LastEvent]:
    """Return the newest event of each type, each found by index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.type, e.id, e.recorded_at FROM unnest(%s::text[]) AS t (type) CROSS JOIN LATERAL ("
            " SELECT id, recorded_at FROM audit_event"
            " WHERE organization_id = %s AND audit_event.type = t.type ORDER BY id DESC LIMIT 1) e",
            [types, tenancy.organization_id()],
        )
        rows = cursor.fetchall()
    home = reverse("admin:audit_event_changelist")
    return {
        name: LastEvent(
            name, sentence(name), at, reverse("admin:audit_event_change", args=[id]), address(home, {"type": name})
        )
        for name, id, at in rows
    }
