"""Step: how far the answer can be trusted, from signals a person can read (Q11)."""

from __future__ import annotations

from questions import confidence, memory
from questions.journey import Journey


def judge(trip: Journey) -> str | None:
    """Gather the signals and combine them; committed with the answer."""
    question, result = trip.question, trip.result
    assert result is not None, "the statement ran"
    signals = confidence.signals_of(question, result, trip.schema(), memory.entries_of(trip.connector))
    level = confidence.level_of(signals)
    question.signals = [signal.as_json() for signal in signals]
    question.confidence = level
    return None
