"""The trail as a file: any view, any size, streamed in constant memory, and an event before the first byte (A05).

PostgreSQL writes the lines of a CSV itself (COPY, under row security); here only those are rewritten that hold a cell a
spreadsheet could calculate. JSON Lines carry the sealed leaf of each event, byte for byte, so that a verifier hashes
lines. Who may fetch a file is signed into its link: the person, the organization, the view and its newest event.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.core import signing
from django.db import connection

from audit import search
from audit.cells import json_cell, text_cell
from audit.filters import Filters
from audit.sealing import leaf, proofs
from audit.words import sentence
from portal import rate, subjects, tenancy, trail
from portal.ids import uuid7
from portal.money import NO_DECIMALS, THREE_DECIMALS
from portal.refusal import Refused
from portal.roles import Capability, require

CHUNK = 2_000
FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
PROOFS = {f"{each}.proof": "application/jsonl; charset=utf-8" for each in FORMATS}
"""The proof beside each file: the same view under the same link."""
LINK_S = 24 * 3600
PER_HOUR = 30
"""How many files one person fetches in an hour; an organization three times as many."""
_TEXT, _JSON = "text", "json"
_CELLS: dict[str, tuple[str, str]] = {
    "id": ("e.id", ""),
    "time": ("""to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00')""", ""),
    "type": ("e.type", _TEXT),
    "what": ("coalesce(%s::jsonb ->> e.type, e.type)", _TEXT),
    "actor_kind": ("e.actor_kind", _TEXT),
    "actor": ("e.actor_name", _TEXT),
    "actor_id": ("e.actor_id", _TEXT),
    "subject_kind": ("e.subject_kind", _TEXT),
    "subject_id": ("e.subject_id", _TEXT),
    "connector_id": ("e.connector_id", ""),
    "connector": ("%s::jsonb ->> e.connector_id::text", _TEXT),
    "verdict": ("e.verdict", _TEXT),
    "confidence": ("e.confidence", _TEXT),
    "amount": (
        "CASE WHEN e.currency = ANY(%s) THEN e.amount_minor::numeric"
        " WHEN e.currency = ANY(%s) THEN round(e.amount_minor / 1000.0, 3)"
        " ELSE round(e.amount_minor / 100.0, 2) END",
        "",
    ),
    "currency": ("e.currency", _TEXT),
    "cost_usd": ("round(e.cost_microusd / 1000000.0, 6)", ""),
    "rows": ("e.rows", ""),
    "bytes": ("e.bytes", ""),
    "duration_ms": ("e.duration_ms", ""),
    "policy_revision": ("e.policy_revision", ""),
    "request_id": ("e.request_id", _TEXT),
    "data": ("nullif(e.data::text, '{}')", _JSON),
    "before": ("nullif(e.before::text, '{}')", _JSON),
    "after": ("nullif(e.after::text, '{}')", _JSON),
    "texts": (
        "CASE WHEN e.commitments <> '{}' THEN (SELECT jsonb_object_agg(t.field, t.text)::text FROM audit_eventtext t"
        " WHERE t.organization_id = e.organization_id AND t.event_id = e.id) END",
        _JSON,
    ),
    "commitments": ("nullif(e.commitments::text, '{}')", _JSON),
}
HEADER = tuple(_CELLS)
_KINDS = tuple(kind for _, kind in _CELLS.values())
_SUSPECT = re.compile(
    rb"(?<=[\x00-\x20\"',;|\x80-\xbf])[=+@\-]|\xef\xbc[\x8b\x8d\x9d\xa0]|(?<=[\",])(?:[\t\r]|\n(?!\Z))"
)
"""INVARIANT: whatever `audit.cells` would change matches somewhere in its line; what merely looks so takes time."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A view of the trail that one person may fetch as a file, until the link is too old."""

    asked: dict[str, str]
    last: uuid.UUID

    @property
    def moment(self) -> datetime:
        """When the link was made: nothing that happened later is in the file."""
        return datetime.fromtimestamp((self.last.int >> 80) / 1000, UTC)


def link_of(asked: dict[str, str]) -> str:
    """Return what stands in the link of an export that the current person may fetch. Raises `Refused`."""
    require(Capability.VIEW_GOVERNANCE)
    context = tenancy.current()
    signed = [str(context.organization_id), str(context.user_id), str(uuid7()), asked]
    return signing.dumps(signed, salt="audit.export", compress=True)


def ticket_of(link: str) -> Ticket:
    """Read a link; raise `Refused` for another person's, one that is too old or changed, or without the right."""
    require(Capability.VIEW_GOVERNANCE)
    context = tenancy.current()
    try:
        organization, person, last, asked = signing.loads(link, salt="audit.export", max_age=LINK_S)
    except signing.BadSignature:
        raise Refused("This link of an export is too old or was changed. Open the view and export it again.") from None
    if (organization, person) != (str(context.organization_id), str(context.user_id)):
        raise Refused("This export belongs to somebody else. Open the view and export it yourself.")
    return Ticket({str(name): str(value) for name, value in asked.items()}, uuid.UUID(last))


def begin(filters: Filters, asked: dict[str, str], form: str = "csv", last: uuid.UUID | None = None) -> Iterator[bytes]:
    """Record that an export begins and return its bytes, for reading later, also after the request has ended.

    Raises `Refused` without the right and `rate.Limited` after too many. What happened after `last` is not in it, nor
    after this moment, its own event included. When the stream ends or is cut, `trail.export_finished` says so in a
    transaction of its own.
    """
    require(Capability.VIEW_GOVERNANCE)
    context = tenancy.current()
    _limit(context)
    export_id = trail.record(
        trail.Event(
            "trail.exported",
            trail.Subject("trail", str(context.organization_id)),
            data={"filters": {name: value for name, value in asked.items() if name != "q"}, "format": form},
            text={"search": filters.search},
        )
    )
    upper = min(each for each in (export_id, last, filters.last) if each is not None)
    return _stream(context, replace(filters, last=upper), export_id, form)


