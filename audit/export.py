"""The trail as CSV: any view, any size, streamed in constant memory, and an event before the first byte (A05)."""

from __future__ import annotations

import csv
import io
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from typing import Any

from audit import search
from audit.cells import json_cell, text_cell
from audit.filters import Filters
from audit.words import sentence
from portal import subjects, tenancy, trail
from portal.money import Money, MoneyError
from portal.roles import Capability, require

CHUNK = 500
_COLUMNS = (
    "id",
    "recorded_at",
    "type",
    "actor_kind",
    "actor_name",
    "actor_id",
    "subject_kind",
    "subject_id",
    "connector_id",
    "verdict",
    "confidence",
    "amount_minor",
    "currency",
    "cost_microusd",
    "rows",
    "bytes",
    "duration_ms",
    "policy_revision",
    "request_id",
    "data",
    "before",
    "after",
    "commitments",
)
HEADER = (
    *("id", "time", "type", "what", "actor_kind", "actor", "actor_id", "subject_kind", "subject_id"),
    *("connector_id", "connector", "verdict", "confidence", "amount", "currency", "cost_usd"),
    *("rows", "bytes", "duration_ms", "policy_revision", "request_id"),
    *("data", "before", "after", "texts", "commitments"),
)
_AT = {name: index for index, name in enumerate(_COLUMNS)}


def begin(filters: Filters, asked: dict[str, str]) -> Iterator[bytes]:
    """Record that an export begins and return its bytes, for reading later, also after the request has ended.

    Raises `Refused` without the right. What happened after this moment is not in it, its own event included.
    When the stream ends or is cut, `trail.export_finished` says so in a transaction of its own.
    """
    require(Capability.VIEW_GOVERNANCE)
    context = tenancy.current()
    export_id = trail.record(
        trail.Event(
            "trail.exported",
            trail.Subject("trail", str(context.organization_id)),
            data={"filters": {name: value for name, value in asked.items() if name != "q"}, "format": "csv"},
            text={"search": filters.search},
        )
    )
    last = min(export_id, filters.last) if filters.last else export_id
    return _stream(context, replace(filters, last=last), export_id)


def _stream(context: tenancy.Context, filters: Filters, export_id: uuid.UUID) -> Iterator[bytes]:
    started, rows, size, outcome = time.monotonic(), 0, 0, "cut"
    try:
        head = b"\xef\xbb\xbf" + _lines([HEADER])  # so that spreadsheets read UTF-8
        size += len(head)
        yield head
        pages = search.chunks(filters, _COLUMNS, CHUNK)
        while True:
            with tenancy.enter(context):  # never across a yield: the reader is somebody else's code
                found = next(pages, None)
                written = _lines(_cells(found)) if found else b""
            if found is None:
                break
            rows, size = rows + len(found), size + len(written)
            yield written
        outcome = "whole"
    except Exception:
        outcome = "failed"
        raise
    finally:
        with tenancy.enter(context):
            _record_end(export_id, outcome, rows, size, int((time.monotonic() - started) * 1000))


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


def _lines(rows: Any) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    return written.getvalue().encode()


def _cells(found: list[tuple[Any, ...]]) -> Iterator[list[Any]]:
    texts = search.texts_of([row[0] for row in found if row[_AT["commitments"]]])
    connectors = subjects.names_of("connector", {row[_AT["connector_id"]] for row in found})
    for row in found:
        yield _line(row, texts.get(row[0], {}), connectors)


def _line(row: tuple[Any, ...], texts: dict[str, str], connectors: dict[str, str]) -> list[Any]:
    at = dict(zip(_COLUMNS, row, strict=True))
    connector = str(at["connector_id"] or "")
    return [
        str(at["id"]),
        at["recorded_at"].astimezone(UTC).isoformat(),
        at["type"],
        sentence(at["type"]),
        *(text_cell(at[name]) for name in ("actor_kind", "actor_name", "actor_id", "subject_kind", "subject_id")),
        connector,
        text_cell(connectors.get(connector, "")),
        text_cell(at["verdict"]),
        text_cell(at["confidence"]),
        _amount(at["amount_minor"], at["currency"]),
        at["currency"],
        "" if at["cost_microusd"] is None else Decimal(at["cost_microusd"]).scaleb(-6),
        *("" if at[name] is None else at[name] for name in ("rows", "bytes", "duration_ms", "policy_revision")),
        text_cell(at["request_id"]),
        *(json_cell(at[name]) for name in ("data", "before", "after")),
        json_cell(texts),
        json_cell(at["commitments"]),
    ]


def _amount(minor: int | None, currency: str) -> Any:
    """Return the amount as a number with the currency's decimals; empty where there is none."""
    if minor is None:
        return ""
    try:
        return Decimal(Money(minor, currency).decimal)
    except MoneyError:
        return minor
