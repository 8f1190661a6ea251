"""A schema prepared for questions: its words, their vectors, its joins. Kept in memory, bounded, one tenant's alone.

INVARIANT: what is kept is found by the organization and a digest of every name in the schema (S08).
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.adapters.providers.embeddings import embed
from connectors.contracts import Schema, Table
from portal import tenancy
from questions.retrieval import concepts, graph
from questions.retrieval.words import ALIASES, split

KEPT = 16
"""Schemas kept in a process; one of 1,000 tables takes about six megabytes."""
MOST_COLUMNS = 400
MOST_WORDS = 20_000
"""Different words of one schema; those of names alone may be more. A hostile source costs a second, not a worker."""
LEAST_SCHEMAS = 4
"""With so many schemas each is a part; with fewer, joins tell the parts."""
IN_NAME, IN_COLUMN, IN_COMMENT, IN_SCHEMA = 1.0, 0.62, 0.55, 0.4

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Parts:
    """What belongs together as one database does: `of[i]` is the part of table i; `order` and `starts` group them."""

    of: NDArray[np.int64]
    order: NDArray[np.int64]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    vectors: Floats


@dataclass(frozen=True, slots=True)
class Index:
    """`tokens[i]` weighs `weights[i]` in the table that begins at the last of `starts` not above i.

    `name_tokens` and `name_starts` are those of the tables' names alone; `alphabet` is each table's place by name.
    `meant` tells by stem the tokens that stand for it, `by_letter` those that begin so, `aliased` those with an alias.
    """

    place: dict[tuple[str, str], int]
    vocabulary: tuple[str, ...]
    vectors: Floats
    tokens: NDArray[np.int32]
    weights: Floats
    starts: NDArray[np.int64]
    name_tokens: NDArray[np.int32]
    name_starts: NDArray[np.int64]
    alphabet: NDArray[np.int64]
    names: Floats
    wholes: Floats
    edges: graph.Edges
    meant: dict[str, tuple[tuple[int, float], ...]]
    by_letter: dict[str, tuple[int, ...]]
    aliased: tuple[int, ...]
    parts: Parts


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
    said: list[str] = []
    for table in schema.tables:
        said += ("\x1e", table.schema, table.name, table.comment, "\x1d")
        for column in table.columns:
            said += (column.name, column.comment, "key" if column.is_key else "")
        for key in table.foreign_keys:
            said += ("\x1c", *key.columns, "\x1b", key.target_schema, key.target_table)
    return hashlib.blake2b("\x1f".join(said).encode(errors="replace"), digest_size=20).digest()


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
    edges, firm = graph.edges_of(schema)
    wholes = embed([_whole(table) for table in schema.tables])
    meant, by_letter = _found_by(vocabulary)
    return Index(
        place={(table.schema, table.name): i for i, table in enumerate(schema.tables)},
        vocabulary=vocabulary,
        vectors=embed(vocabulary),
        tokens=np.array(tokens, dtype=np.int32),
        weights=np.array(weights, dtype=np.float32),
        starts=np.array(starts, dtype=np.int64),
        name_tokens=np.array(named, dtype=np.int32),
        name_starts=np.array(name_starts, dtype=np.int64),
        alphabet=np.argsort(np.argsort(np.array([table.qualified_name for table in schema.tables], dtype=object))),
        names=embed([" ".join(split(table.name)) for table in schema.tables]),
        wholes=wholes,
        edges=edges,
        meant=meant,
        by_letter=by_letter,
        aliased=tuple(i for i, token in enumerate(vocabulary) if token in ALIASES),
        parts=_parts(schema, firm, wholes),
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


def _found_by(
    vocabulary: tuple[str, ...],
) -> tuple[dict[str, tuple[tuple[int, float], ...]], dict[str, tuple[int, ...]]]:
    """Return by stem the tokens that stand for it, and by letter those that begin with it."""
    meant: dict[str, list[tuple[int, float]]] = defaultdict(list)
    by_letter: dict[str, list[int]] = defaultdict(list)
    for i, token in enumerate(vocabulary):
        by_letter[token[0]].append(i)
        for word, surely in concepts.stands_for(token).items():
            meant[word].append((i, surely))
    return {k: tuple(v) for k, v in meant.items()}, {k: tuple(v) for k, v in by_letter.items()}


def _parts(schema: Schema, firm: graph.Edges, wholes: Floats) -> Parts:
    """Part the tables by schema where there are several, else by joins; those without joins by how names begin."""
    if len({table.schema for table in schema.tables}) >= LEAST_SCHEMAS:
        keys: list[Any] = [table.schema for table in schema.tables]
    else:
        keys = list(graph.components(firm))
        first = [words[0] if len(words := split(table.name)) > 1 else "" for table in schema.tables]
        keys = [first[i] if first[i] and not firm[i] else key for i, key in enumerate(keys)]
    number = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    of = np.array([number[key] for key in keys], dtype=np.int64)
    order = np.argsort(of, kind="stable")
    vectors = np.zeros((len(number), wholes.shape[1]), np.float32)
    np.add.at(vectors, of, wholes)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return Parts(of, order, np.searchsorted(of[order], np.arange(len(number))), np.bincount(of), vectors)
