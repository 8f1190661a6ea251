"""The answer in words, made from the returned rows by fixed sentences: nothing in it comes from a model (Q12).

INVARIANT: a cut answer says so first and never states a total, a maximum or "all".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.contracts import JsonScalar, Result, ResultColumn

EMPTY = "No rows match: the query ran and the database returned nothing."
MOST_CHARS = 120
_PLAIN_NUMBER = re.compile(r"(^|_)(id|no|nr|number|code|year|zip|postcode|phone|sku|key)$", re.IGNORECASE)


def sentence_for(result: Result) -> str:
    """Return one to three sentences that say what the rows say, with their values exact."""
    rows = result.rows
    if not rows:
        return f"{_cut(result)}{EMPTY}" if not result.is_cut else _cut(result).strip()
    if len(rows) == 1 and len(result.columns) == 1:
        said = _one_value(result.columns[0], rows[0][0])
    elif len(rows) == 1:
        said = (
            f"One row: {_row(result.columns, rows[0])}." if not result.is_cut else f"{_row(result.columns, rows[0])}."
        )
    else:
        said = _several(result)
    return _cut(result) + said


def show(value: JsonScalar, column: ResultColumn) -> str:
    """Return a value as people read it: whole numbers grouped, decimals with every digit they have."""
    return show_as(value, column.name, column.kind)


def show_as(value: JsonScalar, name: str, kind: str, *, shorten: bool = True) -> str:
    """Return a value of a column of this name and kind as people read it; a long text whole where not to `shorten`."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if kind in ("integer", "decimal", "float") and not _PLAIN_NUMBER.search(name):
        return _grouped(text)
    return text if len(text) <= MOST_CHARS or not shorten else text[: MOST_CHARS - 1] + "…"


def _grouped(text: str) -> str:
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, dot, fraction = digits.partition(".")
    return (
        f"{sign}{int(whole):,}{dot}{fraction}"
        if whole.isascii() and whole.isdigit() and fraction.isalnum() ^ (not dot)
        else text
    )


def _cut(result: Result) -> str:
    """Say first what is missing."""
    if result.rows_cut:
        shown = len(result.rows)
        noun = "row is" if shown == 1 else "rows are"
        return f"This is only a part: the first {shown} {noun} shown and there are more. "
    if result.bytes_cut and not result.cut_cells:
        return "This is only a part: rows are left out because of their size. "
    if result.bytes_cut:
        return "This is only a part: long values are cut. "
    return ""


def _one_value(column: ResultColumn, value: JsonScalar) -> str:
    label = _label(column.name)
    if value is None:
        return f"{label}: nothing; the database returned an empty value."
    return f"{label}: {show(value, column)}."


def _row(columns: Sequence[ResultColumn], row: Sequence[JsonScalar]) -> str:
    parts = [f"{_label(c.name)} {show(v, c)}" for c, v in zip(columns, row, strict=True)]
    return "; ".join(parts[:8]) + (" …" if len(parts) > 8 else "")


def _several(result: Result) -> str:
    """Name the first row, and where two columns are enough for it, the second."""
    columns, rows = result.columns, result.rows
    count = "" if result.is_cut else f"{len(rows)} rows. "
    if len(columns) == 1:
        listed = ", ".join(show(row[0], columns[0]) for row in rows[:5])
        return f"{count}{_label(columns[0].name)}: {listed}{' …' if len(rows) > 5 else ''}."
    return f"{count}First: {_named(columns, rows[0])}. Then: {_named(columns, rows[1])}."


def _named(columns: Sequence[ResultColumn], row: Sequence[JsonScalar]) -> str:
    """One of several rows: what it is called, then up to three of its values."""
    if columns[0].kind in ("integer", "decimal", "float") or row[0] is None:
        return _row(columns[:4], row[:4])
    values = ", ".join(f"{_label(c.name).lower()} {show(v, c)}" for c, v in zip(columns[1:4], row[1:4], strict=True))
    return f"{show(row[0], columns[0])} ({values})"


def _label(name: str) -> str:
    words = name.replace("_", " ").strip() or "value"
    return words[:1].upper() + words[1:60]
