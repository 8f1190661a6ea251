"""Which tables a question is about, and how they are told to a model: names, types, keys, comments; no value (Q10)."""

from __future__ import annotations

from dataclasses import replace

from connectors.contracts import Column, Schema, Table
from questions import retrieval

LIMIT = 15
MAX_BYTES = 24_000
"""About six thousand tokens of schema; what does not fit is left out, least relevant first."""


def relevant_tables(question: str, schema: Schema, limit: int = LIMIT) -> list[Table]:
    """Return at most `limit` tables the question may need, most relevant first.

    By words (names taken apart, abbreviations, stems), by meaning, and by joins: a table between two that match well is
    needed although nobody names it. All of it on this machine, without a model.
    """
    return [table for _, table in retrieval.ranked(question, schema)[: max(0, limit)]]


def schema_text(tables: list[Table], max_bytes: int = MAX_BYTES, *, question: str = "") -> tuple[str, list[Table]]:
    """Return the text for a model and the tables as they are in it, in the order given, within the budget.

    Where not everything fits, wide tables are told by their keys and the columns nearest to the question, and say how
    many they leave out; a table that does not fit even so is left out with all that follow it.
    """
    shares = _shares([len(_told(table).encode()) + 1 for table in tables], max_bytes)
    parts: list[str] = []
    told: list[Table] = []
    size = 0
    for table, share in zip(tables, shares, strict=True):
        kept = _narrowed(table, share, question)
        part = _told(kept, len(table.columns) - len(kept.columns))
        cost = len(part.encode()) + 1
        if size + cost > max_bytes and told:
            break
        parts.append(part if size + cost <= max_bytes else part.encode()[: max_bytes - size].decode(errors="ignore"))
        told.append(kept)
        size += cost
    return "\n".join(parts), told


def _shares(costs: list[int], budget: int) -> list[int]:
    """Share the budget: what a small table does not need goes to the wide ones."""
    share, left = [0] * len(costs), budget
    for place, index in enumerate(sorted(range(len(costs)), key=costs.__getitem__)):
        share[index] = min(costs[index], left // (len(costs) - place))
        left -= share[index]
    return share


def _narrowed(table: Table, share: int, question: str) -> Table:
    """Return the table with as many columns as fit into its share: keys always, then the nearest to the question."""
    if len(_told(table).encode()) < share or not table.columns:
        return table
    joined = {column for key in table.foreign_keys for column in key.columns}
    keys = [i for i, column in enumerate(table.columns) if column.is_key or column.name in joined]
    scores = retrieval.column_scores(question, table.columns)
    others = sorted(set(range(len(table.columns))) - set(keys), key=lambda i: (-scores[i], i))
    kept = set(keys)
    left = share - len(_told(replace(table, columns=tuple(table.columns[i] for i in keys)), 1).encode()) - 8
    for index in others:
        left -= len(_column(table.columns[index]).encode()) + 1
        if left < 0:
            break
        kept.add(index)
    return replace(table, columns=tuple(table.columns[i] for i in sorted(kept)))


def _told(table: Table, left_out: int = 0) -> str:
    """One table as a line of its name and a line for each column."""
    comment = f"  -- {_one_line(table.comment)}" if table.comment else ""
    lines = [f"{table.kind} {table.qualified_name}{comment}", *(_column(column) for column in table.columns)]
    if left_out:
        lines.append(f"  -- and {left_out:,} columns that are not told here")
    for foreign in table.foreign_keys:
        target = f"{foreign.target_schema}.{foreign.target_table}" if foreign.target_schema else foreign.target_table
        lines.append(f"  ({', '.join(foreign.columns)}) -> {target} ({', '.join(foreign.target_columns)})")
    return "\n".join(lines)


def _column(column: Column) -> str:
    said = f"  -- {_one_line(column.comment)}" if column.comment else ""
    return f"  {column.name} {column.type}{' key' if column.is_key else ''}{said}"


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]
