"""What the index, the summary and the assessment results of a pack all say: gathered once, from the cut alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from django.db import connection

from audit.controls import FRAMEWORKS, Control, Framework, promise, types_of
from audit.models import EvidencePack, Head
from audit.sealing import keys
from audit.words import sentence
from portal import evidence, tenancy
from portal.evidence import Cut
from portal.models import Organization


@dataclass(frozen=True, slots=True)
class Shown:
    """A control as a pack shows it: how many events of the period serve it, when the last was, what proves it."""

    control: Control
    events: int
    last_at: str
    tests: int
    unproved: tuple[str, ...]

    @property
    def is_shown(self) -> bool:
        """Whether the period holds evidence of it and every promise under it has its tests."""
        return self.events > 0 and not self.unproved


@dataclass(frozen=True, slots=True)
class Facts:
    """One pack in words and numbers. Times are UTC, as RFC 3339 writes them."""

    organization: str
    organization_id: str
    product: str
    origin: str
    verifier_key: str
    since: str
    until: str
    sealed_at: str
    head_number: int
    head_size: int
    first_leaf: int
    end_leaf: int
    counts: Mapping[str, int]
    by_type: tuple[tuple[str, str, int, str], ...]
    sections: tuple[tuple[evidence.Section, int], ...]
    frameworks: tuple[tuple[Framework, tuple[Shown, ...]], ...]
    files: tuple[str, ...]


def stamp(moment: datetime) -> str:
    """Return a moment in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def facts_of(pack: EvidencePack, cut: Cut, head: Head, counted: Mapping[str, int]) -> Facts:
    """Return the facts of a pack whose trail is written. One pass over the pack's events, in the database."""
    by_type = _by_type(pack.first_leaf, pack.end_leaf)
    organization = Organization._base_manager.get(pk=tenancy.organization_id())
    numbers = {name: (count, last) for name, _, count, last in by_type}
    return Facts(
        organization=organization.name,
        organization_id=str(organization.pk),
        product=_version(),
        origin=head.key.name,
        verifier_key=keys.verifier_key(head.key),
        since=stamp(cut.since),
        until=stamp(cut.until),
        sealed_at=stamp(cut.sealed_at),
        head_number=head.number,
        head_size=head.size,
        first_leaf=pack.first_leaf,
        end_leaf=pack.end_leaf,
        counts=dict(pack.counts),
        by_type=by_type,
        sections=tuple((each, counted[each.name]) for each in evidence.sections()),
        frameworks=tuple((each, tuple(_shown(c, numbers) for c in each.controls)) for each in FRAMEWORKS),
        files=tuple(sorted(pack.entries)),
    )


def _shown(control: Control, numbers: Mapping[str, tuple[int, str]]) -> Shown:
    found = [numbers[name] for name in types_of(control) if name in numbers]
    promises = [promise(id) for id in control.promises]
    return Shown(
        control,
        events=sum(count for count, _ in found),
        last_at=max((last for _, last in found), default=""),
        tests=sum((Counter({each.id: len(each.tests)}) for each in promises), Counter()).total(),
        unproved=tuple(each.id for each in promises if not each.is_whole),
    )


def _by_type(begin: int, end: int) -> tuple[tuple[str, str, int, str], ...]:
    """Return (type, its sentence, how many, the last one's time) of the leaves [begin, end), by type."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.type, count(*), max(e.recorded_at) FROM audit_leaf l"
            " JOIN audit_event e ON e.organization_id = l.organization_id AND e.id = l.id"
            ' WHERE l.organization_id = %s AND l."index" >= %s AND l."index" < %s GROUP BY 1 ORDER BY 1',
            [tenancy.organization_id(), begin, end],
        )
        rows: list[Any] = cursor.fetchall()
    return tuple((name, sentence(name), count, stamp(last)) for name, count, last in rows)


def _version() -> str:
    try:
        return f"Countersign {metadata.version('countersign')}"
    except metadata.PackageNotFoundError:
        return "Countersign"
