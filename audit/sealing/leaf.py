"""The sealed bytes of an event: one JSON text, the same for ever, on every machine. Knows no Django.

A leaf holds every column of `audit_event` but `xact_id`; personal texts only as their commitments, so that erasing
one leaves every proof whole. Exports as JSON Lines carry exactly these bytes, one leaf a line: who verifies
them hashes lines, and needs nothing that puts JSON in order.

Version 1: an object with the keys of `COLUMNS` and `v`, in the order of their code points at every depth, no
space between tokens, UTF-8 with only the escapes that JSON demands; times in UTC with six decimals and `Z`; ids in
lower-case hexadecimal with hyphens; a number of the JSON columns with the digits the database keeps, never as a
float and never with an exponent.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

VERSION = 1
JSON_COLUMNS = ("after", "before", "commitments", "data")
COLUMNS = (
    *("id", "organization_id", "recorded_at", "type"),
    *("actor_kind", "actor_id", "actor_name", "subject_kind", "subject_id", "connector_id"),
    *("verdict", "confidence", "amount_minor", "currency", "cost_microusd"),
    *("rows", "bytes", "duration_ms", "policy_revision", "request_id"),
    *("data", "before", "after", "commitments"),
)
SELECT = ", ".join(f'"{name}"::text' if name in JSON_COLUMNS else f'"{name}"' for name in COLUMNS)
"""What to select from `audit_event`, in the order of `COLUMNS`: JSON columns as the text that `leaf_bytes` reads."""

LONG = 4_000


def _whole(digits: str) -> int | Decimal:
    """Return a whole number; as a decimal where Python refuses to read that many digits as an int."""
    return int(digits) if len(digits) < LONG else Decimal(digits)


_dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode
_loads = json.JSONDecoder(parse_float=Decimal, parse_int=_whole).decode
_TEXTS = tuple(name for name in COLUMNS if name not in JSON_COLUMNS)
_AS_THEY_ARE = frozenset({str, int, type(None)})


def leaf_bytes(row: Mapping[str, Any]) -> bytes:
    """Return the leaf of one event, without a line's end.

    `row` maps each of `COLUMNS` to what the database driver gives; the JSON columns as their text (`data::text`), since
    a parsed one may hold floats, which have lost digits. Raises `KeyError` for a missing column, `TypeError` for a
    value that is none of these.
    """
    shown: dict[str, Any] = {"v": VERSION}
    for name in _TEXTS:
        value = row[name]
        shown[name] = value if type(value) in _AS_THEY_ARE else _plain(name, value)
    for name in JSON_COLUMNS:
        text = row[name]
        shown[name] = {} if text == "{}" else None if text is None else _plain(name, text)
    try:
        return _dumps(shown).encode()
    except TypeError:  # a number with a fraction, which the fast encoder does not write digit by digit
        return _exactly(shown).encode()


def _plain(name: str, value: Any) -> Any:
    if name in JSON_COLUMNS:
        if not isinstance(value, str):
            raise TypeError(f"{name}: give the column's text (`{name}::text`), not a `{type(value).__name__}`")
        return _loads(value)
    if isinstance(value, str | int) and not isinstance(value, bool):
        return value
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    raise TypeError(f"{name}: a leaf holds texts, whole numbers, ids and times with a zone, not `{value!r}`")


def _exactly(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ",".join(f"{_dumps(key)}:{_exactly(each)}" for key, each in sorted(value.items())) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_exactly, value)) + "]"
    return _dumps(value)
