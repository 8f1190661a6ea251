"""Notices when a person reads a table window by window, past what one answer may hold, and leaves a signal (Q04, A07).

The day's budget stops it in the end; the signal says so before. Windows are counted on the counter of the person, the
connector and the day, which is locked while the answer ends, so that none is missed. Only digests are kept.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from guardrails.sql.window import Window, window_of
from portal import trail
from questions.models import AnswerBudget, Question

WALK = 5
"""So many different windows of one table in a day are a walk; told again whenever their number has doubled."""
FEW_ROWS, FEW_BYTES = 5, 1_000
"""An answer smaller than both is no window worth counting."""
MOST_SHAPES, MOST_PLACES = 40, 200


def look(question: Question, counter: AnswerBudget) -> None:
    """Count the window that an answer showed, in the caller's transaction, which holds the counter; record a walk."""
    if (question.row_count or 0) < FEW_ROWS and (question.size_bytes or 0) < FEW_BYTES:
        return
    assert question.connector is not None
    found = window_of(question.executed_sql, question.connector.kind.dialect)
    if found is None:
        return
    walks: dict[str, Any] = dict(counter.walks)
    walk = walks.pop(found.shape, None) or {"places": [], "rows": 0, "told": 0, "since": timezone.now().isoformat()}
    if found.place not in walk["places"] and len(walk["places"]) < MOST_PLACES:
        walk["places"] = [*walk["places"], found.place]
        walk["rows"] += question.row_count or 0
        if len(walk["places"]) >= max(WALK, 2 * walk["told"]):
            walk["told"] = len(walk["places"])
            _record(question, found, walk)
    walks[found.shape] = walk  # the newest stands last
    counter.walks = dict(list(walks.items())[-MOST_SHAPES:])
    counter.save(update_fields=["walks"])


def _record(question: Question, found: Window, walk: dict[str, Any]) -> None:
    trail.record(
        trail.Event(
            "question.walked",
            trail.Subject("question", str(question.pk)),
            rows=walk["rows"],
            connector_id=question.connector_id,
            data={
                "table": found.table,
                "kind": found.kind,
                "windows": len(walk["places"]),
                "since": walk["since"],
                "origin": str(question.origin),
            },
        )
    )
