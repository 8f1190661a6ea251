"""The trail in a pack: the sealed leaves of a period in the order of the log, in parts, in constant memory.

A part is three files of the same events: `.jsonl` holds the sealed bytes, one leaf a line; `.jsonl.proof` the leaf
hashes as they were sealed and what proves them under the pack's head, so that a verifier says which event was changed;
`.csv` the same for a spreadsheet. Parts begin at fixed places of the log, whoever makes them, and however often the
work was begun anew.

A period is a range of the log: from the first leaf of an event of the period to the last. Between these stand, at
its edges, a few events that were committed in another order than they began; they are in the pack too, because the
range has no gap.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from typing import IO, Any

from django.db import connection

from audit.cells import json_cell, text_cell
from audit.evidence import part_proof
from audit.evidence.archive import Archive
from audit.models import Head
from audit.sealing import tree
from audit.sealing.leaf import COLUMNS, JSON_COLUMNS, SELECT, leaf_bytes
from portal import tenancy
from portal.evidence import Cut
from portal.ids import uuid7_floor

PART = 50_000
CHUNK = 1_000
_SPOOL_BYTES = 4 * 1024 * 1024
_TEXTS = ("type", "actor_kind", "actor_id", "actor_name", "subject_kind", "subject_id", "request_id", "currency")
_SELECTED = ", ".join(f"e.{each}" for each in SELECT.split(", "))
_LEAVES = (
    f'SELECT l."index", l.id, l.hash, {_SELECTED} FROM audit_leaf l'  # noqa: S608 - our own names
    " LEFT JOIN audit_event e ON e.organization_id = l.organization_id AND e.id = l.id"
    ' WHERE l.organization_id = %s AND l."index" >= %s AND l."index" < %s ORDER BY l."index"'
)


def range_of(cut: Cut) -> tuple[int, int]:
    """Return the first leaf of the period and the one after its last, (0, 0) where nothing of it is sealed and kept."""
    organization = tenancy.organization_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM audit_event WHERE organization_id = %s AND id >= %s AND id < %s ORDER BY id LIMIT 1",
            [organization, uuid7_floor(cut.since), uuid7_floor(cut.until)],
        )
        first = cursor.fetchone()
        if first is None:
            return 0, 0
        cursor.execute(
            'SELECT min("index"), max("index") + 1 FROM audit_leaf'
            ' WHERE organization_id = %s AND id >= %s AND id < %s AND "index" < %s',
            [organization, first[0], uuid7_floor(cut.until), cut.head_size],
        )
        begin, end = cursor.fetchone()
    return (begin, end) if end else (0, 0)


def part_end(leaf: int, end: int) -> int:
    """Return where the part that begins at this leaf ends."""
    return min((leaf // PART + 1) * PART, end)


def write_part(archive: Archive, head: Head, first: int, end: int, *, with_heads: bool) -> dict[str, int]:
    """Write the leaves [first, end) as one part, proved under `head`; `with_heads` adds the heads that came before it.

    Return how many leaves there are, how many have no event any more, how many events are not what was sealed.
    """
    stem = f"trail/{first:012d}"
    counts = {"leaves": 0, "absent": 0, "changed": 0}
    with _spool(archive) as sheet, _spool(archive) as proof:
        sheet.write(_cells(("leaf", *COLUMNS)))
        proof.writelines(part_proof.opening(part_proof.heads_up_to(head) if with_heads else [head]))
        proof.writelines(part_proof.between(0, first))
        with archive.add(f"{stem}.jsonl") as lines:
            for index, event, sealed, row in _rows(first, end):
                counts["leaves"] += 1
                proof.write(part_proof.leaf(index, event, sealed))
                if row is None:
                    counts["absent"] += 1
                    continue
                leaf = leaf_bytes(row)
                counts["changed"] += tree.leaf_hash(leaf) != sealed
                lines.write(leaf + b"\n")
                sheet.write(_line(index, row))
        proof.writelines(part_proof.between(end, head.size))
        proof.write(part_proof.closing(counts["leaves"]))
        _move(proof, archive, f"{stem}.jsonl.proof")
        _move(sheet, archive, f"{stem}.csv")
    return counts


def _spool(archive: Archive) -> tempfile.SpooledTemporaryFile[bytes]:
    return tempfile.SpooledTemporaryFile(_SPOOL_BYTES, dir=str(archive.path.parent))


def _rows(first: int, end: int) -> Iterator[tuple[int, uuid.UUID, bytes, dict[str, Any] | None]]:
    """Yield (index, the event's id, sealed hash, the event's row or None where it is gone), a chunk at a time."""
    organization = tenancy.organization_id()
    for begin in range(first, end, CHUNK):
        with connection.cursor() as cursor:
            cursor.execute(_LEAVES, [organization, begin, min(begin + CHUNK, end)])
            found = cursor.fetchall()
        for index, event, sealed, *columns in found:
            row = dict(zip(COLUMNS, columns, strict=True))
            yield index, event, bytes(sealed), row if row["id"] is not None else None


def _move(spooled: IO[bytes], archive: Archive, name: str) -> None:
    spooled.seek(0)
    with archive.add(name) as file:
        shutil.copyfileobj(spooled, file, 256 * 1024)


def _line(index: int, row: dict[str, Any]) -> bytes:
    return _cells((index, *(_cell(name, row[name]) for name in COLUMNS)))


def _cell(name: str, value: Any) -> Any:
    """Return what no spreadsheet takes for a formula; JSON stays JSON."""
    if name in _TEXTS:
        return text_cell(value)
    if name in JSON_COLUMNS and value is not None:
        return value if text_cell(value) == value else json_cell(json.loads(value))
    return value.isoformat() if name == "recorded_at" else value


def _cells(values: tuple[Any, ...]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerow(values)
    return written.getvalue().encode()
