"""Samples for auditors: drawn by a recorded seed from the sealed log, and the same again whenever it is asked.

The order is that of SHA-256 over `seed:event id`; the first events in it are the sample. Whoever has the ids of the
population (an evidence pack holds them) draws it again with a few lines of any language; `docs/auditors.md` shows them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import secrets
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from audit.cells import text_cell
from audit.models import Event, Head, Sample
from audit.words import sentence
from portal import tenancy, trail
from portal.ids import uuid7_floor
from portal.roles import Capability, require

MOST = 1_000
HEADER = ("place", "leaf", "event", "time", "type", "what", "actor", "subject_kind", "subject_id", "verdict")
_POPULATION = (
    "FROM audit_event e JOIN audit_leaf l ON l.organization_id = e.organization_id AND l.id = e.id"
    " WHERE e.organization_id = %s AND e.id >= %s AND e.id < %s AND (%s OR e.type = ANY(%s))"
    ' AND l."index" < %s'
)


def draw(*, since: datetime, until: datetime, types: Iterable[str], size: int, purpose: str, seed: str = "") -> Sample:
    """Draw a sample of the events sealed by now, and record it with its event.

    `seed` is what somebody outside may give; without one it is drawn here. Raises `Refused` without the right and
    `ValidationError` naming the field.
    """
    require(Capability.VIEW_GOVERNANCE)
    if not purpose.strip():
        raise ValidationError({"purpose": "purpose: say what the sample is for"})
    if not 1 <= size <= MOST:
        raise ValidationError({"size": f"size: `{size}` is not between 1 and {MOST}"})
    head = Head.objects.order_by("-number").first()
    if head is None:
        raise ValidationError({"until": "until: no event of this organization was sealed yet; wait some seconds"})
    sample = Sample(
        since=since, until=until, types=sorted(types), head_number=head.number, head_size=head.size,
        seed=seed.strip() or secrets.token_hex(16), size=size, purpose=purpose.strip()[:300],
        drawn_by_name=tenancy.current().actor.name[:160],
    )  # fmt: skip
    with transaction.atomic():
        sample.population = _count(sample)
        if not sample.population:
            raise ValidationError({"since": "since: no sealed event is in this period; choose another"})
        sample.digest = hashlib.sha256(question(sample).encode()).hexdigest()
        sample.result = _digest(drawn(sample))
        sample.save(force_insert=True)
        _record("sample.selected", sample)
    return sample


def question(sample: Sample) -> str:
    """Return what was asked, as the text whose SHA-256 is kept."""
    asked = {
        "since": sample.since.isoformat(),
        "until": sample.until.isoformat(),
        "types": sample.types,
        "head": sample.head_number,
        "leaves": sample.head_size,
        "seed": sample.seed,
        "size": sample.size,
    }
    return json.dumps(asked, sort_keys=True, separators=(",", ":"))


def drawn(sample: Sample) -> list[tuple[int, uuid.UUID]]:
    """Return the sample as the log gives it now: (leaf, event) in the order drawn."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT l."index", e.id {_POPULATION}'
            " ORDER BY sha256(convert_to(%s || ':' || e.id::text, 'UTF8')) LIMIT %s",
            [*_values(sample), sample.seed, sample.size],
        )
        found: list[tuple[int, uuid.UUID]] = cursor.fetchall()
    return found


def is_the_same(sample: Sample) -> bool:
    """Return whether the log still gives the events that were drawn; a month that was dropped takes some away."""
    return _digest(drawn(sample)) == sample.result


def sheet(sample: Sample) -> Iterator[bytes]:
    """Record that the sample is taken away and yield it as CSV."""
    require(Capability.VIEW_GOVERNANCE)
    _record("sample.downloaded", sample)
    places = drawn(sample)
    events = Event.objects.in_bulk([event for _, event in places])
    yield _cells(HEADER)
    for place, (leaf, event_id) in enumerate(places, 1):
        event = events[event_id]
        said = (event.type, sentence(event.type), event.actor_name, event.subject_kind, event.subject_id, event.verdict)
        yield _cells((place, leaf, event_id, event.recorded_at.isoformat(), *map(text_cell, said)))


def _values(sample: Sample) -> list[Any]:
    low, high = uuid7_floor(sample.since), uuid7_floor(sample.until)
    return [tenancy.organization_id(), low, high, not sample.types, sample.types, sample.head_size]


def _count(sample: Sample) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_POPULATION}", _values(sample))
        return int(cursor.fetchone()[0])


def _digest(places: list[tuple[int, uuid.UUID]]) -> str:
    return hashlib.sha256("\n".join(str(event) for _, event in places).encode()).hexdigest()


def _cells(values: Iterable[Any]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerow(list(values))
    return written.getvalue().encode()


def _record(kind: str, sample: Sample) -> None:
    data = {"digest": sample.digest, "seed": sample.seed, "population": sample.population, "size": sample.size}
    trail.record(
        trail.Event(kind, trail.Subject("sample", str(sample.pk)), data=data, text={"purpose": sample.purpose})
    )