def _limit(context: tenancy.Context) -> None:
    windows = [
        rate.Window("person", str(context.user_id), PER_HOUR),
        rate.Window("organization", str(context.organization_id), 3 * PER_HOUR),
    ]
    rate.take("trail_export", "exports of the trail", windows, 3600)


def _stream(context: tenancy.Context, filters: Filters, export_id: uuid.UUID, form: str) -> Iterator[bytes]:
    started, rows, size, outcome = time.monotonic(), 0, 0, "cut"
    pieces = _proof(filters, with_leaves=form.startswith("csv")) if form in PROOFS else _lines(filters, form)
    try:
        while True:
            with tenancy.enter(context):  # never across a yield: the reader is somebody else's code
                written, count = next(pieces, (b"", 0))
            if not written:
                break
            rows, size = rows + count, size + len(written)
            yield written
        outcome = "whole"
    except Exception:
        outcome = "failed"
        raise
    finally:
        with tenancy.enter(context):
            _record_end(export_id, outcome, rows, size, int((time.monotonic() - started) * 1000))


def _lines(filters: Filters, form: str) -> Iterator[tuple[bytes, int]]:
    """Yield the file of a view in chunks, each with how many events it holds. Every step needs the tenancy."""
    if form == "csv":
        yield b"\xef\xbb\xbf" + _written(HEADER), 0  # so that spreadsheets read UTF-8
    before: uuid.UUID | None = None
    while True:
        written, count, before = (_csv if form == "csv" else _json_lines)(filters, before)
        yield written, count
        if count < CHUNK:
            return


def _proof(filters: Filters, *, with_leaves: bool) -> Iterator[tuple[bytes, int]]:
    """Yield the proof of a view's events, which are named first: eight bytes of memory for each."""
    proof, count, total = proofs.Proof(with_leaves=with_leaves), CHUNK, 0
    before: uuid.UUID | None = None
    while count == CHUNK:
        rows = search.matches(search.older_than(filters, before)).newest_first()
        found = list(rows.values_list("id", flat=True)[:CHUNK])
        proof.add(found)
        count, total, before = len(found), total + len(found), found[-1] if found else before
    lines = proof.lines()
    while piece := b"".join(itertools.islice(lines, CHUNK)):
        yield piece, total
        total = 0


def _record_end(export_id: uuid.UUID, outcome: str, rows: int, size: int, duration_ms: int) -> None:
    trail.record(
        trail.Event(
            "trail.export_finished",
            trail.Subject("trail", str(tenancy.organization_id())),
            rows=rows,
            bytes=size,
            duration_ms=duration_ms,
            data={"export": str(export_id), "outcome": outcome},
        )
    )


def _csv(filters: Filters, before: uuid.UUID | None) -> tuple[bytes, int, uuid.UUID | None]:
    """Return the lines of one chunk, how many, and the id of the last. Two statements."""
    inner, given = _inner(filters, before)
    named = [json.dumps(_sentences()), json.dumps(_connectors()), list(NO_DECIMALS), list(THREE_DECIMALS)]
    cells = ", ".join(sql for sql, _ in _CELLS.values())
    statement = f"COPY (SELECT {cells} FROM ({inner}) e ORDER BY e.id DESC) TO STDOUT (FORMAT csv)"  # noqa: S608 - no value in it
    with connection.cursor() as cursor, cursor.copy(statement, [*named, *given]) as out:
        lines = [bytes(line) if _SUSPECT.search(line) is None else _guarded(bytes(line)) for line in out]
    last = uuid.UUID(lines[-1][:36].decode()) if lines else before
    return b"".join(lines), len(lines), last


def _json_lines(filters: Filters, before: uuid.UUID | None) -> tuple[bytes, int, uuid.UUID | None]:
    """Return the sealed leaves of one chunk, one a line, how many, and the id of the last. One statement."""
    inner, given = _inner(filters, before)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {leaf.SELECT} FROM ({inner}) e ORDER BY e.id DESC", given)  # noqa: S608 - no value in it
        found = cursor.fetchall()
    lines = [leaf.leaf_bytes(dict(zip(leaf.COLUMNS, row, strict=True))) + b"\n" for row in found]
    return b"".join(lines), len(lines), found[-1][0] if found else before


def _inner(filters: Filters, before: uuid.UUID | None) -> tuple[str, tuple[Any, ...]]:
    """Return the statement of one chunk's rows with its values."""
    found = search.matches(search.older_than(filters, before)).newest_first()[:CHUNK]
    statement, given = found.query.sql_with_params()
    return str(statement), tuple(given)


def _sentences() -> dict[str, str]:
    return {name: sentence(name) for name in trail.declared()}


def _connectors() -> dict[str, str]:
    model = subjects.model_of("connector")
    return {str(row.pk): str(row) for row in model._default_manager.all()} if model else {}


def _guarded(line: bytes) -> bytes:
    """Return a line with every cell as `audit.cells` writes it."""
    row = next(csv.reader(io.StringIO(line.decode(), newline="")))
    cells = []
    for cell, kind in zip(row, _KINDS, strict=True):
        if kind == _TEXT:
            cell = text_cell(cell)
        elif kind == _JSON and cell:
            cell = json_cell(json.loads(cell))
        cells.append(cell)
    return _written(cells)


def _written(cells: Any) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerow(cells)  # quotes a lone return only where it is part of a line's end
    return written.getvalue().removesuffix("\r\n").encode() + b"\n"
