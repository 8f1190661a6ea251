"""How near each table is to a question: words and meaning first, then what hangs together with the nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from connectors.adapters.providers.embeddings import embed
from connectors.contracts import Column, Schema, Table
from questions.retrieval import concepts, graph, words
from questions.retrieval.index import Floats, Index, index_of

MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of nearness counts; set by random search on the looked-at half of `bench.retrieval`."""

    words: float = 0.8
    whole: float = 0.19
    name: float = 0.09
    cover: float = 0.1
    concept: float = 0.75
    floor: float = 0.3
    power: float = 0.51
    meaning: float = 0.7
    unknown: float = 0.7
    value: float = 0.25
    near: float = 0.55
    part_words: float = 0.6
    part_meaning: float = 0.5
    part_best: float = 0.35
    part_size: float = 0.085
    surest_part: float = 0.5
    surest_within: float = 0.1
    bridge: float = 0.7
    ends: int = 7


WEIGHTS = Weights()


def ranked(question: str, schema: Schema, weights: Weights = WEIGHTS) -> list[tuple[float, Table]]:
    """Return every table with its score, best first; equal ones by name. An empty question ranks by name."""
    if not schema.tables:
        return []
    index = index_of(schema)
    scores = _bridged(index, _spread(index, *_own(question, index, weights), weights), weights)
    order = np.lexsort((index.alphabet, -scores.round(6)))
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
    meaning = np.clip((embed(asked) @ index.vectors.T - 0.4) / 0.6, 0, 1) * 0.5
    held = _held(np.maximum(meaning, _letters(asked, index)), index)[:, best]
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


def _letters(asked: list[str], index: Index) -> Floats:
    """Return how alike each word asked (row) is to each word of the schema (column) in letters.

    Words that begin otherwise can only be alike by an alias or by their ends.
    """
    found = np.zeros((len(asked), len(index.vocabulary)), np.float32)
    for row, word in zip(found, asked, strict=True):
        near = set(index.by_letter.get(word[0], ())) | set(index.aliased)
        near.update(i for i, token in enumerate(index.vocabulary) if token.endswith(word) or word.endswith(token))
        for i in near:
            row[i] = words.likeness(word, index.vocabulary[i])
    return found


def _alike(asked: list[str], vectors: Floats, index: Index, weights: Weights) -> Floats:
    """Return how alike each word asked (row) is to each word of the schema (column): letters, meaning, concepts."""
    near = (vectors @ index.vectors.T - weights.floor) / (1 - weights.floor)
    found: Floats = np.maximum(np.clip(near, 0, 1) ** weights.power * weights.meaning, _letters(asked, index))
    for row, word in zip(found, asked, strict=True):
        for other in concepts.meant(word):
            for i, surely in index.meant.get(other, ()):
                row[i] = max(row[i], surely * weights.concept)
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


def _own(question: str, index: Index, weights: Weights) -> tuple[Floats, Floats]:
    """Return the nearness of each table and of each part: words weighted by how few hold them, and meaning.

    A word that nothing holds, or that is likely a value, says little of what is near.
    """
    asked = words.asked(question)[:MOST_WORDS]
    vector, said, *each = embed([question, " ".join(asked), *asked])
    own = weights.whole * np.maximum(0, index.wholes @ vector) + weights.name * np.maximum(0, index.names @ vector)
    parts = index.parts
    part = weights.part_meaning * (parts.vectors @ said) - weights.part_size * np.log(parts.sizes)
    if asked:
        alike = _alike(asked, np.array(each), index, weights)
        held = _held(alike, index)
        values = words.values(question)
        telling = np.clip(held.max(axis=1) / 0.7, 0, 1) ** weights.unknown
        telling = telling * np.array([weights.value if word in values else 1.0 for word in asked])
        own = own + weights.words * _weighted(held, 1.0, telling) + weights.cover * _covered(alike, index)
        together = np.maximum.reduceat(held[:, parts.order], parts.starts, axis=1)
        part = part + weights.part_words * _weighted(together, 0.5, telling)
    part = part + weights.part_best * np.maximum.reduceat(own[parts.order], parts.starts)
    return own.astype(np.float32), part.astype(np.float32)


def _weighted(held: Floats, least: float, telling: Floats) -> Floats:
    """Return for each column the share of the words it holds, each by how few columns hold it."""
    rare = np.log(1 + held.shape[1] / (least + (held > 0.35).sum(axis=1)))
    found: Floats = ((rare * telling) @ held / max(float((rare * telling).sum()), 1e-6)).astype(np.float32)
    return found


def _spread(index: Index, own: Floats, part: Floats, weights: Weights) -> Floats:
    """Add to each table a share of its nearest neighbour, and its part's nearness; the surest part stands out."""
    near = np.array([max((float(own[i]) for i in found), default=0.0) for found in index.edges], dtype=np.float32)
    sure = np.exp((part - part.max()) / weights.surest_within)
    lift = part + weights.surest_part * sure / sure.sum()
    scores: Floats = own + weights.near * near + lift[index.parts.of]
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
