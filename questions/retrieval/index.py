"""A schema prepared for questions: its words, their vectors, its joins. Kept in memory, bounded, one tenant's alone.

INVARIANT: what is kept is found by the organization and a digest of every name in the schema (S08).
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.adapters.providers.embeddings import embed
from connectors.contracts import Schema, Table
from portal import tenancy
from questions.retrieval import graph
from questions.retrieval.words import split

KEPT = 16
"""Schemas kept in a process; one of 1,000 tables takes about six megabytes."""
MOST_COLUMNS = 400
MOST_WORDS = 20_000
"""Different words of one schema; those of names alone may be more. A hostile source costs a second, not a worker."""
IN_NAME, IN_COLUMN, IN_COMMENT, IN_SCHEMA = 1.0, 0.62, 0.55, 0.4

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Index:
    """`tokens[i]` weighs `weights[i]` in the table that begins at the last of `starts` not above i.

    `name_tokens` and `name_starts` are those of the tables' names alone.
    """

    place: dict[tuple[str, str], int]
    vocabulary: tuple[str, ...]
    vectors: Floats
    tokens: NDArray[np.int32]
    weights: Floats
    starts: NDArray[np.int64]
    name_tokens: NDArray[np.int32]
    name_starts: NDArray[np.int64]
    names: Floats
    wholes: Floats
    edges: graph.Edges
    groups: tuple[tuple[list[int], ...], ...]


_kept: OrderedDict[tuple[str, bytes], Index] = OrderedDict()
_lock = threading.Lock()


def index_of(schema: Schema) -> Index:
    """Return the schema prepared, for the current organization; made where it is not kept."""
    key = (str(tenancy.context().organization_id), _digest(schema))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = _made(schema)
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def _digest(schema: Schema) -> bytes:
    said = hashlib.blake2b(digest_size=20)
    for table in schema.tables:
        said.update(f"\x1e{table.schema}\x1f{table.name}\x1f{table.comment}".encode(errors="replace"))
        columns = "\x1d".join(f"{each.name}\x1f{each.comment}\x1f{each.is_key:d}" for each in table.columns)
        said.update(columns.encode(errors="replace"))
        said.update(repr(table.foreign_keys).encode(errors="replace"))
    return said.digest()


def _made(schema: Schema) -> Index:
    place: dict[str, int] = {}
    tokens: list[int] = []
    weights: list[float] = []
    starts: list[int] = []
    named: list[int] = []
    name_starts: list[int] = []
    for table in schema.tables:
        starts.append(len(tokens))
        name_starts.append(len(named))
        full = len(place) >= MOST_WORDS
        found = {word: w for word, w in _weighed(table).items() if not full or w == IN_NAME or word in place}
        tokens += [place.setdefault(word, len(place)) for word in found]
        weights += found.values()
        named += [place[word] for word in found if found[word] == IN_NAME]
    vocabulary = tuple(place)
    edges = graph.edges_of(schema)
    return Index(
        place={(table.schema, table.name): i for i, table in enumerate(schema.tables)},
        vocabulary=vocabulary,
        vectors=embed(vocabulary),
        tokens=np.array(tokens, dtype=np.int32),
        weights=np.array(weights, dtype=np.float32),
        starts=np.array(starts, dtype=np.int64),
        name_tokens=np.array(named, dtype=np.int32),
        name_starts=np.array(name_starts, dtype=np.int64),
        names=embed([" ".join(split(table.name)) for table in schema.tables]),
        wholes=embed([_whole(table) for table in schema.tables]),
        edges=edges,
        groups=_groups(schema, edges),
    )


def _weighed(table: Table) -> dict[str, float]:
    """Return the words of a table, each by the best place it stands in; never empty."""
    found: dict[str, float] = {}

    def add(text: str, weight: float) -> None:
        for word in split(text):
            if len(word) > 1:
                found[word] = max(found.get(word, 0.0), weight)

    add(table.name, IN_NAME)
    add(table.comment[:1000], IN_COMMENT)
    for column in table.columns[:MOST_COLUMNS]:
        add(column.name, IN_COLUMN)
        add(column.comment[:300], IN_COMMENT)
    add(table.schema, IN_SCHEMA)
    if IN_NAME not in found.values():  # a name without a word of two letters
        found[table.name.lower() or "?"] = IN_NAME
    return found


def _whole(table: Table) -> str:
    columns = " ".join(" ".join(split(column.name)) for column in table.columns[:60])
    return f"{' '.join(split(table.schema))} {' '.join(split(table.name))} {table.comment[:300]} {columns}"


def _groups(schema: Schema, edges: graph.Edges) -> tuple[tuple[list[int], ...], ...]:
    """Return the ways in which tables belong together: by schema, by joins, by how their names begin."""
    ways: list[list[Any]] = [
        [table.schema for table in schema.tables],
        list(graph.components(edges)),
        [(split(table.name) or [""])[0] for table in schema.tables],
    ]
    return tuple(_parts(way) for way in ways)


def _parts(way: list[Any]) -> tuple[list[int], ...]:
    parts: dict[Any, list[int]] = {}
    for table, part in enumerate(way):
        parts.setdefault(part, []).append(table)
    most = max(2, len(way) * 2 // 5)  # a part that is nearly everything tells nothing
    return tuple(part for part in parts.values() if 2 <= len(part) <= most)
