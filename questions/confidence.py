"""How far an answer can be trusted (Q11): named signals with points, added up, and ceilings some of them set.

The formula: `score = 40 + the points of every signal`, kept within 0 to 100; High from 80, Medium from 55, Low from 30,
else Uncertain. A signal with a ceiling lets no answer above its level, whatever the sum: an empty answer is never
High. A cut answer says so first, whatever its level. The model is not asked how sure it is.

| signal | points |
|---|---|
| a verified query fits, countersigned by a person | +45, or +35 where the words differ (closeness under 0.95) |
| no verified query fits and the model wrote the SQL | 0 |
| a person wrote the SQL in live edit | +10 |
| every table and column was found in the source's schema | +15 |
| AI memory defines words of the question | +5 |
| each assumption the model made (two at most count) | −8 |
| a relative date or a default was filled in for a verified query | −3 |
| the statement had to be repaired | −15, at most Medium |
| another verified query was nearly as close | −8 |
| no row came back | −20, at most Medium |
| a column holds no value at all | −15, at most Medium |
| the same row came back more than once | −10 |
| the answer is cut | −8 |
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from connectors.contracts import Result, Schema
from guardrails import policy
from questions.models import Confidence, MemoryEntry, Origin, Question, Standing, VerifiedQuery

BASE = 40
LEVELS = ((80, Confidence.HIGH), (55, Confidence.MEDIUM), (30, Confidence.LOW), (0, Confidence.UNCERTAIN))
CLOSE = 0.95
NEAR_MARGIN = 0.08


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that speaks for or against an answer, in words a person reads."""

    name: str
    points: int
    sentence: str
    ceiling: Confidence | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "points": self.points,
            "is_for": self.points > 0,
            "sentence": self.sentence,
            "ceiling": self.ceiling.value if self.ceiling else "",
        }


def level_of(signals: Sequence[Signal]) -> Confidence:
    """Combine signals by the formula above."""
    score = max(0, min(100, BASE + sum(signal.points for signal in signals)))
    order = [level for _, level in LEVELS]
    reached = next(level for least, level in LEVELS if score >= least)
    ceilings = [signal.ceiling for signal in signals if signal.ceiling is not None]
    return max([reached, *ceilings], key=order.index)


def signals_of(question: Question, result: Result, schema: Schema, memory: Sequence[MemoryEntry]) -> list[Signal]:
    """Return every signal of an answer, in the order they are shown."""
    return [
        *_of_origin(question),
        *_of_schema(question, schema),
        *_of_memory(question, memory),
        *_of_reading(question),
        *_of_result(result),
    ]


def _of_origin(question: Question) -> list[Signal]:
    verified = question.verified_query
    if verified is not None:
        found = [_of_match(verified, question.match_score or 0.0)]
        if question.match_margin is not None and question.match_margin < NEAR_MARGIN:
            found.append(Signal("ambiguous_match", -8, "Another verified query was nearly as close"))
        return found
    if question.origin == Origin.LIVE_EDIT:
        return [Signal("written_by_person", 10, "A person wrote the SQL; there is no question to compare it with")]
    if question.report_id is not None:
        return [Signal("saved_statement", 10, "The statement is the one the report was saved with")]
    return [Signal("written_by_model", 0, "No verified query fits; the model wrote the SQL")]


def _of_match(verified: VerifiedQuery, score: float) -> Signal:
    """A query that no second officer stands behind answers too, and says so: never above Medium."""
    points = 45 if score >= CLOSE else 35
    standing = verified.standing(timezone.now(), policy.signature_days())
    if standing == Standing.COUNTERSIGNED:
        signed = f"countersigned by {verified.verified_by} on {verified.verified_at:%-d %B %Y}"
        return Signal("verified_query", points, f"Matches the verified query “{verified.question}”, {signed}")
    author = f", written by {verified.owner}" if verified.owner else ""
    why = {
        Standing.EXPIRED: "its countersignature has expired",
        Standing.EDITED: "it was edited after it was countersigned",
        Standing.STALE: "it was set aside because a column it reads changed",
    }.get(standing, "nobody else has countersigned it")
    said = f"Matches the saved query “{verified.question}”{author}; {why}"
    return Signal("unsigned_query", points - 15, said, Confidence.MEDIUM)


def _of_schema(question: Question, schema: Schema) -> list[Signal]:
    if not schema.tables or not question.tables:
        return [Signal("schema_unknown", 0, "No table is read, so nothing could be compared with the schema")]
    return [Signal("schema_resolved", 15, "Every table and column was found in the source's schema")]


def _of_memory(question: Question, memory: Sequence[MemoryEntry]) -> list[Signal]:
    if question.verified_query_id is not None or not question.text:
        return []
    asked = question.text.lower()
    used = [entry.name for entry in memory if entry.name.lower() in asked]
    if not used:
        return []
    return [Signal("memory_defines", 5, f"AI memory defines {', '.join(f'“{name}”' for name in used[:4])}")]


def _of_reading(question: Question) -> list[Signal]:
    """How the question was understood: each assumption is said, because it may be wrong."""
    found = []
    points = -3 if question.verified_query_id is not None else -8
    for number, assumption in enumerate(question.assumptions):
        found.append(Signal("assumption", points if number < 2 else 0, f"Read as: {assumption}"))
    if question.repairs:
        said = "The first statement was refused or failed and the model corrected it"
        found.append(Signal("repaired", -15, said, Confidence.MEDIUM))
    return found


def _of_result(result: Result) -> list[Signal]:
    found = []
    if not result.rows:
        return [Signal("empty", -20, "No row came back: a filter may be wrong", Confidence.MEDIUM)]
    if result.is_cut:
        found.append(Signal("cut", -8, "The answer is cut: what is missing may change the picture"))
    for index, column in enumerate(result.columns):
        if all(row[index] is None for row in result.rows):
            said = f"The column `{column.name}` holds no value in any row"
            found.append(Signal("all_empty_column", -15, said, Confidence.MEDIUM))
            break
    seen = {json.dumps(row) for row in result.rows}
    if len(result.rows) > 1 and len(seen) < len(result.rows):
        found.append(Signal("repeated_rows", -10, "The same row came back more than once: a join may repeat rows"))
    return found
