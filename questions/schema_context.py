"""Which tables a question is about, and how they are told to a model: names, types, keys, comments; no value (Q10)."""

from __future__ import annotations

import math
import re
from collections import Counter

from connectors.adapters.providers.embeddings import embed
from connectors.contracts import Schema, Table

LIMIT = 15
MAX_BYTES = 24_000
"""About six thousand tokens of schema; what does not fit is left out, least relevant first."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_STOP = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "from",
        "what",
        "which",
        "who",
        "how",
        "many",
        "much",
        "are",
        "was",
        "were",
        "did",
        "does",
        "has",
        "have",
        "had",
        "all",
        "any",
        "each",
        "per",
        "our",
        "you",
        "show",
        "list",
        "give",
        "get",
        "tell",
        "number",
        "count",
        "total",
        "average",
        "sum",
        "most",
        "least",
        "last",
        "first",
        "this",
        "that",
        "in",
        "of",
        "by",
        "on",
        "to",
        "is",
        "a",
        "an",
        "at",
        "or",
        "not",
        "do",
        "we",
        "me",
        "my",
        "it",
        "be",
        "as",
        "between",
        "than",
        "more",
        "less",
        "top",
        "id",
    ]
)


def relevant_tables(question: str, schema: Schema, limit: int = LIMIT) -> list[Table]:
    """Return at most `limit` tables the question may need, most relevant first.

    By words and by meaning; then the tables that foreign keys join to the best ones, because an answer needs the
    bridge between two tables although nobody names it.
    """
    ranked = [table for _, table in score_tables(question, schema)]
    if len(ranked) <= limit:
        return ranked
    chosen = ranked[: max(1, limit * 2 // 3)]
    neighbours = _neighbours(schema)
    for table in list(chosen):
        for name in sorted(neighbours.get(_key(table.schema, table.name), ()), key=str):
            near = next((each for each in schema.tables if _key(each.schema, each.name) == name), None)
            if near is not None and near not in chosen and len(chosen) < limit:
                chosen.append(near)
    for table in ranked:
        if len(chosen) >= limit:
            break
        if table not in chosen:
            chosen.append(table)
    return chosen


def score_tables(question: str, schema: Schema) -> list[tuple[float, Table]]:
    """Return (score, table), best first: half words weighted by how rare they are, half meaning. 0 to about 1."""
    if not schema.tables:
        return []
    asked = _words(question)
    bags = [_bag(table) for table in schema.tables]
    common = Counter(word for bag in bags for word in bag)
    vectors = embed([question, *(_said(table) for table in schema.tables)])
    closeness = vectors[1:] @ vectors[0]
    scored = [
        (0.5 * _overlap(asked, bag, common, len(bags)) + 0.5 * max(0.0, float(near)), table)
        for bag, near, table in zip(bags, closeness, schema.tables, strict=True)
    ]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].qualified_name))


def schema_text(tables: list[Table], max_bytes: int = MAX_BYTES) -> tuple[str, list[Table]]:
    """Return the text for a model and the tables that are in it; whole tables only, in the order given."""
    parts: list[str] = []
    told: list[Table] = []
    size = 0
    for table in tables:
        part = _told(table)
        cost = len(part.encode()) + 1
        if size + cost > max_bytes and told:
            break
        parts.append(part if size + cost <= max_bytes else part.encode()[: max_bytes - size].decode(errors="ignore"))
        told.append(table)
        size += cost
    return "\n".join(parts), told


def _told(table: Table) -> str:
    """One table as a line of its name and a line for each column."""
    comment = f"  -- {_one_line(table.comment)}" if table.comment else ""
    lines = [f"{table.kind} {table.qualified_name}{comment}"]
    for column in table.columns:
        key = " key" if column.is_key else ""
        said = f"  -- {_one_line(column.comment)}" if column.comment else ""
        lines.append(f"  {column.name} {column.type}{key}{said}")
    for foreign in table.foreign_keys:
        target = f"{foreign.target_schema}.{foreign.target_table}" if foreign.target_schema else foreign.target_table
        lines.append(f"  ({', '.join(foreign.columns)}) -> {target} ({', '.join(foreign.target_columns)})")
    return "\n".join(lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]


def _said(table: Table) -> str:
    columns = " ".join(column.name.replace("_", " ") for column in table.columns[:40])
    return f"{table.name.replace('_', ' ')} {_one_line(table.comment)} {columns}"


def _words(text: str) -> set[str]:
    found = {_stem(word.lower()) for word in _WORD.findall(text)}
    return {word for word in found if len(word) > 1 and word not in _STOP}


def _stem(word: str) -> str:
    for end, put in (("ies", "y"), ("sses", "ss"), ("es", "e"), ("s", "")):
        if word.endswith(end) and len(word) > len(end) + 2 and not word.endswith("ss"):
            return word[: -len(end)] + put
    return word


def _bag(table: Table) -> Counter[str]:
    """Words of a table: those of its name count three times, those of comments once like columns."""
    bag: Counter[str] = Counter()
    for word in _words(table.name):
        bag[word] += 3
    for column in table.columns:
        bag.update(_words(column.name) | _words(column.comment))
    bag.update(_words(table.comment))
    return bag


def _overlap(asked: set[str], bag: Counter[str], common: Counter[str], tables: int) -> float:
    if not asked:
        return 0.0
    weight = {word: math.log(1 + (tables + 1) / (1 + min(common[word], tables))) for word in asked}
    hit = sum(weight[word] * min(1.0, 0.5 + 0.25 * bag[word]) for word in asked if word in bag)
    return hit / (sum(weight.values()) or 1.0)


def _key(schema: str, name: str) -> tuple[str, str]:
    return (schema.lower(), name.lower())


def _neighbours(schema: Schema) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Foreign keys in both directions."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for table in schema.tables:
        mine = _key(table.schema, table.name)
        for foreign in table.foreign_keys:
            theirs = _key(foreign.target_schema or table.schema, foreign.target_table)
            if theirs != mine:
                found.setdefault(mine, set()).add(theirs)
                found.setdefault(theirs, set()).add(mine)
    return found
