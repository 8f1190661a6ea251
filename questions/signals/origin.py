"""Where the statement comes from, and whether others like it came to the same rows."""

from __future__ import annotations

from questions.signals.signal import Signal

CLOSE = 0.95
_BY_MODEL = "No verified query fits; the model wrote the SQL"
BY_PERSON = Signal("written_by_person", 15, "A person wrote the SQL; there is no question to compare it with", "medium")
AS_SAVED = Signal("saved_statement", 15, "The statement is the one the report was saved with", "medium")
COUNTED = Signal(
    "counts_an_answer", 15, "The portal counts the rows of an answer's own statement; it is as right as that", "medium"
)
SCHEMA = Signal("schema_resolved", 5, "Every table and column was found in the source's schema")
NO_TABLE = Signal("schema_unknown", 0, "No table is read, so nothing could be compared with the schema")


def by_model(*, is_backed: bool) -> Signal:
    """The model wrote the statement. Unless independent samples or the connector's own evaluation set back it, that is
    at most Medium: the shipped curve knows typical slips, and not those of this database.
    """
    return Signal("written_by_model", 0, _BY_MODEL, "" if is_backed else "medium")


def verified(question: str, score: float, signed: str) -> Signal:
    """A countersigned query fits; `signed` says by whom and when."""
    points = 60 if score >= CLOSE else 50
    return Signal("verified_query", points, f"Matches the verified query “{question}”, {signed}")


def unsigned(question: str, score: float, why: str) -> Signal:
    """A query of AI memory fits that no second officer stands behind: at most Medium, whatever else speaks for it."""
    points = 45 if score >= CLOSE else 35
    return Signal("unsigned_query", points, f"Matches the saved query “{question}”; {why}", "medium")


def by_metric(question: str) -> Signal:
    """A metric of AI memory answers by its definition: one admin's alone, so at most Medium."""
    return Signal("metric", 45, f"Computes a metric as AI memory defines it: “{question}”", "medium")


def agreement(agreed: int, samples: int) -> Signal:
    """Other statements that the model wrote for the same question, independently, compared by their rows."""
    if agreed == samples:
        said = f"{samples} more statements, written independently, came to the same rows"
        return Signal("samples_agree", 20, said)
    said = f"{agreed} of {samples} more statements, written independently, came to the same rows"
    return Signal("samples_disagree", -5 if agreed else -20, said, "medium")
