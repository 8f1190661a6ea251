"""How far an answer can be trusted (Q11): the signals of one answer, combined by the formula of `questions.signals`.

Signals are named, weigh points, and say a sentence; a curve fitted on labelled cases turns their sum into how often
such an answer was right, and that into a level. Some set a ceiling whatever the sum: an empty answer is never High.
The model is never asked how sure it is. docs/mechanisms/confidence.md has every signal with its points.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from connectors.contracts import Result, Schema
from guardrails import policy
from questions import signals, statement
from questions.models import Confidence, MemoryEntry, Origin, Question, Standing, VerifiedQuery
from questions.signals import Calibration, Signal, origin

NEAR_MARGIN = 0.08

__all__ = ["Calibration", "Signal", "level_of", "signals_of"]


def level_of(found: Sequence[Signal], calibration: Calibration | None = None) -> Confidence:
    """Combine signals by the formula."""
    return Confidence(signals.level_of(found, calibration))


def signals_of(
    question: Question,
    result: Result,
    schema: Schema,
    memory: Sequence[MemoryEntry],
    *,
    samples: Signal | None = None,
    is_calibrated: bool = False,
) -> list[Signal]:
    """Return every signal of an answer, in the order they are shown.

    `samples` says whether independent statements came to the same rows; `is_calibrated` that the connector has a curve
    of its own.
    """
    is_backed = is_calibrated or (samples is not None and samples.points > 0)
    return [
        *_of_origin(question, is_backed=is_backed),
        *([samples] if samples is not None else []),
        *_of_schema(question, schema),
        *_of_statement(question, schema),
        *_of_memory(question, memory),
        *_of_reading(question),
        *signals.of_result(result),
    ]


def _of_origin(question: Question, *, is_backed: bool) -> list[Signal]:
    verified = question.verified_query
    if verified is not None:
        found = [_of_match(verified, question.match_score or 0.0)]
        if question.match_margin is not None and question.match_margin < NEAR_MARGIN:
            found.append(Signal("ambiguous_match", -10, "Another verified query was nearly as close"))
        return found
    if question.origin == Origin.LIVE_EDIT:
        return [origin.BY_PERSON]
    if question.origin == Origin.COUNT:
        return [origin.COUNTED]
    if metric := question.reading.get("metric"):
        return [origin.by_metric(metric["name"])]
    if question.report_id is not None:
        return [origin.AS_SAVED]
    return [origin.by_model(is_backed=is_backed)]


def _of_match(verified: VerifiedQuery, score: float) -> Signal:
    """A query that no second officer stands behind answers too, and says so: never above Medium."""
    standing = verified.standing(timezone.now(), policy.signature_days())
    if standing == Standing.COUNTERSIGNED:
        signed = f"countersigned by {verified.verified_by} on {verified.verified_at:%-d %B %Y}"
        return origin.verified(verified.question, score, signed)
    author = f"written by {verified.owner}; " if verified.owner else ""
    why = {
        Standing.EXPIRED: "its countersignature has expired",
        Standing.EDITED: "it was edited after it was countersigned",
        Standing.STALE: "it was set aside because a column it reads changed",
    }.get(standing, "nobody else has countersigned it")
    return origin.unsigned(verified.question, score, f"{author}{why}")


def _of_schema(question: Question, schema: Schema) -> list[Signal]:
    return [origin.SCHEMA if schema.tables and question.tables else origin.NO_TABLE]


def _of_statement(question: Question, schema: Schema) -> list[Signal]:
    """Hold the statement against the question's words and the keys; what people verified or typed was read by them."""
    if question.verified_query_id is not None or question.reading.get("metric"):
        return []
    dialect = question.connector.kind.dialect if question.connector is not None else ""
    tree = statement.tree_of(question.generated_sql or question.executed_sql, dialect)
    asked = question.text if question.origin != Origin.LIVE_EDIT else ""
    return [*signals.of_reading(asked, tree, schema), *signals.of_shape(tree, schema)]


def _of_memory(question: Question, memory: Sequence[MemoryEntry]) -> list[Signal]:
    """Say what the glossary defines of the question: the words that were not left to the model."""
    if question.verified_query_id is not None or not question.text:
        return []
    asked = question.text.lower()
    used = [entry.name for entry in memory if entry.name.lower() in asked]
    if not used:
        return []
    return [Signal("memory_defines", 2, f"AI memory defines {', '.join(f'“{name}”' for name in used[:4])}")]


def _of_reading(question: Question) -> list[Signal]:
    """How the question was understood: each assumption is said, because it may be wrong.

    What was filled into a verified query is said too, and is no doubt: the match's score knows how well it fits.
    """
    if question.verified_query_id is not None:
        return [Signal("filled_in", 0, f"Filled in: {value}") for value in question.assumptions]
    found = []
    for number, assumption in enumerate(question.assumptions):
        found.append(Signal("assumption", -8 if number < 2 else 0, f"Read as: {assumption}"))
    if question.repairs:
        said = "The first statement was refused or failed and the model corrected it"
        found.append(Signal("repaired", -12, said, Confidence.MEDIUM))
    return found
