"""Step: how far the answer can be trusted, from signals a person can read (Q11)."""

from __future__ import annotations

from questions import agreement, confidence, measured, memory
from questions.journey import Journey


def judge(trip: Journey) -> str | None:
    """Gather the signals and combine them; committed with the answer."""
    question, result = trip.question, trip.result
    assert result is not None, "the statement ran"
    calibration = measured.calibration_of(trip.connector)
    entries = memory.entries_of(trip.connector)
    samples = agreement.sampled(trip)
    signals = confidence.signals_of(
        question, result, trip.told_schema(), entries, samples=samples, is_calibrated=calibration.is_own
    )
    level = confidence.level_of(signals, calibration)
    question.signals = [signal.as_json() for signal in signals]
    question.confidence = level
    return None
