"""Find the verified query that a question asks for, or none: a wrong match is worse than no match (Q08).

Meaning proposes, words dispose: embeddings rank the candidates, and a candidate is dropped as soon as the
question holds a word, number, period or negation that the query does not cover, or the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from connectors.adapters.providers import slots
from connectors.adapters.providers.contracts import SlotValue, VerifiedQuery
from connectors.adapters.providers.embeddings import embed
from connectors.adapters.providers.vocabulary import content, groupings, is_typo, kinds

THRESHOLD = 0.60
MARGIN = 0.02
"""Two different queries closer than this are not told apart."""
MAX_QUESTION = 2_000
SHORTLIST = 25

_PLACEHOLDER = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Match:
    """The query that fits, how well (0 to 1), how far ahead of the next one, and its filled parameters.

    `shown` says in words how each value was understood ("last month → 2026-06-01").
    """

    query: VerifiedQuery
    score: float
    margin: float
    values: Mapping[str, SlotValue]
    shown: Mapping[str, str]


def match(
    question: str, verified: Sequence[VerifiedQuery], today: date, fiscal_year_start_month: int = 1
) -> Match | None:
    """Return the one verified query that fits, or None: "no verified query fits"."""
    if not verified or not question.strip() or len(question) > MAX_QUESTION:
        return None
    ranked = _rank(question, verified)
    best: dict[str, Match] = {}
    for query, phrasing, closeness in ranked[:SHORTLIST]:
        fit = _fit(question, query, phrasing, closeness, (today, fiscal_year_start_month))
        if fit is not None and (query.id not in best or fit.score > best[query.id].score):
            best[query.id] = fit
    fits = sorted(best.values(), key=lambda fit: -fit.score)
    if not fits or fits[0].score < THRESHOLD:
        return None
    first = fits[0]
    margin = first.score - fits[1].score if len(fits) > 1 else first.score
    if len(fits) > 1 and margin < MARGIN and first.score < 0.999:
        return None
    return Match(first.query, first.score, round(margin, 4), first.values, first.shown)


def nearest(question: str, verified: Sequence[VerifiedQuery], limit: int = 3) -> tuple[VerifiedQuery, ...]:
    """Return the closest verified queries, for "no verified query fits; you could ask …"."""
    if not verified or not question.strip():
        return ()
    ranked = _rank(question[:MAX_QUESTION], verified)
    return tuple({query.id: query for query, _, _ in ranked}.values())[:limit]


def _rank(question: str, verified: Sequence[VerifiedQuery]) -> list[tuple[VerifiedQuery, str, float]]:
    """All ways of asking, the closest in meaning first."""
    asked = [(query, phrasing) for query in verified for phrasing in (query.question, *query.phrasings)]
    vectors = embed([_PLACEHOLDER.sub(" ", phrasing) for _, phrasing in asked])
    closeness = vectors @ embed([question])[0]
    order = np.argsort(-closeness, kind="stable")
    return [(*asked[index], float(closeness[index])) for index in order]


def _fit(
    question: str, query: VerifiedQuery, phrasing: str, closeness: float, calendar: tuple[date, int]
) -> Match | None:
    """Return the match when nothing speaks against it."""
    try:
        read = slots.read(question, query.parameters, *calendar)
    except slots.Unfilled:
        return None
    rest = _model_rest(phrasing, query, calendar)
    if kinds(read.rest) != kinds(rest):
        return None
    ours, theirs = groupings(read.rest), groupings(rest)
    if ours and theirs and not (_covers(theirs, ours) and _covers(ours, theirs)):
        return None
    asked, offered = content(read.rest), content(rest)
    if not asked and not offered:
        return None
    if not (_covers(offered, asked) and _covers(asked, offered)):
        return None
    slips = len(asked - offered)
    score = max(0.0, 0.8 - 0.08 * slips) + 0.2 * max(0.0, closeness)
    return Match(query, round(min(1.0, score), 4), 0.0, read.values, read.shown)


def _model_rest(phrasing: str, query: VerifiedQuery, calendar: tuple[date, int]) -> str:
    """The verified question without its own values: what a fitting question has to say."""
    text = _PLACEHOLDER.sub(" ", phrasing)
    lenient = []
    for parameter in query.parameters:
        try:
            lenient.append(slots.read(text, [parameter], *calendar).spans)
        except slots.Unfilled:
            continue
    spans = sorted({span for found in lenient for span in found}, reverse=True)
    for begin, finish in spans:
        text = f"{text[:begin]} {text[finish:]}"
    return text


def _covers(offered: frozenset[str], asked: frozenset[str]) -> bool:
    """Every word asked is offered, but for a slip of the pen."""
    return all(any(is_typo(word, other) for other in offered - asked) for word in asked - offered)
