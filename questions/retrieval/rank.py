"""How near each table is to a question: words and meaning first, then what hangs together with the nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from connectors.adapters.providers.embeddings import embed
from connectors.contracts import Column, Schema, Table
from questions.retrieval import graph, words
from questions.retrieval.index import Floats, Index, index_of

MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of nearness counts; set on the half of `bench.retrieval` that is for looking at."""

    words: float = 1.0
    whole: float = 0.2
    name: float = 0.06
    cover: float = 0.1
    meaning_floor: float = 0.4
    meaning: float = 0.5
    near: float = 0.25
    groups: tuple[float, float, float] = (0.2, 0.27, 0.3)
    bridge: float = 1.0
    ends: int = 5


WEIGHTS = Weights()


def ranked(question: str, schema: Schema, weights: Weights = WEIGHTS) -> list[tuple[float, Table]]:
    """Return every table with its score, best first; equal ones by name. An empty question ranks by name."""
    if not schema.tables:
        return []
    index = index_of(schema)
    scores = _bridged(index, _spread(index, _own(question, index, weights), weights), weights)
    order = sorted(range(len(scores)), key=lambda i: (-round(float(scores[i]), 6), schema.tables[i].qualified_name))
    return [(float(scores[i]), schema.tables[i]) for i in order]


@dataclass(frozen=True, slots=True)
class Fit:
    """How much of a question a schema holds, 0 to 1, and the tables that hold most of it, best first."""

    score: float
    tables: tuple[Table, ...]


def fit(question: str, schema: Schema) -> Fit:
    """Return how well a schema fits: the share of the question's words that its three best tables hold together.

    Unlike the scores of `ranked` it can be compared between schemas: rarity within one schema does not count.
    """
    asked = words.asked(question)[:MOST_WORDS]
    if not schema.tables or not asked:
        return Fit(0.0, ())
    index = index_of(schema)
    best = [index.place[table.schema, table.name] for _, table in ranked(question, schema)[:3]]
    held = _held(_alike(asked, index, WEIGHTS), index)[:, best]
    return Fit(float(held.max(axis=1).mean()), tuple(schema.tables[i] for i in best))


def column_scores(question: str, columns: Sequence[Column]) -> list[float]:
    """Return how near each column's name and comment are to the question, in words and meaning."""
    asked = words.asked(question)[:MOST_WORDS]
    near = (
        embed([f"{' '.join(words.split(each.name))} {each.comment[:200]}" for each in columns]) @ embed([question])[0]
    )
    found = []
    for column, meaning in zip(columns, near, strict=True):
        tokens = words.split(f"{column.name} {column.comment[:200]}")
        letters = sum(max((words.likeness(word, token) for token in tokens), default=0.0) for word in asked)
        found.append(letters + 0.5 * float(meaning))
    return found


def _alike(asked: list[str], index: Index, weights: Weights) -> Floats:
    """Return how alike each word asked (row) is to each word of the schema (column), in letters or in meaning."""
    near = embed(asked) @ index.vectors.T
    meaning = np.clip((near - weights.meaning_floor) / (1 - weights.meaning_floor), 0, 1) * weights.meaning
    letters = np.array([[words.likeness(word, token) for token in index.vocabulary] for word in asked], np.float32)
    found: Floats = np.maximum(meaning, letters).astype(np.float32)
    return found


def _held(alike: Floats, index: Index) -> Floats:
    """Return how well each table (column) holds each word asked (row), by the best of its words."""
    found: Floats = np.maximum.reduceat(alike[:, index.tokens] * index.weights, index.starts, axis=1)
    return found


def _covered(alike: Floats, index: Index) -> Floats:
    """Return how much of each table's name was asked for: a copy or a relative has words in its name that were not."""
    sums = np.add.reduceat(alike.max(axis=0)[index.name_tokens], index.name_starts)
    counts = np.diff(np.append(index.name_starts, len(index.name_tokens)))
    found: Floats = (sums / counts).astype(np.float32)
    return found


def _own(question: str, index: Index, weights: Weights) -> Floats:
    """Return each table's own nearness: words weighted by how few tables hold them, the whole, and its name."""
    asked = words.asked(question)[:MOST_WORDS]
    vector = embed([question])[0]
    scores = weights.whole * np.maximum(0, index.wholes @ vector) + weights.name * np.maximum(0, index.names @ vector)
    if asked:
        alike = _alike(asked, index, weights)
        held = _held(alike, index)
        rare = np.log(1 + held.shape[1] / (1 + (held > 0.35).sum(axis=1)))
        scores = scores + weights.words * (rare @ held) / max(float(rare.sum()), 1e-6)
        scores = scores + weights.cover * _covered(alike, index)
    return np.asarray(scores, dtype=np.float32)


def _spread(index: Index, own: Floats, weights: Weights) -> Floats:
    """Add to each table a share of its nearest neighbour, and of the best of the parts it belongs to."""
    near = np.array([max((float(own[i]) for i in found), default=0.0) for found in index.edges], dtype=np.float32)
    scores: Floats = own + np.float32(weights.near) * near
    for share, parts in zip(weights.groups, index.groups, strict=True):
        for part in parts:
            best = np.sort(own[part])[-3:]
            scores[part] += np.float32(share * float(best.mean()))
    return scores


def _bridged(index: Index, scores: Floats, weights: Weights) -> Floats:
    """Lift the tables on the shortest paths between those that match best: an answer needs them, nobody names them."""
    ends = [int(i) for i in np.argsort(-scores, kind="stable")[: weights.ends]]
    lifted = scores.copy()
    for one, other in combinations(ends, 2):
        for path in graph.between(index.edges, one, other):
            least = min(float(scores[one]), float(scores[other])) * weights.bridge
            for table in path:
                lifted[table] = max(lifted[table], scores[table] + 0.1 * least, least)
    return lifted
