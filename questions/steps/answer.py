"""Step: the answer in words made from its rows, sealed on its way to the page; numbers and names to the trail (Q12)."""

from __future__ import annotations

from connectors import data_policy
from questions import answer_text, journey, ledger, rows
from questions.journey import Journey
from questions.models import QuestionState
from questions.steps.explain_empty import explain_empty
from questions.steps.summarize import summarize


def answer(trip: Journey) -> str | None:
    """Seal the rows and what quotes them into the cache, then end: counts, digest and SQL are recorded, no row is."""
    question, result = trip.question, trip.result
    assert result is not None, "the statement ran"
    notes, summed = explain_empty(trip), summarize(trip)
    kept = [{"text": note.text, "sql": note.sql} for note in notes]
    rows.keep(
        question.pk,
        answer_text.sentence_for(result),
        result,
        rules=data_policy.fingerprint(trip.rules()),
        summary=summed.text,
        notes=kept,
    )
    data = {
        "origin": question.origin,
        "result_digest": rows.digest(result),
        "rows_cut": result.rows_cut,
        "bytes_cut": result.bytes_cut,
        "verified_query": str(question.verified_query_id or ""),
        "verified_only": question.verified_only,
        "score": question.match_score,
        "repairs": question.repairs,
        "tables": question.tables,
        "report": str(question.report_id or ""),
        "ledger": ledger.for_trail(question.ledger),
        "counts": trip.rows_counted,
    }
    return journey.end(
        question,
        QuestionState.ANSWERED,
        "question.answered",
        data,
        rows_besides=trip.rows_counted,
        columns=rows.columns_of(result),
        row_count=len(result.rows),
        size_bytes=result.size_bytes,
        rows_cut=result.rows_cut,
        bytes_cut=result.bytes_cut,
        duration_ms=result.duration_ms,
        signals=question.signals,
        confidence=question.confidence,
    )
